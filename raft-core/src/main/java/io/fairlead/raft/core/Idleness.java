package io.fairlead.raft.core;

import io.fairlead.raft.message.HeartbeatReply;

/**
 * A leader's part of a group that is quiet (ADR 0012). When all members have everything and nothing has happened for a
 * while, its heartbeats say so; when all members have answered that they are quiet, it sends no more. Whatever happens
 * then makes it speak again: it looks at the end of every step.
 */
final class Idleness {
    /** For how many election timeouts nothing happens before a group goes quiet. */
    private static final int IDLE_TIMEOUTS = 2;

    private final Server server;
    private final Leadership leadership;

    /** What was there when something happened last. */
    private long lastIndex;

    private long readRound;
    private long idleSince;

    /** When the heartbeats began to say that the group goes quiet; {@link Progress#NEVER} while they do not. */
    private long saidSince = Progress.NEVER;

    private boolean silent;

    Idleness(Server server, Leadership leadership, long now) {
        this.server = server;
        this.leadership = leadership;
        this.idleSince = now;
    }

    /** Tells if no heartbeats are sent. */
    boolean isSilent() {
        return silent;
    }

    /** What heartbeats say: the life of this node while the group goes quiet, or is, else 0. */
    long quietLife() {
        return saidSince == Progress.NEVER ? 0 : server.quiescence.lifeOf(server.settings.memberId());
    }

    /** Heartbeats are due: tells if one is to be sent. */
    boolean mustSpeak(long now) {
        if (hasSomethingHappened()) {
            wake(now);
        } else if (saidSince != Progress.NEVER) {
            silent = leadership.peers().stream().allMatch(progress -> progress.quiet);
        } else if (now - idleSince >= IDLE_TIMEOUTS * server.settings.electionTimeoutNanos()) {
            saidSince = now;
        }
        return !silent;
    }

    /** Ends a step: what it brought may have ended the quiet. */
    void check(long now) {
        if (saidSince != Progress.NEVER && hasSomethingHappened()) {
            wake(now);
        }
    }

    private boolean hasSomethingHappened() {
        return server.log.lastIndex() != lastIndex || leadership.reads().currentRound() != readRound || !isIdle();
    }

    /** Speaks from now on. Who was quiet until now was there, as far as its node could tell. */
    void wake(long now) {
        lastIndex = server.log.lastIndex();
        readRound = leadership.reads().currentRound();
        idleSince = now;
        if (saidSince == Progress.NEVER) {
            return;
        }
        saidSince = Progress.NEVER;
        for (Progress progress : leadership.peers()) {
            if (silent && server.quiescence.lifeOf(progress.peer) != 0) {
                progress.contactNanos = Math.max(progress.contactNanos, now - 1); // Before any answer to what follows.
            }
            progress.quiet = false;
        }
        if (silent) {
            silent = false;
            leadership.speakAt(now);
        }
    }

    /** A follower answered, or asks whether it is still led. */
    void onReply(Progress progress, HeartbeatReply reply, long now) {
        if (saidSince == Progress.NEVER) {
            return;
        }
        if (reply.sentAtNanos() != 0 && reply.sentAtNanos() >= saidSince) {
            progress.quiet = reply.quiet();
        }
        if (silent && !reply.quiet()) {
            wake(now);
        } else if (silent && reply.sentAtNanos() == 0) {
            leadership.heartbeat(progress, now);
        } else if (reply.sentAtNanos() == 0) {
            progress.quiet = false; // It was, and listens again: it is owed the next heartbeat.
        }
    }

    /** Nobody wants anything, nobody lacks anything, and nobody is missing. */
    private boolean isIdle() {
        RaftLog log = server.log;
        long last = log.lastIndex();
        return leadership.isReady()
                && log.commitIndex() == last
                && log.durableIndex() == last
                && leadership.reads().isIdle()
                && leadership.isConfirmed()
                && !server.transfer.isPending()
                && !server.membership.isUnderWay()
                && !server.disk.isSick()
                && server.candidacy.mayStand()
                && !server.candidacy.othersHavePriority()
                && server.quiescence.lifeOf(server.settings.memberId()) != 0
                && leadership.peers().stream().allMatch(progress -> hasEverything(progress, last));
    }

    private boolean hasEverything(Progress progress, long last) {
        return progress.state() == Progress.State.REPLICATE
                && progress.matchIndex() == last
                && progress.commitSent >= last
                && progress.isWhole()
                && !progress.isLeaving()
                && server.quiescence.lifeOf(progress.peer) != 0;
    }
}
