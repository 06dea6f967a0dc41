package io.fairlead.raft.runtime;

import io.fairlead.raft.spi.Worker;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker that is a thread: it runs what is queued, then what is due, then sleeps until the next timer.
 *
 * <p><b>Threads:</b> tasks and timers are handed in through one queue; the heap of timers belongs to the thread. The
 * thread says that it is about to sleep before it looks at the queue for the last time, and whoever queues looks at
 * that flag afterwards: either sees the other, so no wake-up is lost, and a running worker is never woken.
 */
final class ThreadWorker implements Worker, Runnable {
    private static final Logger log = LoggerFactory.getLogger(ThreadWorker.class);

    /** So that a queue that never runs dry does not hold up timers. */
    private static final int TASKS_BETWEEN_TIMERS = 32;

    private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<TimedTask> timers = new PriorityQueue<>();
    private final Thread thread;
    private volatile boolean sleeping;
    private volatile boolean closed;
    private long timerCount;

    private ThreadWorker(String name) {
        thread = new Thread(this, name);
        thread.setDaemon(true); // A process that forgot to close its node must still be able to end.
    }

    /** A worker on a new thread of this name. */
    static ThreadWorker start(String name) {
        ThreadWorker worker = new ThreadWorker(name);
        worker.thread.start();
        return worker;
    }

    @Override
    public void execute(Runnable task) {
        if (!closed) {
            queue.add(task);
            wake();
        }
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        TimedTask timed = new TimedTask(System.nanoTime() + Math.max(0, delayNanos), task);
        if (isCurrent()) {
            add(timed);
        } else {
            execute(() -> add(timed));
        }
        return timed;
    }

    private void add(TimedTask timed) {
        timed.number = timerCount++;
        timers.add(timed);
    }

    @Override
    public boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (!isCurrent() && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void wake() {
        if (sleeping) {
            sleeping = false;
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void run() {
        while (!closed) {
            Runnable task;
            int count = 0;
            while (!closed && count++ < TASKS_BETWEEN_TIMERS && (task = queue.poll()) != null) {
                run(task);
            }
            long delayNanos = runDueTimers();
            if (!queue.isEmpty()) {
                continue;
            }
            sleeping = true;
            if (queue.isEmpty() && !closed && delayNanos > 0) {
                if (delayNanos == Long.MAX_VALUE) {
                    LockSupport.park(this);
                } else {
                    LockSupport.parkNanos(this, delayNanos);
                }
                boolean ignored =
                        Thread.interrupted(); // Nobody is meant to interrupt; it must not turn sleep into a spin.
            }
            sleeping = false;
        }
    }

    /** Runs what is due and tells how long nothing else is, {@link Long#MAX_VALUE} if there is no timer. */
    private long runDueTimers() {
        if (timers.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long now = System.nanoTime();
        TimedTask next;
        while ((next = timers.peek()) != null && (next.cancelled || next.dueNanos - now <= 0)) {
            timers.poll();
            if (!next.cancelled && !closed) {
                run(next.task);
            }
        }
        return next == null ? Long.MAX_VALUE : Math.max(0, next.dueNanos - System.nanoTime());
    }

    @SuppressWarnings("CatchingUnchecked") // The root of the thread: what gets here must not end it.
    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            log.error("worker={} a task failed", thread.getName(), e);
        }
    }

    /** A task with its time; those of the same time run in the order in which they were handed in. */
    private static final class TimedTask implements Timer, Comparable<TimedTask> {
        final long dueNanos;
        final Runnable task;
        long number;
        volatile boolean cancelled;

        TimedTask(long dueNanos, Runnable task) {
            this.dueNanos = dueNanos;
            this.task = task;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        @Override
        public int compareTo(TimedTask other) {
            long difference = dueNanos - other.dueNanos;
            return difference != 0 ? Long.signum(difference) : Long.compare(number, other.number);
        }
    }
}
