package io.fairlead.raft.message;

/**
 * Answers {@link Heartbeat}.
 *
 * @param from the member that sends
 * @param to the member that is meant
 * @param term the sender's term
 * @param readRound returned from the request
 * @param sentAtNanos returned from the request; 0 if there was none and a quiet follower asks whether it is still led
 * @param unsyncedNanos how long the follower's oldest un-synced write has been waiting
 * @param standing whether the answer counts
 * @param quiet the follower is quiet: it expects no more heartbeats while it hears of the leader's node
 */
public record HeartbeatReply(
        long from,
        long to,
        long term,
        long readRound,
        long sentAtNanos,
        long unsyncedNanos,
        Standing standing,
        boolean quiet)
        implements RaftMessage {
    /**
     * The answer of a member that is awake.
     *
     * @param from the member that sends
     * @param to the member that is meant
     * @param term the sender's term
     * @param readRound returned from the request
     * @param sentAtNanos returned from the request
     * @param unsyncedNanos how long the follower's oldest un-synced write has been waiting
     * @param standing whether the answer counts
     */
    public HeartbeatReply(
            long from, long to, long term, long readRound, long sentAtNanos, long unsyncedNanos, Standing standing) {
        this(from, to, term, readRound, sentAtNanos, unsyncedNanos, standing, false);
    }

    /**
     * The answer of a member that is awake and has lost nothing.
     *
     * @param from the member that sends
     * @param to the member that is meant
     * @param term the sender's term
     * @param readRound returned from the request
     * @param sentAtNanos returned from the request
     * @param unsyncedNanos how long the follower's oldest un-synced write has been waiting
     */
    public HeartbeatReply(long from, long to, long term, long readRound, long sentAtNanos, long unsyncedNanos) {
        this(from, to, term, readRound, sentAtNanos, unsyncedNanos, Standing.WHOLE, false);
    }
}
