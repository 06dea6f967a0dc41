package io.fairlead.raft.message;

import java.nio.ByteBuffer;

/**
 * Bytes of a snapshot.
 *
 * @param from the member that sends
 * @param to the member that fetches
 * @param snapshotId the snapshot they belong to
 * @param offset where in the snapshot they stand; -1 says that the sender does not have the snapshot any more
 * @param data the bytes, read-only; empty at the snapshot's end
 * @param crc32c checksum of {@code data}
 */
public record SnapshotChunk(long from, long to, long snapshotId, long offset, ByteBuffer data, int crc32c)
        implements RaftMessage {}
