package io.fairlead.raft.spi;

import java.io.IOException;

/** Opens the stores of a member's groups. <b>Threads:</b> any, one call per directory at a time. */
public interface Stores {
    /**
     * Opens a group's log, recovering it.
     *
     * @param disk where the directory lives
     * @param directory where it lives, as {@link Disk} writes paths
     * @param settings how it is kept, and whose it is
     * @return the log, open; {@link LogStore#recovered()} tells what was found, damage included
     * @throws IOException if the disk fails, or the log is another member's
     */
    LogStore openLog(Disk disk, String directory, LogSettings settings) throws IOException;

    /**
     * Opens a group's snapshots.
     *
     * @param disk where the directory lives
     * @param directory where they live, as {@link Disk} writes paths
     * @return the snapshots, open
     * @throws IOException if the disk fails
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
