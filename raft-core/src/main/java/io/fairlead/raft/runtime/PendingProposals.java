package io.fairlead.raft.runtime;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The proposals of this member's life that wait for an answer, by the sequence number in their entries. Whoever removes
 * one has the right and the duty to answer it.
 *
 * <p><b>Threads:</b> any. Callers add, the applier removes what it applies, the loop what is refused or too late.
 *
 * <p><b>Memory:</b> bounded by {@code maxPendingProposals}.
 */
final class PendingProposals<R> {
    private final int capacity;
    private final ConcurrentHashMap<Long, Proposal<R>> bySequence = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong lastSequence = new AtomicLong();

    PendingProposals(int capacity) {
        this.capacity = capacity;
    }

    /** A sequence number that was never used in this life. */
    long newSequence() {
        return lastSequence.incrementAndGet();
    }

    /** Adds a proposal unless there are too many; false says so. */
    boolean add(Proposal<R> proposal) {
        if (count.incrementAndGet() > capacity) {
            count.decrementAndGet();
            return false;
        }
        if (bySequence.putIfAbsent(proposal.sequence, proposal) != null) {
            count.decrementAndGet();
            throw new IllegalArgumentException("proposal " + proposal.sequence + " was proposed before");
        }
        return true;
    }

    /** Takes the proposal out, null if somebody else did or it is none of ours. */
    @Nullable Proposal<R> remove(long sequence) {
        Proposal<R> proposal = bySequence.remove(sequence);
        if (proposal != null) {
            count.decrementAndGet();
        }
        return proposal;
    }

    /** The proposal, still pending, or null. */
    @Nullable Proposal<R> get(long sequence) {
        return bySequence.get(sequence);
    }

    /** Gives a pending proposal a new sequence number; false if it was answered meanwhile. Called by the loop. */
    boolean renumber(Proposal<R> proposal, long sequence) {
        if (bySequence.remove(proposal.sequence) == null) {
            return false;
        }
        proposal.sequence = sequence;
        bySequence.put(sequence, proposal);
        return true;
    }

    boolean isEmpty() {
        return count.get() == 0;
    }

    int size() {
        return count.get();
    }

    /** Those whose time is over at {@code now}, in the order of their sequence numbers. */
    List<Proposal<R>> dueBy(long now) {
        List<Proposal<R>> due = new ArrayList<>();
        for (Proposal<R> proposal : bySequence.values()) {
            if (proposal.deadlineNanos - now <= 0) {
                due.add(proposal);
            }
        }
        due.sort(Comparator.comparingLong(proposal -> proposal.sequence));
        return due;
    }

    /** All of them, in the order of their sequence numbers. */
    List<Proposal<R>> inOrder() {
        List<Proposal<R>> all = new ArrayList<>(bySequence.values());
        all.sort(Comparator.comparingLong(proposal -> proposal.sequence));
        return all;
    }
}
