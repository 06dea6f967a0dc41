package io.fairlead.raft.runtime;

import io.fairlead.raft.spi.Clock;

/**
 * How fast snapshots come in and go out, all groups of a process together.
 *
 * <p><b>Threads:</b> the background worker.
 */
record SnapshotRates(Throttle incoming, Throttle outgoing) {
    static SnapshotRates of(long bytesPerSecond, Clock clock) {
        return new SnapshotRates(new Throttle(bytesPerSecond, clock), new Throttle(bytesPerSecond, clock));
    }
}
