package io.fairlead.raft.storage;

import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The end of a sealed segment: where its batches end and where about every 64th KiB of its entries begins. Layout:
 * docs/internals/log-format.md. Whoever reads all batches needs none; it is for who wants to look one entry up.
 *
 * @param lastBatch the number of the last batch
 * @param last the last entry of the log when the segment was sealed
 * @param end where the last batch ends
 * @param index the entries that had their valid version here then
 */
record SegmentFooter(long lastBatch, EntryId last, long end, SegmentIndex index) {
    private static final long MAGIC = 0x464C_464F_4F54_4552L; // FLFOOTER
    static final int TRAILER_BYTES = 64;
    private static final int MARK_BYTES = 16;

    int bytes() {
        return index.marks() * MARK_BYTES + TRAILER_BYTES;
    }

    ByteBuffer encode(int salt) {
        ByteBuffer bytes = ByteBuffer.allocate(bytes());
        for (int i = 0; i < index.marks(); i++) {
            bytes.putLong(index.indexAt(i)).putInt(index.offsetAt(i)).putInt(index.batchEndAt(i));
        }
        bytes.putLong(MAGIC)
                .putLong(lastBatch)
                .putLong(last.term())
                .putLong(last.index())
                .putLong(index.first())
                .putLong(index.last())
                .putLong(end)
                .putInt(index.marks());
        return bytes.putInt(crc(bytes) ^ salt).flip();
    }

    /** Reads the end of a file; null if no footer of this segment stands there. */
    static @Nullable Summary read(DiskFile file, int salt) throws IOException {
        long size = file.size();
        if (size < SegmentHeader.BYTES + TRAILER_BYTES) {
            return null;
        }
        ByteBuffer trailer = WholeReads.read(file, ByteBuffer.allocate(TRAILER_BYTES), size - TRAILER_BYTES);
        long marks = trailer.remaining() < TRAILER_BYTES ? -1 : trailer.getInt(TRAILER_BYTES - 8);
        long bytes = marks * MARK_BYTES + TRAILER_BYTES;
        if (marks < 0 || trailer.getLong(0) != MAGIC || bytes > size - SegmentHeader.BYTES) {
            return null;
        }
        ByteBuffer whole = WholeReads.read(file, ByteBuffer.allocate((int) bytes), size - bytes);
        int crcAt = (int) bytes - 4;
        if (whole.remaining() < bytes
                || whole.getInt(crcAt) != (crc(whole.duplicate().position(crcAt)) ^ salt)) {
            return null;
        }
        trailer.position(8);
        return new Summary(
                trailer.getLong(),
                new EntryId(trailer.getLong(), trailer.getLong()),
                trailer.getLong(),
                trailer.getLong(),
                trailer.getLong(),
                (int) marks);
    }

    /** A footer without its marks. */
    record Summary(long lastBatch, EntryId last, long firstIndex, long lastIndex, long end, int marks) {}

    /** The checksum of all before the buffer's position. */
    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().flip());
        return (int) crc.getValue();
    }
}
