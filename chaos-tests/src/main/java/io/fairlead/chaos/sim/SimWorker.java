package io.fairlead.chaos.sim;

import io.fairlead.raft.spi.Worker;
import java.util.ArrayDeque;
import java.util.Deque;

/** One logical thread of a simulated member. */
final class SimWorker implements Worker {
    private static final long LABEL = 1;

    private final SimWorkers life;
    private final String name;
    private final long label;
    private final Deque<Task> queue = new ArrayDeque<>();
    private boolean closed;
    private long busyUntil;
    private long turnAt = Long.MAX_VALUE;

    private static final class Task implements Worker.Timer {
        final Runnable action;
        final long readyAt;
        boolean cancelled;

        Task(Runnable action, long readyAt) {
            this.action = action;
            this.readyAt = readyAt;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    SimWorker(SimWorkers life, String name) {
        this.life = life;
        this.name = name;
        this.label = LABEL | (life.member << 8) | ((name.hashCode() & 0xFFFFL) << 24);
    }

    @Override
    public void execute(Runnable task) {
        add(new Task(task, life.tasks.taskTime()));
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        long due = life.tasks.taskTime() + Math.max(0, life.clock.toVirtual(delayNanos));
        Task timer = new Task(task, due);
        life.scheduler.at(due, label, () -> {
            if (!timer.cancelled) {
                add(timer);
            }
        });
        return timer;
    }

    /** Tasks stand in the order of the times at which they were handed in. */
    private void add(Task task) {
        if (closed || !life.isAlive()) {
            return;
        }
        if (queue.isEmpty() || queue.peekLast().readyAt <= task.readyAt) {
            queue.addLast(task);
        } else {
            Deque<Task> later = new ArrayDeque<>();
            while (!queue.isEmpty() && queue.peekLast().readyAt > task.readyAt) {
                later.addFirst(queue.removeLast());
            }
            queue.addLast(task);
            queue.addAll(later);
        }
        arrange();
    }

    private void arrange() {
        Task first = queue.peekFirst();
        if (first == null) {
            return;
        }
        long earliest = Math.max(Math.max(first.readyAt, busyUntil), life.pausedUntil());
        if (earliest < turnAt) {
            turnAt = earliest;
            long wakeUp = busyUntil < earliest ? life.random.below(20_000) : 0;
            life.scheduler.at(earliest + wakeUp, label, this::turn);
        }
    }

    private void turn() {
        turnAt = Long.MAX_VALUE;
        Task task = queue.peekFirst();
        if (closed || !life.isAlive() || task == null) {
            return;
        }
        long now = life.scheduler.now();
        if (now >= busyUntil && now >= life.pausedUntil() && now >= task.readyAt) {
            queue.removeFirst();
            if (!task.cancelled) {
                run(task);
            }
        }
        arrange();
    }

    private void run(Task task) {
        long took;
        try {
            took = life.tasks.run(this, life.taskCost(), task.action);
        } catch (SimulatedCrash crash) {
            return;
        } catch (RuntimeException | Error error) {
            life.failed(error);
            took = 0;
        }
        busyUntil = life.scheduler.now() + took;
    }

    @Override
    public boolean isCurrent() {
        return life.tasks.current() == this;
    }

    @Override
    public void close() {
        closed = true;
        queue.clear();
    }

    @Override
    public String toString() {
        return "n" + life.member + "/" + name;
    }
}
