package io.fairlead.raft.core;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.TimeoutNow;

/** Hands leadership to another voter (dissertation §3.10). At most one transfer at a time. */
final class LeadershipTransfer {
    /** So many election timeouts pass between two attempts to give leadership to whom it is meant for. */
    private static final int PREFERENCE_TIMEOUTS = 20;

    private final Server server;

    private long changeId;
    private long target;
    private long deadline = Long.MAX_VALUE;
    private boolean sent;
    private long nextPreference = Progress.NEVER;

    LeadershipTransfer(Server server) {
        this.server = server;
    }

    boolean isPending() {
        return target != 0;
    }

    long target() {
        return target;
    }

    long deadline() {
        return deadline;
    }

    /**
     * Begins, or says why not. The same target again changes nothing, another one replaces the first, and this member
     * itself as target ends what is under way (rules X1, X2).
     */
    void start(long newChange, long wanted, long now) {
        Leadership leadership = server.leadership();
        if (leadership == null) {
            refuse(newChange, Refusal.NOT_LEADER, "this member does not lead");
            return;
        }
        long self = server.settings.memberId();
        if (wanted == self) {
            if (isPending()) {
                end(Refusal.SUPERSEDED, "member " + self + " was asked to go on leading");
            }
            server.outbox.changeEnded(newChange, Refusal.NONE, "member " + self + " leads");
            return;
        }
        long chosen = wanted == 0 ? best(leadership, now) : wanted;
        Configuration configuration = server.configuration();
        if (chosen == 0) {
            refuse(newChange, Refusal.NO_QUORUM, "no other voter has answered within an election timeout");
        } else if (!configuration.isVoter(chosen)) {
            refuse(newChange, Refusal.REMOVED, "member " + chosen + " is not a voter");
        } else if (!Successor.mayLead(configuration, chosen)) {
            refuse(newChange, Refusal.LOWER_PRIORITY, "member " + chosen + " has priority 0 or is being removed");
        } else if (chosen == target) {
            refuse(newChange, Refusal.TRANSFER_IN_PROGRESS, "already under way");
        } else {
            if (isPending()) {
                end(Refusal.SUPERSEDED, "replaced by a transfer to " + chosen);
            }
            changeId = newChange;
            target = chosen;
            sent = false;
            deadline = now + server.settings.electionTimeoutNanos();
            onProgress(leadership);
        }
    }

    private void refuse(long change, Refusal refusal, String why) {
        server.outbox.changeEnded(change, refusal, why);
    }

    private long best(Leadership leadership, long now) {
        Progress best = Successor.best(
                leadership,
                server.configuration(),
                progress -> leadership.hasContact(progress.peer, now) && progress.isWhole());
        return best == null ? 0 : best.peer;
    }

    /** Gives leadership to a voter that is wanted more as leader, if there is one and it has everything (rule E13). */
    void toPreferred(Leadership leadership, long now) {
        if (isPending() || now < nextPreference || !server.candidacy.othersHavePriority()) {
            return;
        }
        Configuration configuration = server.configuration();
        int own = configuration.priority(server.settings.memberId());
        Progress preferred = Successor.mostWanted(
                leadership,
                configuration,
                progress -> configuration.priority(progress.peer) > own
                        && leadership.hasContact(progress.peer, now)
                        && progress.matchIndex() >= server.log.commitIndex());
        if (preferred != null) {
            nextPreference = now + PREFERENCE_TIMEOUTS * server.settings.electionTimeoutNanos();
            start(0, preferred.peer, now);
        }
    }

    /** As soon as the target has the whole log it is told to campaign. */
    void onProgress(Leadership leadership) {
        if (!isPending() || sent) {
            return;
        }
        Progress progress = leadership.progressOf(target);
        if (progress != null && progress.isWhole() && progress.matchIndex() == server.log.lastIndex()) {
            sent = true;
            leadership.reads().lease().giveUp();
            server.send(new TimeoutNow(server.settings.memberId(), target, server.term()));
        }
    }

    /** A target that has no vote any more cannot take over (rule X5). */
    void onConfigurationChanged() {
        if (isPending() && !Successor.mayLead(server.configuration(), target)) {
            end(Refusal.REMOVED, "member " + target + " is no longer a voter");
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
