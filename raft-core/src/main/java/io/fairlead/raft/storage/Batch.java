package io.fairlead.raft.storage;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.spi.LogStore.Write;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The unit of writing: found whole or not at all. {@code magic u32 | body length u32 | batch number u64 | acknowledged
 * index u64 | flags u8 | 0 u24 | crc32c u32}, then the body. The checksum is salted with the segment's sequence and the
 * batch's place in it, so that a stale or misplaced batch does not pass.
 *
 * @param number counts batches through all segments
 * @param acknowledged entries up to here may have been acknowledged when this was written
 * @param write what it says
 * @param entriesOffset where in the batch the first entry begins
 */
record Batch(long number, long acknowledged, Write write, int entriesOffset) {
    static final int HEADER_BYTES = 32;
    private static final int MAGIC = 0xFA17_1EAD;
    private static final int RESET = 1;
    private static final int TRUNCATE = 2;
    private static final int HARD_STATE = 4;

    static int encodedLength(Write write) {
        int length = HEADER_BYTES
                + (write.reset() == null ? 0 : 16)
                + (write.truncateFrom() == 0 ? 0 : 8)
                + (write.hardState() == null ? 0 : 24);
        for (Entry entry : write.entries()) {
            length = Math.addExact(length, entry.encodedLength());
        }
        return length;
    }

    /** Appends an encoded batch to {@code target}, which has room for it; answers where in it the entries begin. */
    static int encode(Write write, long number, long acknowledged, long salt, ByteBuffer target) {
        int start = target.position();
        target.position(start + HEADER_BYTES);
        int flags = 0;
        EntryId reset = write.reset();
        if (reset != null) {
            flags |= RESET;
            target.putLong(reset.term()).putLong(reset.index());
        }
        if (write.truncateFrom() != 0) {
            flags |= TRUNCATE;
            target.putLong(write.truncateFrom());
        }
        HardState hardState = write.hardState();
        if (hardState != null) {
            flags |= HARD_STATE;
            target.putLong(hardState.term()).putLong(hardState.votedFor()).putLong(hardState.commitIndex());
        }
        int entriesOffset = target.position() - start;
        for (Entry entry : write.entries()) {
            entry.copyTo(target);
        }
        int end = target.position();
        target.putInt(start, MAGIC)
                .putInt(start + 4, end - start - HEADER_BYTES)
                .putLong(start + 8, number)
                .putLong(start + 16, acknowledged)
                .putInt(start + 24, flags)
                .putInt(start + 28, crc(target, start, end, salt));
        return entriesOffset;
    }

    /** What makes a batch belong to its place. */
    static long salt(long segmentSequence, long position) {
        return segmentSequence * 0x9E37_79B9_7F4A_7C15L ^ position;
    }

    /** How long the batch at {@code start} says it is, header included; -1 if there is no batch. */
    static int lengthAt(ByteBuffer bytes, int start) {
        if (bytes.limit() - start < HEADER_BYTES || bytes.getInt(start) != MAGIC) {
            return -1;
        }
        int body = bytes.getInt(start + 4);
        return body < 0 || body > bytes.limit() - start - HEADER_BYTES ? -1 : HEADER_BYTES + body;
    }

    /** Reads the batch at {@code start}; null if there is none, or it is damaged or out of place. */
    static @Nullable Batch decode(ByteBuffer bytes, int start, long salt) {
        int length = lengthAt(bytes, start);
        if (length < 0 || bytes.getInt(start + 28) != crc(bytes, start, start + length, salt)) {
            return null;
        }
        int flags = bytes.getInt(start + 24);
        int at = start + HEADER_BYTES;
        EntryId reset = null;
        if ((flags & RESET) != 0) {
            reset = new EntryId(bytes.getLong(at), bytes.getLong(at + 8));
            at += 16;
        }
        long truncateFrom = 0;
        if ((flags & TRUNCATE) != 0) {
            truncateFrom = bytes.getLong(at);
            at += 8;
        }
        HardState hardState = null;
        if ((flags & HARD_STATE) != 0) {
            hardState = new HardState(bytes.getLong(at), bytes.getLong(at + 8), bytes.getLong(at + 16));
            at += 24;
        }
        int entriesOffset = at - start;
        List<Entry> entries = new ArrayList<>();
        while (at < start + length) {
            Entry entry = Entry.decode(bytes.array(), bytes.arrayOffset() + at, start + length - at);
            entries.add(entry);
            at += entry.encodedLength();
        }
        return new Batch(
                bytes.getLong(start + 8),
                bytes.getLong(start + 16),
                new Write(reset, truncateFrom, entries, hardState),
                entriesOffset);
    }

    private static int crc(ByteBuffer bytes, int start, int end, long salt) {
        CRC32C crc = new CRC32C();
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            crc.update((int) (salt >>> shift));
        }
        ByteBuffer view = bytes.duplicate();
        crc.update(view.limit(start + 28).position(start));
        crc.update(view.limit(end).position(start + HEADER_BYTES));
        return (int) crc.getValue();
    }
}
