package io.fairlead.raft.runtime;

import io.fairlead.raft.spi.Clock;
import java.util.concurrent.TimeUnit;

/** Spreads bytes evenly over time: whoever wants to move some learns when. <b>Threads:</b> one at a time. */
final class Throttle {
    private final Clock clock;
    private final long bytesPerSecond;
    private long freeAt;

    Throttle(long bytesPerSecond, Clock clock) {
        this.bytesPerSecond = bytesPerSecond;
        this.clock = clock;
        this.freeAt = clock.nanoTime();
    }

    /** Books room for {@code bytes} behind all that was booked before, and answers in how many nanoseconds it begins. */
    long book(int bytes) {
        long now = clock.nanoTime();
        long begin = freeAt - now > 0 ? freeAt : now; // What was not used is not saved up.
        freeAt = begin + (long) ((double) bytes / bytesPerSecond * TimeUnit.SECONDS.toNanos(1));
        return begin - now;
    }

    /** In how many nanoseconds all that was booked will have had its room. */
    long backlogNanos() {
        return Math.max(0, freeAt - clock.nanoTime());
    }
}
