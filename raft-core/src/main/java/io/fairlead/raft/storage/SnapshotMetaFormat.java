package io.fairlead.raft.storage;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.SnapshotMeta;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A snapshot's meta file: {@code magic u64 | id u64 | term u64 | index u64 | configuration index u64 | size u64 | crc32c
 * of the stream u32 | configuration | crc32c of all before u32}.
 */
final class SnapshotMetaFormat {
    private static final long MAGIC = 0x464C_534E_4150_3031L; // FLSNAP01
    private static final int FIXED_BYTES = 52;

    private SnapshotMetaFormat() {}

    static ByteBuffer encode(SnapshotMeta meta) {
        byte[] configuration = meta.configuration().encode();
        ByteBuffer bytes = ByteBuffer.allocate(FIXED_BYTES + configuration.length + 4)
                .putLong(MAGIC)
                .putLong(meta.id())
                .putLong(meta.lastIncluded().term())
                .putLong(meta.lastIncluded().index())
                .putLong(meta.configurationIndex())
                .putLong(meta.sizeBytes())
                .putInt(meta.crc32c())
                .put(configuration);
        return bytes.putInt(crc(bytes)).flip();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException if it is damaged
     */
    static SnapshotMeta decode(ByteBuffer bytes) {
        int length = bytes.limit();
        if (length < FIXED_BYTES + 4 || bytes.getLong(0) != MAGIC || bytes.getInt(length - 4) != crc(bytes)) {
            throw new IllegalArgumentException("not a snapshot's meta file, or a damaged one");
        }
        return new SnapshotMeta(
                bytes.getLong(8),
                new EntryId(bytes.getLong(16), bytes.getLong(24)),
                Configuration.decode(bytes.slice(FIXED_BYTES, length - 4 - FIXED_BYTES)),
                bytes.getLong(32),
                bytes.getLong(40),
                bytes.getInt(48));
    }

    private static int crc(ByteBuffer bytes) {
        int length = bytes.capacity() < bytes.limit() ? bytes.capacity() : bytes.limit();
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().clear().limit(length - 4));
        return (int) crc.getValue();
    }
}
