package io.fairlead.chaos.cluster;

import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.LogStore;
import io.fairlead.raft.spi.SnapshotStore;
import io.fairlead.raft.spi.Stores;
import java.io.IOException;
import java.util.function.LongFunction;

/** Gives each group stores of its own; the directory tells which group it is. */
final class StoresOfGroups implements Stores {
    private final LongFunction<Stores> ofGroup;

    StoresOfGroups(LongFunction<Stores> ofGroup) {
        this.ofGroup = ofGroup;
    }

    @Override
    public LogStore openLog(Disk disk, String directory, LogSettings settings) throws IOException {
        return of(directory).openLog(disk, directory, settings);
    }

    @Override
    public SnapshotStore openSnapshots(Disk disk, String directory) throws IOException {
        return of(directory).openSnapshots(disk, directory);
    }

    /** Directories are {@code raft/GROUP/..}. */
    private Stores of(String directory) {
        return ofGroup.apply(Long.parseLong(directory.split("/", -1)[1]));
    }
}
