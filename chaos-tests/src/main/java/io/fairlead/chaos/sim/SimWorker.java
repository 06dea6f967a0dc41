package io.fairlead.chaos.sim;

import io.fairlead.raft.spi.Worker;
import java.util.ArrayDeque;
import java.util.Deque;

/** One logical thread of a simulated member. */
final class SimWorker implements Worker {
    private static final long LABEL = 1;
    private static final int MAX_SPINS = 100;

    private final SimWorkers life;
    private final String name;
    private final long label;
    private final boolean loop;
    private final Deque<Runnable> queue = new ArrayDeque<>();
    private final Turn turn;
    private boolean closed;
    private boolean arranged;
    private long busyUntil;
    private int spins;

    /** A task for later; what happens then is that it queues. */
    private final class Timed extends Scheduler.Event implements Runnable {
        private final Runnable action;

        Timed(Runnable action) {
            super(label);
            this.action = action;
        }

        @Override
        protected void happen() {
            add(this);
        }

        @Override
        public void run() {
            action.run();
        }

        boolean isWanted() {
            return !isCancelled();
        }
    }

    /** The worker gets to its next task; there is one turn, in the queue of events or not. */
    private final class Turn extends Scheduler.Event {
        Turn() {
            super(label);
        }

        @Override
        protected void happen() {
            turn();
        }
    }

    SimWorker(SimWorkers life, String name) {
        this.life = life;
        this.name = name;
        this.loop = name.startsWith("raft-loop");
        this.label = LABEL | (life.member << 8) | ((name.hashCode() & 0xFFFFL) << 24);
        this.turn = new Turn();
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
        add(task);
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        spins = delayNanos <= 0 ? spins + 1 : 0;
        if (spins == MAX_SPINS) {
            life.failed(new AssertionError(
                    "L6 nobody spins: " + this + " wants to be called again at once, " + MAX_SPINS + " times on end"));
        }
        Timed timer = new Timed(task);
        life.scheduler.at(life.scheduler.now() + life.clock.toVirtual(Math.max(0, delayNanos)), timer);
        return timer;
    }

    private void add(Runnable task) {
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
            life.scheduler.soon(turn);
        } else {
            life.scheduler.at(begins + cost, turn);
        }
    }

    private void turn() {
        arranged = false;
        if (closed || !life.isAlive()) {
            return;
        }
        if (life.scheduler.now() >= life.pausedUntil()) {
            Runnable task = queue.pollFirst();
            if (task != null && !(task instanceof Timed timed && !timed.isWanted())) {
                run(task);
            }
        }
        arrange();
    }

    private void run(Runnable task) {
        try {
            busyUntil = Math.max(busyUntil, life.scheduler.now()) + life.tasks.run(this, task);
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
