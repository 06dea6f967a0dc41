package io.fairlead.chaos.cluster;

import io.fairlead.chaos.sim.Randomness;
import io.fairlead.chaos.sim.Scheduler;
import io.fairlead.chaos.sim.SimDisk;
import io.fairlead.chaos.sim.SimulatedCrash;
import java.io.IOException;

/** What is wrong with a member's disk at the moment. Times in nanoseconds. */
public final class DiskFaults {
    private final Randomness random;
    private final Scheduler scheduler;

    /** The shortest time a sync takes. */
    public long minLatency = 30_000;

    /** The mean of what comes on top. */
    public double meanExtraLatency = 100_000;

    /** Chance that the process dies at an operation that changes the disk. */
    public double crashAtOperation;

    /** Chance that the process dies when a name changes, or is made durable: between the steps of a roll or a swap. */
    public double crashAtName;

    /** Chance that a write or sync fails. */
    public double failure;

    /** Chance that a read fails. */
    public double readFailure;

    private long stuckUntil;
    private long crashes;
    private long failures;

    DiskFaults(Randomness random, Scheduler scheduler) {
        this.random = random;
        this.scheduler = scheduler;
    }

    /** Nothing comes back from the disk until then. */
    public void stickUntil(long time) {
        stuckUntil = Math.max(stuckUntil, time);
    }

    /** Takes all faults away. */
    public void heal() {
        meanExtraLatency = Math.min(meanExtraLatency, 200_000);
        crashAtOperation = 0;
        crashAtName = 0;
        failure = 0;
        readFailure = 0;
        stuckUntil = 0;
    }

    /** How often a process died at a disk operation. */
    public long crashes() {
        return crashes;
    }

    /** How often an operation failed. */
    public long failures() {
        return failures;
    }

    boolean isFailing() {
        return failure > 0 || readFailure > 0;
    }

    long nextLatency() {
        long stuck = Math.max(0, stuckUntil - scheduler.now());
        return stuck + minLatency + random.exponential(meanExtraLatency);
    }

    void before(SimMember<?> member, SimDisk.Operation operation, String path, int bytes) throws IOException {
        boolean reads = operation == SimDisk.Operation.READ;
        boolean names = operation == SimDisk.Operation.CHANGE || operation == SimDisk.Operation.SYNC_DIRECTORY;
        double crash = reads ? 0 : names ? Math.max(crashAtName, crashAtOperation) : crashAtOperation;
        if (crash > 0 && random.chance(crash)) {
            crashes++;
            String where = operation + " " + path + " of " + bytes + " bytes";
            member.crash("at " + where);
            throw new SimulatedCrash(where);
        }
        double fails = reads ? readFailure : failure;
        if (fails > 0 && random.chance(fails)) {
            failures++;
            member.mayFail("its disk fails at " + operation + " " + path);
            throw new IOException("Input/output error: " + operation + " " + path);
        }
    }
}
