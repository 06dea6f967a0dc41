package io.fairlead.chaos.sim;

import io.fairlead.raft.spi.Worker;
import io.fairlead.raft.spi.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * The scheduling seam of one life of one member: every worker's tasks become events of the scheduler, interleaved with
 * those of all other workers of all members. Work costs virtual time. Once {@linkplain #kill() killed}, nothing of this
 * life runs any more.
 *
 * <p><b>Threads:</b> one.
 */
public final class SimWorkers implements Workers {
    final Scheduler scheduler;
    final SimTasks tasks;
    final SimClock clock;
    final Randomness random;
    final long member;

    private final Consumer<Throwable> uncaught;
    private final List<SimWorker> workers = new ArrayList<>();
    private boolean alive = true;
    private long pausedUntil;
    private double slowness = 1;
    private long executed;
    private ToLongFunction<String> waits = worker -> 0;

    /**
     * The workers of a life that begins.
     *
     * @param uncaught told what a task of a living member throws
     */
    public SimWorkers(
            long member,
            Scheduler scheduler,
            SimTasks tasks,
            SimClock clock,
            Randomness random,
            Consumer<Throwable> uncaught) {
        this.member = member;
        this.scheduler = scheduler;
        this.tasks = tasks;
        this.clock = clock;
        this.random = random;
        this.uncaught = uncaught;
    }

    @Override
    public Worker start(String name) {
        SimWorker worker = new SimWorker(this, name);
        workers.add(worker);
        return worker;
    }

    /** Tasks that wait; those whose time has not come do not count. */
    public int queued() {
        int queued = 0;
        for (SimWorker worker : workers) {
            queued += worker.queued();
        }
        return queued;
    }

    /** Ends this life at once, in the middle of whatever it does. */
    public void kill() {
        alive = false;
    }

    /** Tells if this life goes on. */
    public boolean isAlive() {
        return alive;
    }

    /** Lets all workers stand still, as a long garbage collection does, while messages and timers pile up. */
    public void pauseUntil(long time) {
        pausedUntil = Math.max(pausedUntil, time);
    }

    /** Until when all workers stand still. */
    public long pausedUntil() {
        return pausedUntil;
    }

    /** Makes all work cost this many times as much. */
    public void slowDown(double factor) {
        slowness = factor;
    }

    /** Tasks that have run. */
    public long executed() {
        return executed;
    }

    /** What a task of the worker of this name will take: some computing, and whatever the worker has to wait for. */
    long taskCost(String worker) {
        executed++;
        return (long) ((1_000 + random.below(15_000)) * slowness) + waits.applyAsLong(worker);
    }

    /** Says what workers, by name, wait for in their next task, such as the log's writer for the disk. */
    public void waiting(ToLongFunction<String> waitNanos) {
        waits = waitNanos;
    }

    void failed(Throwable error) {
        if (alive) {
            uncaught.accept(error);
        }
    }
}
