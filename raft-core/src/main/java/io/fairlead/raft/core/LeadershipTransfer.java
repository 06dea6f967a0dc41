package io.fairlead.raft.core;

import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.TimeoutNow;

/** Hands leadership to another voter (dissertation §3.10). At most one transfer at a time. */
final class LeadershipTransfer {
    private final Server server;

    private long changeId;
    private long target;
    private long deadline = Long.MAX_VALUE;
    private boolean sent;

    LeadershipTransfer(Server server) {
        this.server = server;
    }

    boolean isPending() {
        return target != 0;
    }

    long deadline() {
        return deadline;
    }

    /** Begins, or says why not; the same target again changes nothing, another one replaces the first (rule X2). */
    void start(long newChange, long wanted, long now) {
        Leadership leadership = server.leadership();
        if (leadership == null) {
            server.outbox.changeEnded(newChange, Refusal.NOT_LEADER, "this member does not lead");
            return;
        }
        long chosen = wanted == 0 ? best(leadership, now) : wanted;
        if (chosen == 0
                || chosen == server.settings.memberId()
                || !server.configuration().isVoter(chosen)) {
            String why = chosen == 0
                    ? "no other voter has answered within an election timeout"
                    : "member " + chosen + " is not another voter";
            server.outbox.changeEnded(newChange, Refusal.NO_QUORUM, why);
            return;
        }
        if (isPending() && chosen != target) {
            end(Refusal.TRANSFER_IN_PROGRESS, "replaced by a transfer to " + chosen);
        } else if (isPending()) {
            server.outbox.changeEnded(newChange, Refusal.TRANSFER_IN_PROGRESS, "already under way");
            return;
        }
        changeId = newChange;
        target = chosen;
        sent = false;
        deadline = now + server.settings.electionTimeoutNanos();
        onProgress(leadership);
    }

    /** The voter with the most complete log among those that answer (rule X8). */
    private long best(Leadership leadership, long now) {
        Progress best = null;
        for (Progress progress : leadership.peers()) {
            if (server.configuration().isVoter(progress.peer)
                    && leadership.hasContact(progress.peer, now)
                    && (best == null || progress.matchIndex() > best.matchIndex())) {
                best = progress;
            }
        }
        return best == null ? 0 : best.peer;
    }

    /** As soon as the target has the whole log it is told to campaign. */
    void onProgress(Leadership leadership) {
        if (!isPending() || sent) {
            return;
        }
        Progress progress = leadership.progressOf(target);
        if (progress == null) {
            end(Refusal.REMOVED, "the target is no longer a member");
        } else if (progress.matchIndex() == server.log.lastIndex()) {
            sent = true;
            server.send(new TimeoutNow(server.settings.memberId(), target, server.term()));
        }
    }

    /** A target that has no vote any more cannot take over (rule X5). */
    void onConfigurationChanged() {
        if (isPending() && !server.configuration().isVoter(target)) {
            end(Refusal.REMOVED, "the target is no longer a voter");
        }
    }

    void onTick(long now) {
        if (now >= deadline) {
            end(Refusal.NO_QUORUM, "member " + target + " did not take over within an election timeout");
        }
    }

    /** This member no longer leads: whoever won, the transfer is over. */
    void onLeadershipEnded() {
        if (isPending()) {
            end(Refusal.NONE, "handed over");
        }
    }

    private void end(Refusal refusal, String why) {
        long ended = changeId;
        target = 0;
        changeId = 0;
        deadline = Long.MAX_VALUE;
        server.outbox.changeEnded(ended, refusal, why);
    }
}
