package io.fairlead.raft.message;

/**
 * Asks for a piece of a snapshot.
 *
 * @param from the member that sends
 * @param to the member that has the snapshot
 * @param snapshotId the snapshot that was offered
 * @param offset the first byte wanted, 0 or more
 * @param maxBytes how many of them at most, 1 or more
 */
public record FetchSnapshotChunk(long from, long to, long snapshotId, long offset, int maxBytes)
        implements RaftMessage {}
