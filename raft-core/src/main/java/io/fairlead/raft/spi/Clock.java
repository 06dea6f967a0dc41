package io.fairlead.raft.spi;

/** The seam of time: where the runtime reads how much time has passed. May be called from any thread. */
public interface Clock {
    /** Nanoseconds since an arbitrary origin, monotonic, comparable only with other readings of the same clock. */
    long nanoTime();
}
