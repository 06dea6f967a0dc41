package io.fairlead.chaos.cluster;

import io.fairlead.chaos.sim.Scheduler;
import io.fairlead.chaos.sim.SimDisk;
import io.fairlead.chaos.sim.SimTasks;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A disk that moves so many bytes a second, one sync at a time: a sync lasts for as long as what was written to its file
 * needs, and whoever else syncs waits until it is over. Without a {@linkplain #limit limit} it takes no time.
 *
 * <p><b>Threads:</b> one.
 */
public final class DiskQueue {
    private final Scheduler scheduler;
    private final SimTasks tasks;
    private final Map<String, Long> dirtyBytes = new HashMap<>();
    private final Deque<Busy> busy = new ArrayDeque<>();
    private long bytesPerSecond;

    private record Busy(long from, long to) {}

    DiskQueue(Scheduler scheduler, SimTasks tasks) {
        this.scheduler = scheduler;
        this.tasks = tasks;
    }

    /** From now on the disk takes its time. */
    public void limit(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    void before(SimDisk.Operation operation, String path, int bytes) {
        if (bytesPerSecond == 0) {
            return;
        }
        if (operation == SimDisk.Operation.WRITE) {
            dirtyBytes.merge(path, (long) bytes, Long::sum);
        } else if (operation == SimDisk.Operation.SYNC) {
            Long dirty = dirtyBytes.remove(path);
            if (dirty != null) {
                book(TimeUnit.SECONDS.toNanos(dirty) / bytesPerSecond);
            }
        }
    }

    /** The syncs of one task follow each other, although all of the task happens at one instant. */
    private void book(long nanos) {
        long from = scheduler.now();
        if (!busy.isEmpty()) {
            from = Math.max(from, busy.getLast().to);
        }
        busy.addLast(new Busy(from, from + nanos));
        tasks.use(nanos);
    }

    /** How long a sync that comes now has to wait for the one under way. */
    long waitNanos() {
        long now = scheduler.now();
        while (!busy.isEmpty() && busy.getFirst().to <= now) {
            busy.removeFirst();
        }
        return busy.isEmpty() || busy.getFirst().from > now ? 0 : busy.getFirst().to - now;
    }
}
