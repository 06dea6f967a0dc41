package io.fairlead.raft.core;

/**
 * How long to wait for a leader before standing for election (§5.2), and for how long a live one is not to be replaced
 * (dissertation §4.2.3, rules K1 to K4).
 */
final class ElectionTimer {
    /** How many election timeouts a quiet follower waits, once to twice, before it asks whether it is still led. */
    private static final int QUIET_TIMEOUTS = 64;

    private final Server server;
    private final SplitMix random;
    private final long timeoutNanos;

    private long deadline = Long.MAX_VALUE;
    private long stickyUntil = Progress.NEVER;
    private long lastLeaderContact = Progress.NEVER;
    private boolean rearmedAfterPause;
    private boolean suspended;
    private int failedRounds;

    ElectionTimer(Server server, SplitMix random) {
        this.server = server;
        this.random = random;
        this.timeoutNanos = server.settings.electionTimeoutNanos();
    }

    long deadline() {
        return deadline;
    }

    long lastLeaderContact() {
        return lastLeaderContact;
    }

    /** How often this member has waited in vain since it last heard of a leader. */
    int failedRounds() {
        return failedRounds;
    }

    /** Begins to wait anew; who may not stand for election does not wait. */
    void reset(long now) {
        if (suspended) {
            suspended = false;
            promise(lastLeaderContact); // What was said while the leader spoke is kept, and no more.
        }
        deadline = server.candidacy.mayStand()
                ? now + timeoutNanos + random.below(timeoutNanos) + precedence()
                : Long.MAX_VALUE;
    }

    /** Others are wanted more: they go first, once (rule E13). */
    private long precedence() {
        return failedRounds == 0 && server.candidacy.othersHavePriority() ? timeoutNanos / 2 : 0;
    }

    /**
     * The wait is over: tells if it is for lack of a leader. A tick that comes late says that this process was paused,
     * not that the leader is silent: listen once more first.
     */
    boolean expire(long now) {
        if (suspended) {
            server.quiescence.listen(now);
            return false;
        }
        boolean paused = now - deadline > timeoutNanos / 2;
        reset(now);
        if (paused && !rearmedAfterPause) {
            rearmedAfterPause = true;
            return false;
        }
        failedRounds++;
        return true;
    }

    /** The leader spoke: no other one is to be elected for an election timeout (rule K1). */
    void heardLeader(long now) {
        lastLeaderContact = now;
        rearmedAfterPause = false;
        failedRounds = 0;
        promise(now);
        reset(now);
    }

    /** The leader need not speak: it is there as long as its node is. */
    void suspend(long now) {
        suspended = true;
        deadline = now + QUIET_TIMEOUTS * timeoutNanos + random.below(QUIET_TIMEOUTS * timeoutNanos);
        stickyUntil = Long.MAX_VALUE;
    }

    boolean isSuspended() {
        return suspended;
    }

    /** The leader has to speak again, as if it had spoken last at {@code since}. */
    void resume(long since) {
        reset(since);
        promise(Math.max(since, lastLeaderContact));
    }

    /** Votes for nobody for an election timeout. */
    void promise(long now) {
        stickyUntil = now + timeoutNanos;
    }

    /** Whoever campaigns has given up on the leader (rule K3). */
    void forgetLeader() {
        stickyUntil = Progress.NEVER;
        suspended = false;
    }

    long promisedFor(long now) {
        return stickyUntil - now;
    }

    boolean hasPromised(long now) {
        return now < stickyUntil;
    }
}
