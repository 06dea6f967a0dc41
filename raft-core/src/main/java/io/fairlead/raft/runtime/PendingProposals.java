package io.fairlead.raft.runtime;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The proposals of this member's life that wait for an answer, by the sequence number in their entries. Whoever removes
 * one has the right and the duty to answer it.
 *
 * <p>Each number has a place in a table, round and round; since those under way mostly have numbers near each other,
 * the places are mostly free, and the few proposals that meet a taken one go to a map.
 *
 * <p><b>Threads:</b> any. Callers add, the applier removes what it applies, the loop what is refused or too late.
 *
 * <p><b>Memory:</b> bounded by {@code maxPendingProposals}; the table has at most {@value #MAX_PLACES} places.
 */
final class PendingProposals<R> {
    private static final int MAX_PLACES = 1024;

    private final int capacity;
    private final AtomicReferenceArray<@Nullable Proposal<R>> places;
    private final ConcurrentHashMap<Long, Proposal<R>> displaced = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong lastSequence = new AtomicLong();
    private final LongAdder refused = new LongAdder();

    PendingProposals(int capacity) {
        this.capacity = capacity;
        this.places = new AtomicReferenceArray<>(Math.min(MAX_PLACES, Math.max(1, Integer.highestOneBit(capacity))));
    }

    private int placeOf(long sequence) {
        return (int) (sequence & (places.length() - 1));
    }

    /** A sequence number that was never used in this life. */
    long newSequence() {
        return lastSequence.incrementAndGet();
    }

    /** Adds a proposal unless there are too many; false says so. */
    boolean add(Proposal<R> proposal) {
        if (count.incrementAndGet() > capacity) {
            count.decrementAndGet();
            refused();
            return false;
        }
        if (get(proposal.sequence) != null) {
            count.decrementAndGet();
            throw new IllegalArgumentException("proposal " + proposal.sequence + " was proposed before");
        }
        put(proposal);
        return true;
    }

    private void put(Proposal<R> proposal) {
        if (!places.compareAndSet(placeOf(proposal.sequence), null, proposal)) {
            displaced.put(proposal.sequence, proposal);
        }
    }

    /** Takes the proposal out, null if somebody else did or it is none of ours. */
    @Nullable Proposal<R> remove(long sequence) {
        Proposal<R> proposal = take(sequence);
        if (proposal != null) {
            count.decrementAndGet();
        }
        return proposal;
    }

    private @Nullable Proposal<R> take(long sequence) {
        int place = placeOf(sequence);
        Proposal<R> proposal = places.get(place);
        if (proposal != null && proposal.sequence == sequence) {
            return places.compareAndSet(place, proposal, null) ? proposal : null;
        }
        return displaced.isEmpty() ? null : displaced.remove(sequence);
    }

    /** The proposal, still pending, or null. */
    @Nullable Proposal<R> get(long sequence) {
        Proposal<R> proposal = places.get(placeOf(sequence));
        if (proposal != null && proposal.sequence == sequence) {
            return proposal;
        }
        return displaced.isEmpty() ? null : displaced.get(sequence);
    }

    /** Gives a pending proposal a new sequence number; false if it was answered meanwhile. Called by the loop. */
    boolean renumber(Proposal<R> proposal, long sequence) {
        if (take(proposal.sequence) == null) {
            return false;
        }
        proposal.sequence = sequence;
        put(proposal);
        return true;
    }

    /** One more was refused because too much is under way. */
    void refused() {
        refused.increment();
    }

    /** How many were refused because too much was under way. */
    long refusedSoFar() {
        return refused.sum();
    }

    boolean isEmpty() {
        return count.get() == 0;
    }

    int size() {
        return count.get();
    }

    /** Those whose time is over at {@code now}, in the order of their sequence numbers. */
    List<Proposal<R>> dueBy(long now) {
        return isEmpty() ? List.of() : inOrder(proposal -> proposal.deadlineNanos - now <= 0);
    }

    /** All of them, in the order of their sequence numbers. */
    List<Proposal<R>> inOrder() {
        return inOrder(proposal -> true);
    }

    private List<Proposal<R>> inOrder(Predicate<Proposal<R>> wanted) {
        List<Proposal<R>> found = new ArrayList<>(displaced.values());
        found.removeIf(wanted.negate());
        for (int i = 0; i < places.length(); i++) {
            Proposal<R> proposal = places.get(i);
            if (proposal != null && wanted.test(proposal)) {
                found.add(proposal);
            }
        }
        found.sort(Comparator.comparingLong(proposal -> proposal.sequence));
        return found;
    }
}
