package io.fairlead.chaos.log;

import io.fairlead.chaos.sim.Randomness;
import io.fairlead.chaos.sim.SimDisk;
import io.fairlead.chaos.sim.SimulatedCrash;
import io.fairlead.raft.spi.Disk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A disk whose power goes, or that fails, in place of the n-th operation that changes it. */
final class Crashes {
    /** What happens in the operation's place. */
    enum Event {
        CRASH,
        ERROR
    }

    final SimDisk disk;
    private long left;
    private Event event = Event.CRASH;
    private long operations;
    private long writes;
    private long writtenBytes;

    Crashes(long seed) {
        disk = new SimDisk(Randomness.of(seed, "disk"));
    }

    /** A life in which nothing happens. */
    Disk mount() {
        return mount(Long.MAX_VALUE, Event.CRASH);
    }

    /** A life in which something happens instead of the n-th operation, counted from 1. */
    Disk mount(long n, Event what) {
        left = n;
        event = what;
        return disk.mount(this::before);
    }

    private void before(SimDisk.Operation operation, String path, int bytes) throws IOException {
        if (operation == SimDisk.Operation.READ) {
            return;
        }
        operations++;
        if (operation == SimDisk.Operation.WRITE) {
            writes++;
            writtenBytes += bytes;
        }
        left--;
        if (left == 0) {
            if (event == Event.CRASH) {
                throw new SimulatedCrash(operation + " " + path);
            }
            throw new IOException(operation + " of " + path + " failed");
        }
    }

    long operations() {
        return operations;
    }

    long writes() {
        return writes;
    }

    long writtenBytes() {
        return writtenBytes;
    }

    /** Steps that fill, cut, reset, compact and reopen a log of small segments. */
    static List<DrivenLog.Step> script(long seed, int length) {
        Randomness random = Randomness.of(seed, "script");
        DrivenLog.Kind[] kinds = DrivenLog.Kind.values();
        List<DrivenLog.Step> steps = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            // Every other step adds entries, and every third one syncs, or there would be little to lose.
            DrivenLog.Kind kind = random.chance(0.4)
                    ? random.chance(0.7) ? DrivenLog.Kind.APPEND : DrivenLog.Kind.APPEND_MUCH
                    : random.chance(0.4) ? DrivenLog.Kind.SYNC : kinds[(int) random.below(kinds.length)];
            steps.add(new DrivenLog.Step(kind, random.between(1, 1000)));
        }
        return steps;
    }
}
