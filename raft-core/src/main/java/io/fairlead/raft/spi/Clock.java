package io.fairlead.raft.spi;

/** The time seam: where a member's time comes from. <b>Threads:</b> any. */
public interface Clock {
    /**
     * {@return nanoseconds since a fixed, arbitrary origin; never goes back} All timers, leases and latencies use it.
     */
    long nanoTime();

    /** {@return milliseconds since 1970; may jump} Never used for a decision of the protocol. */
    long wallMillis();
}
