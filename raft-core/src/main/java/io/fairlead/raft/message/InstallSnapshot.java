package io.fairlead.raft.message;

/** Offers a snapshot (§7). The receiver fetches its bytes with {@link FetchSnapshotChunk}, at its own pace. */
public record InstallSnapshot(long from, long to, long term, SnapshotMeta snapshot) implements RaftMessage {}
