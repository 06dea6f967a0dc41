package io.fairlead.raft.core;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.ForwardProposals;
import io.fairlead.raft.message.ForwardProposalsReply;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.HeartbeatReply;
import io.fairlead.raft.message.InstallSnapshot;
import io.fairlead.raft.message.InstallSnapshotReply;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.ReadIndexReply;
import io.fairlead.raft.message.ReadIndexRequest;
import io.fairlead.raft.message.RequestPreVote;
import io.fairlead.raft.message.RequestPreVoteReply;
import io.fairlead.raft.message.RequestVote;
import io.fairlead.raft.message.RequestVoteReply;
import io.fairlead.raft.message.RollCall;
import io.fairlead.raft.message.RollCallReply;
import io.fairlead.raft.message.TimeoutNow;
import org.jspecify.annotations.Nullable;

/** Brings each message to the part of the member that it is for. */
final class MessageDispatch {
    private final Server server;
    private final Elections elections;
    private final Following following;
    private final ForwardedProposals forwarded;

    MessageDispatch(Server server, Elections elections, Following following, ForwardedProposals forwarded) {
        this.server = server;
        this.elections = elections;
        this.following = following;
        this.forwarded = forwarded;
    }

    void onMessage(RaftMessage message, long now) {
        if (message instanceof AppendEntries m) {
            following.onAppendEntries(m, now);
        } else if (message instanceof AppendEntriesReply m) {
            Leadership leadership = leadershipFor(m.term(), now);
            if (leadership != null) {
                leadership.onAppendEntriesReply(m, now);
            }
        } else if (message instanceof Heartbeat m) {
            following.onHeartbeat(m, now);
        } else if (message instanceof HeartbeatReply m) {
            Leadership leadership = leadershipFor(m.term(), now);
            if (leadership != null) {
                leadership.onHeartbeatReply(m, now);
            }
        } else if (message instanceof ForwardProposals m) {
            forwarded.onForwardProposals(m);
        } else if (message instanceof ForwardProposalsReply m) {
            forwarded.onReply(m);
        } else if (message instanceof ReadIndexRequest m) {
            server.reads.onRequest(m, now);
        } else if (message instanceof ReadIndexReply m) {
            server.reads.onReply(m);
        } else {
            onRareMessage(message, now);
        }
    }

    private void onRareMessage(RaftMessage message, long now) {
        server.quiescence.wake(now);
        if (message instanceof RequestPreVote m) {
            elections.onRequestPreVote(m, now);
        } else if (message instanceof RequestPreVoteReply m) {
            elections.onRequestPreVoteReply(m, now);
        } else if (message instanceof RequestVote m) {
            elections.onRequestVote(m, now);
        } else if (message instanceof RequestVoteReply m) {
            elections.onRequestVoteReply(m, now);
        } else if (message instanceof InstallSnapshot m) {
            following.onInstallSnapshot(m, now);
        } else if (message instanceof InstallSnapshotReply m) {
            Leadership leadership = leadershipFor(m.term(), now);
            if (leadership != null) {
                leadership.snapshots().onReply(m, now);
            }
        } else if (message instanceof TimeoutNow m) {
            elections.onTimeoutNow(m, now);
        } else if (message instanceof RollCall m) {
            server.repair.founding().onRollCall(m);
        } else if (message instanceof RollCallReply m) {
            server.repair.founding().onReply(m, now);
        }
    }

    /** The leadership that an answer of this term is for; a later term ends it (rule T1). */
    private @Nullable Leadership leadershipFor(long term, long now) {
        if (term > server.term()) {
            server.roles.becomeFollower(term, 0, "a follower is at a later term", now);
        }
        return term == server.term() ? server.leadership() : null;
    }
}
