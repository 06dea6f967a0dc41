package io.fairlead.bench.load;

/**
 * Which phase a run is in; set by the thread that started it, read by the drivers after every answer.
 *
 * <p><b>Threads:</b> one writer, any number of readers.
 */
final class RunControl {
    /** The phases of a run, in order. */
    enum Phase {
        /** Requests are sent and forgotten. */
        WARM_UP,
        /** Requests that were due in this phase are recorded. */
        MEASURE,
        /** No new requests; those under way may end. */
        STOP
    }

    private volatile Phase phase = Phase.WARM_UP;
    private long measureStartNanos;

    Phase phase() {
        return phase;
    }

    /** When measuring began; valid once {@link #phase} has said so. */
    long measureStartNanos() {
        return measureStartNanos;
    }

    void measureFrom(long now) {
        measureStartNanos = now;
        phase = Phase.MEASURE;
    }

    void stop() {
        phase = Phase.STOP;
    }
}
