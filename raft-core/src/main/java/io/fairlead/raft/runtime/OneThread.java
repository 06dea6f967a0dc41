package io.fairlead.raft.runtime;

import io.fairlead.raft.spi.Worker;
import io.fairlead.raft.spi.Workers;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs everything of a node on one thread: no stage ever waits for another thread to wake up, but while one works none
 * of the others does. For members that keep their log in memory, and whose state machine never waits: a disk that is
 * slow for longer than an election timeout would cost a leader its leadership.
 *
 * <p>For one node, since the workers end together: when all that were started are closed.
 *
 * <p><b>Threads:</b> any.
 */
public final class OneThread implements Workers {
    private final ThreadWorker thread;
    private final AtomicInteger open = new AtomicInteger();

    /** Workers on one new thread of this name. */
    public OneThread(String name) {
        thread = ThreadWorker.start(name);
    }

    @Override
    public Worker start(String name) {
        open.incrementAndGet();
        return new Share();
    }

    /** A worker that is the thread, until it is closed. */
    private final class Share implements Worker {
        private volatile boolean closed;

        @Override
        public void execute(Runnable task) {
            if (!closed) {
                thread.execute(task);
            }
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            return thread.schedule(delayNanos, task);
        }

        @Override
        public boolean isCurrent() {
            return thread.isCurrent();
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                if (open.decrementAndGet() == 0) {
                    thread.close();
                }
            }
        }
    }
}
