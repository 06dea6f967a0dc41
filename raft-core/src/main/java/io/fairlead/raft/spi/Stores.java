package io.fairlead.raft.spi;

import java.io.IOException;

/** Opens the stores of a member's groups. <b>Threads:</b> any, one call per directory at a time. */
public interface Stores {
    /**
     * Opens a group's log, recovering it.
     *
     * @param directory where it lives, as {@link Disk} writes paths
     */
    LogStore openLog(Disk disk, String directory, LogSettings settings) throws IOException;

    /**
     * Opens a group's snapshots.
     *
     * @param directory where they live, as {@link Disk} writes paths
     */
    SnapshotStore openSnapshots(Disk disk, String directory) throws IOException;

    /**
     * How a log is kept, and whose it is.
     *
     * @param segmentBytes how large one of its files should become
     * @param cacheBytes how many bytes of its newest entries to have in memory when it is open
     * @param clusterId the cluster
     * @param groupId the group
     * @param memberId the member
     * @param incarnation what the member drew when its disk was formatted; a log of another one is not its own
     */
    record LogSettings(
            int segmentBytes, long cacheBytes, long clusterId, long groupId, long memberId, long incarnation) {}
}
