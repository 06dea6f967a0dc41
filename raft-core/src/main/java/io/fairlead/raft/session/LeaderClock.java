package io.fairlead.raft.session;

/**
 * The clock whose readings a leader puts into the log. Time in which the process stood still does not count: its clients
 * could not have shown that they are alive.
 *
 * <p><b>Threads:</b> the session worker.
 */
final class LeaderClock {
    private final long longestStepNanos;
    private final long tickNanos;
    private long seenNanos;
    private long readingNanos;
    private long toldNanos;

    /**
     * @param longestStepNanos what passes at most between two looks at the clock, unless the process stands still
     * @param tickNanos how often the time is told
     */
    LeaderClock(long nowNanos, long longestStepNanos, long tickNanos) {
        this.seenNanos = nowNanos;
        this.longestStepNanos = longestStepNanos;
        this.tickNanos = tickNanos;
    }

    /** Looks at the clock; tells whether the time should be told again. */
    boolean look(long nowNanos) {
        readingNanos += Math.min(nowNanos - seenNanos, longestStepNanos);
        seenNanos = nowNanos;
        return readingNanos - toldNanos >= tickNanos;
    }

    /** What to tell. */
    long read() {
        toldNanos = readingNanos;
        return readingNanos;
    }
}
