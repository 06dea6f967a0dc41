package io.fairlead.raft.netty;

import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before the next attempt: doubles from one failure to the next, with jitter. */
final class Backoff {
    private final long minNanos;
    private final long maxNanos;
    private long nextNanos;

    Backoff(long minNanos, long maxNanos) {
        this.minNanos = minNanos;
        this.maxNanos = maxNanos;
        this.nextNanos = minNanos;
    }

    /** Says how long to wait now, between half and all of the current step, and goes one step up. */
    long next() {
        long step = nextNanos;
        nextNanos = Math.min(maxNanos, step * 2);
        return step / 2 + ThreadLocalRandom.current().nextLong(step - step / 2 + 1);
    }

    /** The next attempt will not do better than the last one until something changes: waits as long as it may. */
    void jumpToMax() {
        nextNanos = maxNanos;
    }

    /** An attempt succeeded. */
    void reset() {
        nextNanos = minNanos;
    }
}
