package io.fairlead.raft.session;

/**
 * The time that the log tells: how long leaders have led, by their own clocks, between their readings in the log. It
 * does not depend on any clock's origin, never goes back, stands still while nobody leads, and is the same on all members
 * that have applied the same.
 *
 * <p><b>Threads:</b> the applier.
 */
final class LogTime {
    private long term;
    private long readingNanos;
    private long nowNanos;

    /** The time from which the log is told on. */
    void reset(long newTerm, long newReadingNanos, long newNowNanos) {
        term = newTerm;
        readingNanos = newReadingNanos;
        nowNanos = newNowNanos;
    }

    /** A reading of the clock of the leader of {@code entryTerm}. A term's first one only begins to count. */
    void advance(long entryTerm, long newReadingNanos) {
        if (entryTerm == term && newReadingNanos <= readingNanos) {
            return; // It was overtaken by a later one.
        }
        if (entryTerm == term) {
            nowNanos += newReadingNanos - readingNanos;
        }
        term = entryTerm;
        readingNanos = newReadingNanos;
    }

    long term() {
        return term;
    }

    long readingNanos() {
        return readingNanos;
    }

    /** Nanoseconds since the first reading. */
    long nowNanos() {
        return nowNanos;
    }
}
