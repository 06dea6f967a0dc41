package io.fairlead.raft.core;

/**
 * What the core needs to know of its surroundings. Times in nanoseconds.
 *
 * @param memberId who we are
 * @param electionTimeoutNanos the shortest election timeout E; each is drawn from [E, 2E)
 * @param heartbeatIntervalNanos how often an idle leader speaks
 * @param maxAppendBytes encoded entry bytes after which an AppendEntries is sent as it is
 * @param maxInflightMessages AppendEntries under way to one follower
 * @param maxInflightBytes entry bytes under way to one follower
 * @param maxUncommittedBytes payload bytes that may wait for commitment on a leader
 * @param maxApplyBytes payload bytes that may wait to be applied
 * @param logCacheBytes bytes of recent entries kept in memory while a peer needs them
 */
public record ServerSettings(
        long memberId,
        long electionTimeoutNanos,
        long heartbeatIntervalNanos,
        int maxAppendBytes,
        int maxInflightMessages,
        long maxInflightBytes,
        long maxUncommittedBytes,
        long maxApplyBytes,
        long logCacheBytes) {}
