package io.fairlead.raft.spi;

/** Makes the workers that the stages of a member run on: threads in production, one seeded scheduler in simulation. */
public interface Workers {
    /**
     * Starts a worker.
     *
     * @param name what the worker does, for thread names and traces, such as {@code raft-loop-0}
     * @return the worker, running; closed by the caller
     */
    Worker start(String name);
}
