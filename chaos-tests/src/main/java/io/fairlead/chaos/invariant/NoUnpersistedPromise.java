package io.fairlead.chaos.invariant;

import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.HeartbeatReply;
import io.fairlead.raft.message.InstallSnapshot;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.RequestVote;
import io.fairlead.raft.message.RequestVoteReply;
import io.fairlead.raft.message.RollCallReply;
import io.fairlead.raft.message.TimeoutNow;
import java.util.Map;

/** Nothing is said that a crash at this instant could make untrue: terms, votes and acknowledged entries are on disk. */
final class NoUnpersistedPromise extends Invariant implements Invariant.SeesMessages {
    private final Map<Long, ? extends MemberView> members;

    NoUnpersistedPromise(Map<Long, ? extends MemberView> members) {
        super("I7", "no promise before it is durable");
        this.members = members;
    }

    @Override
    public void onSend(MemberView from, RaftMessage message) {
        HardState durable = from.durable().hardState();
        if (message instanceof RequestVoteReply reply) {
            checkTerm(message, reply.term(), durable);
            if (reply.granted()) {
                checkVote(message, reply.term(), reply.to(), durable);
            }
        } else if (message instanceof RequestVote request) {
            checkTerm(message, request.term(), durable);
            checkVote(message, request.term(), request.from(), durable);
        } else if (message instanceof AppendEntriesReply reply) {
            checkTerm(message, reply.term(), durable);
            // One sync may cover what was acknowledged to an old leader and what its successor put in its place; that
            // is
            // as if there had been two syncs, and this reply between them.
            if (reply.success() && reply.term() == durable.term()) {
                checkAcknowledged(from, reply);
            }
        } else {
            checkTerm(message, termOf(message), durable);
        }
    }

    private static long termOf(RaftMessage message) {
        if (message instanceof AppendEntries append) {
            return append.term();
        }
        if (message instanceof Heartbeat heartbeat) {
            return heartbeat.term();
        }
        if (message instanceof HeartbeatReply reply) {
            return reply.term();
        }
        if (message instanceof InstallSnapshot offer) {
            return offer.term();
        }
        if (message instanceof RollCallReply reply) {
            return reply.term();
        }
        return message instanceof TimeoutNow now ? now.term() : 0;
    }

    private void checkTerm(RaftMessage message, long term, HardState durable) {
        if (term > durable.term()) {
            throw violation("member " + message.from() + " speaks in term " + term + ", on its disk is " + durable
                    + ": " + message);
        }
    }

    private void checkVote(RaftMessage message, long term, long candidate, HardState durable) {
        if (durable.term() == term && durable.votedFor() != candidate) {
            throw violation("member " + message.from() + " gives its vote of term " + term + " to " + candidate
                    + ", on its disk is " + durable);
        }
    }

    private void checkAcknowledged(MemberView from, AppendEntriesReply reply) {
        DurableImage disk = from.durable();
        if (reply.index() <= disk.snapshot().index()) {
            return;
        }
        if (reply.index() > disk.lastIndex()) {
            throw violation(
                    "member " + from.id() + " acknowledges up to " + reply.index() + ", on its disk is " + disk);
        }
        MemberView leader = members.get(reply.to());
        Server server = leader == null ? null : leader.server();
        boolean leads = server != null && server.leads() && server.term() == reply.term();
        if (!leads || server == null || reply.index() <= disk.beforeFirst().index()) {
            return;
        }
        long leaders = server.termAt(reply.index());
        if (leaders > 0 && leaders != disk.termAt(reply.index())) {
            throw violation("member " + from.id() + " acknowledges up to " + reply.index()
                    + ", where the leader has term " + leaders + ", but its own disk " + disk.termAt(reply.index()));
        }
    }
}
