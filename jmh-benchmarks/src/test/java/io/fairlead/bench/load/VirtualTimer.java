package io.fairlead.bench.load;

import java.util.PriorityQueue;

/** Time that passes when a test says so. */
final class VirtualTimer implements Timer {
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private long now;
    private long number;

    private record Task(long at, long number, Runnable task) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(number, other.number);
        }
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void schedule(Runnable task, long delayNanos) {
        tasks.add(new Task(now + Math.max(0, delayNanos), number++, task));
    }

    /** Runs what is due up to {@code until}. */
    void runUntil(long until) {
        while (!tasks.isEmpty() && tasks.peek().at <= until) {
            Task next = tasks.remove();
            now = Math.max(now, next.at);
            next.task.run();
        }
        now = until;
    }
}
