package io.fairlead.raft.runtime;

import io.fairlead.raft.spi.Worker;
import io.fairlead.raft.spi.Workers;

/** One platform thread per worker. <b>Threads:</b> any. */
public final class ThreadWorkers implements Workers {
    private final String prefix;

    /** Workers whose threads are named {@code prefix} and what they do. */
    public ThreadWorkers(String prefix) {
        this.prefix = prefix;
    }

    @Override
    public Worker start(String name) {
        return ThreadWorker.start(prefix + name);
    }
}
