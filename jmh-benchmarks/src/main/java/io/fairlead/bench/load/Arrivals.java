package io.fairlead.bench.load;

import java.util.SplittableRandom;

/** When requests of an open loop are due, whatever the server does. Belongs to one driver. */
final class Arrivals {
    private final double periodNanos;
    private final boolean random;
    private final SplittableRandom source;
    private long startNanos;
    private double offsetNanos;

    /**
     * @param ratePerSecond how many requests are due in a second on average
     * @param random whether the times between them are exponentially distributed, as those of many independent clients,
     *     rather than all alike
     */
    Arrivals(double ratePerSecond, boolean random, long seed) {
        if (!(ratePerSecond > 0)) {
            throw new IllegalArgumentException("rate is " + ratePerSecond + ", must be above 0");
        }
        this.periodNanos = 1e9 / ratePerSecond;
        this.random = random;
        this.source = new SplittableRandom(seed);
    }

    /** Makes the first request due now. */
    void start(long now) {
        startNanos = now;
        offsetNanos = 0;
    }

    /** When the next request is due. */
    long due() {
        return startNanos + (long) offsetNanos;
    }

    /** Goes on to the request after it. */
    void advance() {
        offsetNanos += random ? -Math.log(1 - source.nextDouble()) * periodNanos : periodNanos;
    }
}
