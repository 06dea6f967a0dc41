package io.fairlead.raft.message;

/**
 * What a snapshot stands for (§7).
 *
 * @param id names the bytes: two snapshots with one id are the same file, whoever holds them
 * @param lastIncluded the last entry that the snapshot replaces
 * @param configuration the configuration in force at {@code lastIncluded}
 * @param configurationIndex index of the entry that brought it, 0 for the initial one
 * @param sizeBytes length of the snapshot's stream
 * @param crc32c checksum of the whole stream
 */
public record SnapshotMeta(
        long id,
        EntryId lastIncluded,
        Configuration configuration,
        long configurationIndex,
        long sizeBytes,
        int crc32c) {}
