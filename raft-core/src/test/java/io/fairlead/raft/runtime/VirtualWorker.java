package io.fairlead.raft.runtime;

import io.fairlead.raft.spi.Clock;
import io.fairlead.raft.spi.Worker;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A worker on virtual time, which passes only from one task to the next. */
final class VirtualWorker implements Worker, Clock {
    private final PriorityQueue<Task> tasks = new PriorityQueue<>(
            Comparator.comparingLong((Task task) -> task.at).thenComparingLong(task -> task.number));
    private long now = 1_000_000_000L;
    private long number;

    private static final class Task implements Timer {
        final long at;
        final long number;
        final Runnable work;
        boolean cancelled;

        Task(long at, long number, Runnable work) {
            this.at = at;
            this.number = number;
            this.work = work;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public long wallMillis() {
        return now / 1_000_000;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(new Task(now, number++, task));
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        Task scheduled = new Task(now + Math.max(0, delayNanos), number++, task);
        tasks.add(scheduled);
        return scheduled;
    }

    /** Lets time pass for so long. */
    void pass(long nanos) {
        long end = now + nanos;
        while (!tasks.isEmpty() && tasks.peek().at <= end) {
            Task next = tasks.remove();
            now = next.at;
            if (!next.cancelled) {
                next.work.run();
            }
        }
        now = end;
    }

    @Override
    public boolean isCurrent() {
        return true;
    }

    /** Whatever waits is forgotten, as when a process ends. */
    @Override
    public void close() {
        tasks.clear();
    }
}
