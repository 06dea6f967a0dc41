package io.fairlead.raft.message;

/**
 * Answers {@link Heartbeat}.
 *
 * @param readRound returned from the request
 * @param sentAtNanos returned from the request
 * @param unsyncedNanos how long the follower's oldest un-synced write has been waiting
 * @param standing whether the answer counts
 */
public record HeartbeatReply(
        long from, long to, long term, long readRound, long sentAtNanos, long unsyncedNanos, Standing standing)
        implements RaftMessage {
    /** The answer of a member that has lost nothing. */
    public HeartbeatReply(long from, long to, long term, long readRound, long sentAtNanos, long unsyncedNanos) {
        this(from, to, term, readRound, sentAtNanos, unsyncedNanos, Standing.WHOLE);
    }
}
