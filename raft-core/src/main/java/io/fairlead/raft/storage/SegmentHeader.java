package io.fairlead.raft.storage;

import io.fairlead.raft.message.EntryId;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first 64 bytes of a segment: {@code magic u64 | version u32 | crc32c u32 | sequence u64 | cluster u64 | member u64
 * | incarnation u64 | prev term u64 | prev index u64}. The checksum covers everything but itself.
 *
 * @param sequence counts segments; never reused, so that a record of a recycled file cannot pass for one of this
 * @param owner whose log this is
 * @param prev the last entry of the log when the segment was begun
 */
record SegmentHeader(long sequence, Owner owner, EntryId prev) {
    static final int BYTES = 64;
    private static final long MAGIC = 0x464C_5345_474D_4E54L; // FLSEGMNT
    private static final int VERSION = 1;
    private static final int CRC = 12;

    /** Cluster, member and the member's incarnation. */
    record Owner(long cluster, long member, long incarnation) {}

    ByteBuffer encode() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES)
                .putLong(MAGIC)
                .putInt(VERSION)
                .putInt(0)
                .putLong(sequence)
                .putLong(owner.cluster)
                .putLong(owner.member)
                .putLong(owner.incarnation)
                .putLong(prev.term())
                .putLong(prev.index());
        return bytes.putInt(CRC, crc(bytes)).flip();
    }

    /** Reads a header; null if there is none or it is damaged. */
    static @Nullable SegmentHeader decode(ByteBuffer bytes) {
        boolean whole = bytes.remaining() == BYTES
                && bytes.getLong(0) == MAGIC
                && bytes.getInt(8) == VERSION
                && bytes.getInt(CRC) == crc(bytes);
        return whole
                ? new SegmentHeader(
                        bytes.getLong(16),
                        new Owner(bytes.getLong(24), bytes.getLong(32), bytes.getLong(40)),
                        new EntryId(bytes.getLong(48), bytes.getLong(56)))
                : null;
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().clear().limit(CRC));
        crc.update(bytes.duplicate().clear().position(CRC + 4));
        return (int) crc.getValue();
    }
}
