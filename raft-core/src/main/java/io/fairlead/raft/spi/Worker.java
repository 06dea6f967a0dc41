package io.fairlead.raft.spi;

/**
 * The scheduling seam: one logical thread that runs tasks one after the other, in the order they were handed in. What
 * one task did happens-before the next task runs.
 *
 * <p><b>Threads:</b> any may hand in tasks. A task that throws stops nothing but itself; the worker reports it to its
 * creator's uncaught-exception handler.
 */
public interface Worker extends AutoCloseable {
    /**
     * Runs {@code task} as soon as the tasks before it are done. Ignored once the worker is closed.
     *
     * @param task must not block, unless blocking is what this worker is for
     */
    void execute(Runnable task);

    /**
     * Runs {@code task} when {@code delayNanos} have passed, not before.
     *
     * @param delayNanos 0 or more
     * @param task run on this worker
     * @return a handle to take it back
     */
    Timer schedule(long delayNanos, Runnable task);

    /** {@return whether the caller is running on this worker} */
    boolean isCurrent();

    /** Finishes the task under way, drops those that wait, and returns when nothing of this worker runs any more. */
    @Override
    void close();

    /** A task that waits for its time. */
    interface Timer {
        /** Takes the task back unless it has begun. */
        void cancel();
    }
}
