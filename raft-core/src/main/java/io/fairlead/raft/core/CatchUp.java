package io.fairlead.raft.core;

/**
 * One newcomer on its way to a vote (dissertation §4.2.1, rule M6). It replicates in rounds, each up to where the log
 * ended when the round began; it has caught up when a round takes less than an election timeout, because then a vote of
 * its own does not stop the group for longer than an election would.
 */
final class CatchUp {
    /** Rounds after which a newcomer is too slow for the group. */
    static final int MAX_ROUNDS = 10;

    final long member;
    private long target;
    private long roundBegan;
    private int rounds = 1;
    private boolean done;

    CatchUp(long member, long lastIndex, long now) {
        this.member = member;
        this.target = lastIndex;
        this.roundBegan = now;
    }

    /** Looks how far the newcomer is; only what it has acknowledged counts. */
    void look(long matchIndex, long lastIndex, long electionTimeoutNanos, long now) {
        if (done || matchIndex < target) {
            return;
        }
        done = now - roundBegan < electionTimeoutNanos;
        target = lastIndex;
        roundBegan = now;
        rounds++;
    }

    boolean isDone() {
        return done;
    }

    boolean isTooSlow() {
        return !done && rounds > MAX_ROUNDS;
    }

    @Override
    public String toString() {
        return "member " + member + " in round " + rounds + " to " + target;
    }
}
