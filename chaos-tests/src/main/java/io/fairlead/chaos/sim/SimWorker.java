package io.fairlead.chaos.sim;

import io.fairlead.raft.spi.Worker;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** One logical thread of a simulated member. */
final class SimWorker implements Worker {
    private static final long LABEL = 1;
    private static final int MAX_SPINS = 100;

    private final SimWorkers life;
    private final String name;
    private final long label;
    private final boolean loop;
    private final Deque<Task> queue = new ArrayDeque<>();
    private final Runnable turn = this::turn;
    private boolean closed;
    private boolean arranged;
    private long busyUntil;
    private int spins;

    /** A task, and once it was scheduled for later, what takes it back. */
    private final class Task implements Worker.Timer, Runnable {
        final Runnable action;
        boolean cancelled;
        Worker.@Nullable Timer event;

        Task(Runnable action) {
            this.action = action;
        }

        /** The time has come. */
        @Override
        public void run() {
            add(this);
        }

        @Override
        public void cancel() {
            cancelled = true;
            if (event != null) {
                event.cancel();
            }
        }
    }

    SimWorker(SimWorkers life, String name) {
        this.life = life;
        this.name = name;
        this.loop = name.startsWith("raft-loop");
        this.label = LABEL | (life.member << 8) | ((name.hashCode() & 0xFFFFL) << 24);
    }

    /** Tells if this worker owns a member's core. */
    boolean isLoop() {
        return loop;
    }

    long member() {
        return life.member;
    }

    int queued() {
        return queue.size();
    }

    @Override
    public void execute(Runnable task) {
        spins = 0;
        add(new Task(task));
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        spins = delayNanos <= 0 ? spins + 1 : 0;
        if (spins == MAX_SPINS) {
            life.failed(new AssertionError(
                    "L6 nobody spins: " + this + " wants to be called again at once, " + MAX_SPINS + " times on end"));
        }
        Task timer = new Task(task);
        timer.event = life.scheduler.after(life.clock.toVirtual(Math.max(0, delayNanos)), label, timer);
        return timer;
    }

    private void add(Task task) {
        if (!closed && life.isAlive()) {
            queue.addLast(task);
            arrange();
        }
    }

    /**
     * The next task runs when its work, and whatever the worker is at, is done. What comes from outside to a worker that
     * has nothing else to do is looked at right away, and takes its time then: that spares half of all events a way
     * through the queue.
     */
    private void arrange() {
        if (arranged || queue.isEmpty()) {
            return;
        }
        arranged = true;
        long now = life.scheduler.now();
        long begins = Math.max(Math.max(now, busyUntil), life.pausedUntil());
        long cost = life.taskCost(name);
        if (loop && begins == now && life.tasks.current() == null) {
            busyUntil = now + cost;
            life.scheduler.soon(label, turn);
        } else {
            life.scheduler.at(begins + cost, label, turn);
        }
    }

    private void turn() {
        arranged = false;
        if (closed || !life.isAlive()) {
            return;
        }
        if (life.scheduler.now() >= life.pausedUntil()) {
            Task task = queue.pollFirst();
            if (task != null && !task.cancelled) {
                run(task);
            }
        }
        arrange();
    }

    private void run(Task task) {
        try {
            busyUntil = Math.max(busyUntil, life.scheduler.now()) + life.tasks.run(this, task.action);
        } catch (SimulatedCrash crash) {
            life.kill();
        } catch (RuntimeException | Error error) {
            life.failed(error);
        }
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
