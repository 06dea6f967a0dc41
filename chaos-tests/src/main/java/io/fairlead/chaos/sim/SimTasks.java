package io.fairlead.chaos.sim;

import org.jspecify.annotations.Nullable;

/**
 * Knows which task of which worker runs at this instant, and how much virtual time it has used so far. A task runs in
 * one go; what it hands on, sends or reads from its clock after some work carries the time at which that work ended.
 *
 * <p><b>Threads:</b> one.
 */
public final class SimTasks {
    private final Scheduler scheduler;
    private @Nullable SimWorker current;
    private long used;

    /** Tasks on this scheduler's time. */
    public SimTasks(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** The time at which the task under way has arrived; simply now outside of tasks. */
    public long taskTime() {
        return scheduler.now() + used;
    }

    /** The task under way did something that took {@code nanos}. */
    public void use(long nanos) {
        used += nanos;
    }

    @Nullable SimWorker current() {
        return current;
    }

    /** Runs a task; answers how long it took. */
    long run(@Nullable SimWorker worker, long baseCost, Runnable task) {
        SimWorker outer = current;
        long outerUsed = used;
        current = worker;
        used = outerUsed + baseCost;
        try {
            task.run();
            return used - outerUsed;
        } finally {
            current = outer;
            used = outerUsed;
        }
    }

    /** Runs what belongs to no worker, such as the start of a member, and answers how long it took. */
    public long run(Runnable task) {
        return run(null, 0, task);
    }
}
