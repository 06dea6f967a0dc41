package io.fairlead.raft.spi;

import java.io.IOException;

/** Opens the stores of a member's groups. <b>Threads:</b> any, one call per directory at a time. */
public interface Stores {
    /**
     * Opens a group's log, recovering it.
     *
     * @param directory where it lives, as {@link Disk} writes paths
     * @param segmentBytes how large a file of it should become
     * @param tailBytes how many bytes of its newest entries to have in memory when it is open
     * @param incarnation what the member drew when its disk was formatted; a log of another one is not its own
     */
    LogStore openLog(Disk disk, String directory, int segmentBytes, long tailBytes, long incarnation)
            throws IOException;

    /**
     * Opens a group's snapshots.
     *
     * @param directory where they live, as {@link Disk} writes paths
     */
    SnapshotStore openSnapshots(Disk disk, String directory) throws IOException;
}
