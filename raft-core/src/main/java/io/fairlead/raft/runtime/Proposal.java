package io.fairlead.raft.runtime;

import io.fairlead.raft.RaftGroup.ProposalCallback;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.Refusal;

/**
 * A command that somebody on this member waits for, from its proposal to its answer.
 *
 * <p><b>Threads:</b> the loop owns the fields that change. Who takes it out of {@link PendingProposals} answers it.
 */
final class Proposal<R> extends Stage.Queued {
    /** {@link #submittedTerm} of a proposal that nobody has been given yet: it cannot have an effect. */
    static final long NOT_SUBMITTED = Long.MAX_VALUE;

    private static final long TIMED_MASK = 63;

    final ProposalCallback<? super R> callback;
    final long proposedNanos;
    final long deadlineNanos;
    /** The key in {@link PendingProposals}; another one for every time the proposal is given out. */
    volatile long sequence;
    /** What to propose, until it is given away. */
    Entry entry;
    /** The term in which it was given to the leader of that term. */
    long submittedTerm = NOT_SUBMITTED;
    /** When it was given away last. */
    long submittedNanos;
    /** When its entry was found to be committed; the applier's. */
    long committedNanos;
    /** The same, counted in proposals. */
    long submission;
    /** Whether it has ever been given to anybody, so that a copy of the entry may be about. */
    boolean used;
    /** Whether a copy is under way of which nobody knows yet what becomes of it. */
    boolean inDoubt;
    /** Whether it waits for a leader. */
    boolean held;
    /** Why it was held last. */
    Refusal lastRefusal = Refusal.NOT_LEADER;

    Proposal(Entry entry, ProposalCallback<? super R> callback, long proposedNanos, long timeoutNanos) {
        this.entry = entry;
        this.callback = callback;
        this.proposedNanos = proposedNanos;
        this.deadlineNanos = proposedNanos + timeoutNanos;
        this.sequence = entry.sequence();
    }

    /** Whether this is one of those whose times are told. */
    boolean isTimed() {
        return (sequence & TIMED_MASK) == 0;
    }
}
