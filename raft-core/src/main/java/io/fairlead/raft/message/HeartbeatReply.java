package io.fairlead.raft.message;

/**
 * Answers {@link Heartbeat}.
 *
 * @param readRound returned from the request
 * @param sentAtNanos returned from the request
 * @param unsyncedNanos how long the follower's oldest un-synced write has been waiting
 */
public record HeartbeatReply(long from, long to, long term, long readRound, long sentAtNanos, long unsyncedNanos)
        implements RaftMessage {}
