package io.fairlead.chaos.sim;

import org.jspecify.annotations.Nullable;

/**
 * Knows which task of which worker runs at this instant. A task runs in one go at the end of the time it takes; what it
 * finds out only then to have cost more keeps its worker busy afterwards.
 *
 * <p><b>Threads:</b> one.
 */
public final class SimTasks {
    private final Scheduler scheduler;
    private @Nullable SimWorker current;
    private long used;
    private long touched;

    /** Tasks on this scheduler's time. */
    public SimTasks(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** The time that it is for the task under way, which may have used some. */
    long now() {
        return scheduler.now() + used;
    }

    /** Whether the task under way is that of a worker that owns a core. */
    public boolean isOnLoop() {
        SimWorker running = current;
        return running != null && running.isLoop();
    }

    /** The task under way did something that took {@code nanos}. */
    public void use(long nanos) {
        used += nanos;
    }

    @Nullable SimWorker current() {
        return current;
    }

    /** The member whose loop ran since the last call; 0 if none did. */
    public long takeTouched() {
        long member = touched;
        touched = 0;
        return member;
    }

    /** Runs a task; answers for how much longer its worker is busy. */
    long run(SimWorker worker, Runnable task) {
        SimWorker outer = current;
        long outerUsed = used;
        current = worker;
        used = 0;
        if (worker.isLoop()) {
            touched = worker.member();
        }
        try {
            task.run();
            return used;
        } finally {
            current = outer;
            used = outerUsed;
        }
    }
}
