package io.fairlead.raft.runtime;

import io.fairlead.raft.spi.Worker;
import io.fairlead.raft.spi.Workers;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

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
    private final String threadName;
    private final AtomicInteger open = new AtomicInteger();
    private @Nullable ThreadWorker thread;

    /** Workers on one thread of this name, which starts with the first of them. */
    public OneThread(String threadName) {
        this.threadName = threadName;
    }

    @Override
    public synchronized Worker start(String name) {
        ThreadWorker started = thread;
        if (started == null) {
            started = ThreadWorker.start(threadName);
            thread = started;
        }
        open.incrementAndGet();
        return new Share(started);
    }

    /** A worker that is the thread, until it is closed. */
    private final class Share implements Worker {
        private final ThreadWorker thread;
        private volatile boolean closed;

        Share(ThreadWorker thread) {
            this.thread = thread;
        }

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
