package io.fairlead.raft.core;

import static io.fairlead.raft.core.Invariant.check;
import static io.fairlead.raft.core.Invariant.checkOrder;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.message.RaftMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Figure 2's persistent state on all servers, term, vote and log: what of it is on its way to the disk, and what may be
 * said only once it is there.
 */
final class PersistentState {
    private final RaftLog log;
    private final Outbox outbox;

    private long currentTerm;
    private long votedFor;
    private long durableTerm;
    private HardState written;

    private long batches;
    private long unissuedFrom;
    private long pendingTruncate;
    private @Nullable EntryId pendingReset;
    private boolean pendingEndOfRepair;
    private List<RaftMessage> afterwards = new ArrayList<>();

    PersistentState(HardState restored, RaftLog log, Outbox outbox) {
        this.log = log;
        this.outbox = outbox;
        this.written = restored;
        this.currentTerm = restored.term();
        this.votedFor = restored.votedFor();
        this.durableTerm = currentTerm;
        this.unissuedFrom = log.lastIndex() + 1;
        checkOrder("term of the last entry", log.last().term(), "current term", currentTerm);
    }

    long term() {
        return currentTerm;
    }

    long votedFor() {
        return votedFor;
    }

    boolean isTermDurable() {
        return durableTerm == currentTerm;
    }

    /** Moves on to a term, or stays in it; a later one begins with {@code vote} given, 0 for nobody. */
    void enterTerm(long term, long vote) {
        checkOrder("current term", currentTerm, "new term", term);
        if (term > currentTerm) {
            currentTerm = term;
            votedFor = vote;
        }
    }

    /** Gives this term's vote, once (§5.2). */
    void vote(long candidate) {
        check(votedFor == 0 || votedFor == candidate, "one vote a term");
        votedFor = candidate;
    }

    /** Makes sure that nobody can be given this term's vote but, once more, {@code member}. */
    void spendVote(long member) {
        if (votedFor == 0) {
            votedFor = member;
        }
    }

    /** Makes the end of the repair a part of this step's batch; returns the number of that batch. */
    long endRepair() {
        pendingEndOfRepair = true;
        return batches + 1;
    }

    /** Entries from {@code index} on are no longer in the log. */
    void truncated(long index) {
        if (index < unissuedFrom) {
            pendingTruncate = pendingTruncate == 0 ? index : Math.min(pendingTruncate, index);
            unissuedFrom = index;
        }
    }

    /** The log starts anew behind {@code lastIncluded}. */
    void reset(EntryId lastIncluded) {
        pendingReset = lastIncluded;
        pendingTruncate = 0;
        unissuedFrom = log.lastIndex() + 1;
    }

    /** Sends now, or as soon as the term in which it is said is on disk (§13.1: one sync per change of term). */
    void send(RaftMessage message) {
        if (durableTerm < currentTerm) {
            afterwards.add(message);
        } else {
            outbox.send(message);
        }
    }

    /** Sends when everything up to this step is on disk. */
    void sendWhenDurable(RaftMessage message) {
        afterwards.add(message);
    }

    /** Ends a step: one batch of all that it changed. */
    void persist() {
        List<Entry> entries = unissuedFrom > log.lastIndex() ? List.of() : log.entries(unissuedFrom, Integer.MAX_VALUE);
        boolean termOrVote = currentTerm != written.term() || votedFor != written.votedFor();
        boolean mustSync =
                termOrVote || !entries.isEmpty() || pendingTruncate != 0 || pendingReset != null || pendingEndOfRepair;
        if (!mustSync && afterwards.isEmpty()) {
            return;
        }
        HardState hardState = new HardState(currentTerm, votedFor, log.commitIndex());
        boolean changed = mustSync && !hardState.equals(written);
        if (changed) {
            written = hardState;
        }
        List<RaftMessage> messages = afterwards;
        afterwards = new ArrayList<>();
        batches++;
        log.issued(batches, currentTerm);
        outbox.persist(new PersistBatch(
                batches,
                pendingReset,
                pendingTruncate,
                entries,
                changed ? hardState : null,
                pendingEndOfRepair,
                mustSync,
                messages));
        pendingEndOfRepair = false;
        unissuedFrom = log.lastIndex() + 1;
        pendingTruncate = 0;
        pendingReset = null;
    }

    /** All batches up to this number are durable. */
    void onPersisted(long batch) {
        durableTerm = Math.max(durableTerm, log.persisted(batch));
    }
}
