package io.fairlead.raft.runtime;

/**
 * How much of its end a log keeps although its effects are durable elsewhere: so many entries and so many bytes,
 * whichever is less, for whoever comes a little late; and what an active follower still needs, up to {@value
 * #FOLLOWER_BUDGET} times as many bytes, because a snapshot would cost more.
 *
 * @param entries entries to keep
 * @param bytes bytes to keep, at most
 */
record Retention(long entries, long bytes) {
    private static final long FOLLOWER_BUDGET = 16;

    /** What a log has: its first and last entry and the bytes of all of them. */
    record Extent(long first, long last, long bytes) {
        private long averageBytes() {
            return Math.max(1, bytes / Math.max(1, last - first + 1));
        }
    }

    /** How many entries of this log are kept for everybody. */
    long kept(Extent log) {
        return Math.min(entries, bytes / log.averageBytes());
    }

    /** The last entry that could go if no follower needed any. */
    long wanted(Extent log, long durableIndex) {
        return Math.min(durableIndex, log.last - kept(log));
    }

    /** The last entry that may go, given the last one that no active follower needs. */
    long allowed(Extent log, long wanted, long unneeded) {
        long followers = bytes * FOLLOWER_BUDGET / log.averageBytes();
        return Math.min(wanted, Math.max(unneeded, log.last - Math.max(followers, entries)));
    }
}
