package io.fairlead.raft.message;

/** Asks for the bytes of a snapshot from {@code offset} on, at most {@code maxBytes} of them. */
public record FetchSnapshotChunk(long from, long to, long snapshotId, long offset, int maxBytes)
        implements RaftMessage {}
