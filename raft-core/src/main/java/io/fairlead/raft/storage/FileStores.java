package io.fairlead.raft.storage;

import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.LogStore;
import io.fairlead.raft.spi.SnapshotStore;
import io.fairlead.raft.spi.Stores;
import java.io.IOException;

/** The default stores: a segmented log and a directory of snapshots. <b>Threads:</b> any. */
public final class FileStores implements Stores {
    @Override
    public LogStore openLog(Disk disk, String directory, LogSettings settings) throws IOException {
        return SegmentedLog.open(disk, directory, settings);
    }

    @Override
    public SnapshotStore openSnapshots(Disk disk, String directory) throws IOException {
        return SnapshotDirectory.open(disk, directory);
    }
}
