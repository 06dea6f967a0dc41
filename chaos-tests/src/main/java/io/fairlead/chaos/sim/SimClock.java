package io.fairlead.chaos.sim;

import io.fairlead.raft.spi.Clock;

/**
 * A member's own time: runs at a rate of its own from an origin of its own, and its wall clock may jump.
 *
 * <p><b>Threads:</b> one.
 */
public final class SimClock implements Clock {
    private final SimTasks tasks;
    private final long origin;
    private long wallOffsetMillis;
    private long rateBase;
    private long ownBase;
    private double rate;

    /**
     * A clock that runs beside virtual time.
     *
     * @param tasks know the time
     * @param origin what the clock shows at virtual time 0
     * @param rate nanoseconds of its own per virtual one
     */
    public SimClock(SimTasks tasks, long origin, double rate) {
        this.tasks = tasks;
        this.origin = origin;
        this.rate = rate;
    }

    @Override
    public long nanoTime() {
        return origin + own(tasks.now());
    }

    @Override
    public long wallMillis() {
        return 1_700_000_000_000L + tasks.now() / 1_000_000 + wallOffsetMillis;
    }

    private long own(long virtual) {
        return ownBase + (long) ((virtual - rateBase) * rate);
    }

    /** How much virtual time passes while this clock shows {@code ownNanos} more. */
    public long toVirtual(long ownNanos) {
        return (long) Math.ceil(ownNanos / rate);
    }

    /** Runs at another rate from now on; never goes back. */
    public void setRate(double newRate) {
        long now = tasks.now();
        ownBase = own(now);
        rateBase = now;
        rate = newRate;
    }

    /** Lets the monotonic clock jump forward, as after a suspended machine wakes up. */
    public void jump(long nanos) {
        ownBase += nanos;
    }

    /** Sets the wall clock forward or back. */
    public void stepWall(long millis) {
        wallOffsetMillis += millis;
    }
}
