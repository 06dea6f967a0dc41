package io.fairlead.raft.runtime;

import io.fairlead.raft.GroupStoppedException;
import io.fairlead.raft.NotAcceptedException;
import io.fairlead.raft.OutcomeUnknownException;
import io.fairlead.raft.RaftException;
import io.fairlead.raft.RaftException.Effect;
import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.spi.Worker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop's side of proposals: gives them to the core, keeps them while there is no leader, gives them again after a
 * refusal that rules out any effect, and ends them when their time is over. This is what hides a fail-over from callers.
 *
 * <p><b>No command twice:</b> a proposal is given again only when the earlier copy can never be applied: it was refused
 * before it got into a log, or an entry of a later term is applied here while the copy was meant for the leader of an
 * earlier one. Every copy has a sequence number of its own, so that a late refusal of one is not taken for another's.
 *
 * <p><b>Threads:</b> the loop. Failures are told on the notifier, since callbacks are the caller's code.
 */
final class Proposals<R> {
    private static final Logger log = LoggerFactory.getLogger(Proposals.class);

    private final long groupId;
    private final long source;
    private final PendingProposals<R> pending;
    private final Worker notifier;
    private final Queue<Proposal<R>> held = new ArrayDeque<>();
    private final List<Proposal<R>> submitted = new ArrayList<>();
    private long appliedTerm;
    private long submissions;
    private long refusedTold;

    Proposals(long groupId, long source, PendingProposals<R> pending, Worker notifier, long appliedTerm) {
        this.groupId = groupId;
        this.source = source;
        this.pending = pending;
        this.notifier = notifier;
        this.appliedTerm = appliedTerm;
    }

    /** A new proposal. */
    void propose(Proposal<R> proposal, Server server, long now) {
        if (!isPending(proposal)) {
            return; // Its time was over before its turn came, and it was answered: it must not take effect any more.
        }
        if (server.leader() == 0) {
            hold(proposal, Refusal.NOT_LEADER);
        } else {
            submit(proposal, server, now);
        }
    }

    private void submit(Proposal<R> proposal, Server server, long now) {
        if (proposal.used) {
            long sequence = pending.newSequence();
            if (!pending.renumber(proposal, sequence)) {
                return; // Answered meanwhile.
            }
            Entry entry = proposal.entry;
            proposal.entry = Entry.proposal(entry.kind(), source, sequence, entry.payload());
        }
        proposal.used = true;
        proposal.submission = ++submissions;
        proposal.submittedNanos = now;
        proposal.held = false;
        proposal.inDoubt = true;
        if (server.leads()) {
            proposal.submittedTerm = server.term();
        } else {
            proposal.submittedTerm = Proposal.NOT_SUBMITTED; // Known when the message to the leader is made.
            submitted.add(proposal);
        }
        server.propose(proposal.entry, now);
    }

    /** The step is over: what was given to the core in it has left for the leader of {@code term}. */
    void afterFlush(long term) {
        for (int i = 0; i < submitted.size(); i++) {
            submitted.get(i).submittedTerm = term;
        }
        submitted.clear();
    }

    /** The core, or the leader through it, refused a proposal: that copy will never be applied. */
    void refused(long refusedSource, long sequence, Refusal refusal, long leader) {
        if (refusedSource != source) {
            return;
        }
        Proposal<R> proposal = pending.get(sequence);
        if (proposal == null) {
            return;
        }
        if (refusal == Refusal.NOT_LEADER || refusal == Refusal.TRANSFER_IN_PROGRESS || refusal == Refusal.NO_QUORUM) {
            hold(proposal, refusal);
        } else if (pending.remove(sequence) != null) {
            if (refusal == Refusal.OVERLOADED) {
                pending.refused();
            }
            fail(proposal, notAccepted(refusal, leader));
        }
    }

    private void hold(Proposal<R> proposal, Refusal refusal) {
        proposal.lastRefusal = refusal;
        proposal.inDoubt = false;
        if (!proposal.held) {
            proposal.held = true;
            held.add(proposal);
        }
    }

    /** An entry of {@code term} is applied here: copies meant for leaders of earlier terms never will be. */
    void onApplied(long term) {
        if (term <= appliedTerm) {
            return;
        }
        appliedTerm = term;
        for (Proposal<R> proposal : pending.inOrder()) {
            if (proposal.inDoubt && proposal.submittedTerm < term) {
                hold(proposal, Refusal.SUPERSEDED);
            }
        }
    }

    /** How many proposals have been given away: what exists now cannot contain the effect of a later one. */
    long submissions() {
        return submissions;
    }

    /**
     * The state machine was replaced by a snapshot, which may or may not contain what was under way.
     *
     * @param before how many proposals had been given away when the snapshot was known to exist
     */
    void onRestored(long term, long before) {
        for (Proposal<R> proposal : pending.inOrder()) {
            if (proposal.inDoubt && proposal.submission <= before && pending.remove(proposal.sequence) != null) {
                fail(
                        proposal,
                        new OutcomeUnknownException("group " + groupId
                                + " caught up by a snapshot, which does not tell if it contains the command"));
            }
        }
        onApplied(term);
    }

    /** How many were refused because too much was under way, since this was asked last. */
    long takeRefused() {
        long more = pending.refusedSoFar() - refusedTold;
        refusedTold += more;
        return more;
    }

    boolean hasHeld() {
        return !held.isEmpty();
    }

    /** How many wait for an answer, but for those that wait for a leader. */
    int underWay() {
        return pending.size() - held.size();
    }

    boolean isEmpty() {
        return pending.isEmpty();
    }

    /** Gives what was held to the leader of now. */
    void retry(Server server, long now) {
        for (int count = held.size(); count > 0 && server.leader() != 0; count--) {
            Proposal<R> proposal = held.remove();
            proposal.held = false;
            if (isPending(proposal)) {
                submit(proposal, server, now);
            }
        }
    }

    /** Ends those whose time is over. */
    void expire(long leader, long now) {
        for (Proposal<R> proposal : pending.dueBy(now)) {
            if (pending.remove(proposal.sequence) != null) {
                fail(
                        proposal,
                        proposal.inDoubt
                                ? new OutcomeUnknownException("group " + groupId
                                        + " did not get an answer in time; the command may still take effect")
                                : notAccepted(proposal.lastRefusal, leader));
            }
        }
        held.removeIf(proposal -> !isPending(proposal));
    }

    /** The group stops. */
    void failAll(String why, @Nullable Throwable cause) {
        for (Proposal<R> proposal : pending.inOrder()) {
            if (pending.remove(proposal.sequence) != null) {
                fail(proposal, stopped(why, proposal.inDoubt ? Effect.UNKNOWN : Effect.NONE, cause));
            }
        }
        held.clear();
        submitted.clear();
    }

    private boolean isPending(Proposal<R> proposal) {
        return pending.get(proposal.sequence) == proposal;
    }

    private NotAcceptedException notAccepted(Refusal refusal, long leader) {
        return new NotAcceptedException(
                refusal, leader, "group " + groupId + " did not accept the command: " + Refusals.inWords(refusal));
    }

    static GroupStoppedException stopped(String why, Effect effect, @Nullable Throwable cause) {
        return cause == null ? new GroupStoppedException(why, effect) : new GroupStoppedException(why, effect, cause);
    }

    private void fail(Proposal<R> proposal, RaftException failure) {
        notifier.execute(() -> {
            try {
                proposal.callback.onFailed(failure);
            } catch (RuntimeException e) {
                log.warn("group={} a proposal's callback failed", groupId, e);
            }
        });
    }
}
