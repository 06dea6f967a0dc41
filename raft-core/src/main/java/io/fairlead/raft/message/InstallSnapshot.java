package io.fairlead.raft.message;

/**
 * Offers a snapshot (§7). The receiver fetches its bytes with {@link FetchSnapshotChunk}, at its own pace.
 *
 * @param from the leader
 * @param to the member that is meant
 * @param term the leader's term
 * @param snapshot what it stands for, and how large it is
 */
public record InstallSnapshot(long from, long to, long term, SnapshotMeta snapshot) implements RaftMessage {}
