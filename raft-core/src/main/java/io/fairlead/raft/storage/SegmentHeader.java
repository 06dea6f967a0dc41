package io.fairlead.raft.storage;

import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.HardState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first 128 bytes of a segment, durable before the file gets its name. Layout: docs/internals/log-format.md.
 *
 * @param sequence counts segments; never reused, so that a batch of a recycled file cannot pass for one of this
 * @param owner whose log this is
 * @param firstBatch the number of the first batch that is written here
 * @param prev the last entry of the log when the segment was begun
 * @param hardState the newest when the segment was begun, so that older segments may go
 * @param fileBytes the file was this long when it was begun: a shorter one has been cut
 */
record SegmentHeader(long sequence, Owner owner, long firstBatch, EntryId prev, HardState hardState, long fileBytes) {
    static final int BYTES = 128;
    private static final int VERSION = 2;
    private static final int FIRST_VERSION = 1;
    private static final long MAGIC = 0x464C_5345_474D_4E54L; // FLSEGMNT
    private static final int CRC = 12;
    private static final int IDENTITY = 16;
    private static final int IDENTITY_END = 56;

    /** Cluster, group, member and the member's incarnation. */
    record Owner(long cluster, long group, long member, long incarnation) {
        @Override
        public String toString() {
            return "member " + Long.toHexString(member) + " (incarnation " + Long.toHexString(incarnation)
                    + ") in group " + group + " of cluster " + Long.toHexString(cluster);
        }
    }

    /** What makes a batch belong to a segment: the checksum of its sequence and owner. */
    static int salt(long sequence, Owner owner) {
        ByteBuffer identity = ByteBuffer.allocate(IDENTITY_END - IDENTITY);
        putIdentity(identity, sequence, owner);
        CRC32C crc = new CRC32C();
        crc.update(identity.flip());
        return (int) crc.getValue();
    }

    int salt() {
        return salt(sequence, owner);
    }

    private static void putIdentity(ByteBuffer target, long sequence, Owner owner) {
        target.putLong(sequence)
                .putLong(owner.cluster)
                .putLong(owner.group)
                .putLong(owner.member)
                .putLong(owner.incarnation);
    }

    SegmentHeader withFileBytes(long bytes) {
        return new SegmentHeader(sequence, owner, firstBatch, prev, hardState, bytes);
    }

    ByteBuffer encode() {
        ByteBuffer bytes =
                ByteBuffer.allocate(BYTES).putLong(MAGIC).putInt(VERSION).putInt(0);
        putIdentity(bytes, sequence, owner);
        bytes.putLong(firstBatch)
                .putLong(prev.term())
                .putLong(prev.index())
                .putLong(hardState.term())
                .putLong(hardState.votedFor())
                .putLong(hardState.commitIndex())
                .putLong(fileBytes);
        return bytes.putInt(CRC, crc(bytes)).clear();
    }

    /**
     * Reads a header; null if there is none or it is damaged.
     *
     * @throws IOException if it is whole, but of a format that is not read here
     */
    static @Nullable SegmentHeader decode(ByteBuffer bytes) throws IOException {
        if (bytes.remaining() < BYTES || bytes.getLong(0) != MAGIC) {
            return null;
        }
        int version = bytes.getInt(8);
        boolean whole = bytes.getInt(CRC) == crc(bytes);
        if (version == FIRST_VERSION || (whole && version != VERSION)) { // The first one had a shorter header.
            throw new IOException("a segment has format " + version + ", this version reads format " + VERSION
                    + ": start the version that wrote it");
        }
        if (!whole) {
            return null;
        }
        bytes.position(IDENTITY);
        return new SegmentHeader(
                bytes.getLong(),
                new Owner(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong()),
                bytes.getLong(),
                new EntryId(bytes.getLong(), bytes.getLong()),
                new HardState(bytes.getLong(), bytes.getLong(), bytes.getLong()),
                bytes.getLong());
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().position(0).limit(CRC));
        crc.update(bytes.duplicate().limit(BYTES).position(IDENTITY));
        return (int) crc.getValue();
    }
}
