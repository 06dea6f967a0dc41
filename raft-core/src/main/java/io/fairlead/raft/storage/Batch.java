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
 * The unit of writing: found whole or not at all. A {@linkplain Header header} of 36 bytes and a body. Layout:
 * docs/internals/log-format.md.
 *
 * @param header what stands in front of it
 * @param write what it says
 */
record Batch(Header header, Write write) {
    static final int HEADER_BYTES = 36;
    static final int MAGIC = 0xFA17_1EAD;
    private static final int RESET = 1;
    private static final int TRUNCATE = 2;
    private static final int HARD_STATE = 4;
    private static final int CLOSED = 8;
    private static final int BODY_CRC = 28;
    private static final int HEADER_CRC = 32;

    /**
     * What can be known of a batch without its body. It has a checksum of its own, which is bound to the segment and to
     * the place in it, so that a stale or misplaced batch does not pass.
     *
     * @param number counts batches through all segments without gaps
     * @param synced batches up to this number were durable when this was written
     * @param flags what the body begins with
     * @param bodyBytes how long the body is
     * @param bodyCrc its checksum
     */
    record Header(long number, long synced, int flags, int bodyBytes, int bodyCrc) {
        int bytes() {
            return HEADER_BYTES + bodyBytes;
        }

        boolean hasHardState() {
            return (flags & HARD_STATE) != 0;
        }

        /** Written by {@code close}: everything before it is durable, and nothing follows in this life. */
        boolean isClosing() {
            return (flags & CLOSED) != 0;
        }

        boolean hasEntries() {
            return bytes() > entriesOffset();
        }

        /** Where in the batch the first entry stands. */
        int entriesOffset() {
            return HEADER_BYTES
                    + ((flags & RESET) != 0 ? 16 : 0)
                    + ((flags & TRUNCATE) != 0 ? 8 : 0)
                    + (hasHardState() ? 24 : 0);
        }
    }

    private static int flags(Write write, boolean closing) {
        return (write.reset() == null ? 0 : RESET)
                | (write.truncateFrom() == 0 ? 0 : TRUNCATE)
                | (write.hardState() == null ? 0 : HARD_STATE)
                | (closing ? CLOSED : 0);
    }

    static int encodedLength(Write write) {
        int length = new Header(0, 0, flags(write, false), 0, 0).entriesOffset();
        List<Entry> entries = write.entries();
        for (int i = 0; i < entries.size(); i++) {
            length = Math.addExact(length, entries.get(i).encodedLength());
        }
        return length;
    }

    /**
     * Puts an encoded batch at the beginning of {@code target}, which has room for it, and flips that.
     *
     * @param salt of the segment
     * @param position where in the segment it will stand
     */
    static Header encode(
            Write write, boolean closing, long number, long synced, int salt, long position, ByteBuffer target) {
        target.clear().position(HEADER_BYTES);
        EntryId reset = write.reset();
        if (reset != null) {
            target.putLong(reset.term()).putLong(reset.index());
        }
        if (write.truncateFrom() != 0) {
            target.putLong(write.truncateFrom());
        }
        HardState hardState = write.hardState();
        if (hardState != null) {
            target.putLong(hardState.term()).putLong(hardState.votedFor()).putLong(hardState.commitIndex());
        }
        List<Entry> entries = write.entries();
        for (int i = 0; i < entries.size(); i++) {
            entries.get(i).copyTo(target);
        }
        target.flip();
        Header header = new Header(
                number,
                synced,
                flags(write, closing),
                target.limit() - HEADER_BYTES,
                crc(target, HEADER_BYTES, target.limit()));
        target.putInt(0, MAGIC)
                .putInt(4, header.bodyBytes)
                .putLong(8, number)
                .putLong(16, synced)
                .putInt(24, header.flags)
                .putInt(BODY_CRC, header.bodyCrc);
        target.putInt(HEADER_CRC, crc(target, 0, HEADER_CRC) ^ salt ^ (int) position);
        return header;
    }

    /** Reads the header at {@code at}; null if none stands there that belongs to this place of this segment. */
    static @Nullable Header header(ByteBuffer bytes, int at, int salt, long position) {
        if (bytes.getInt(at) != MAGIC
                || bytes.getInt(at + HEADER_CRC) != (crc(bytes, at, at + HEADER_CRC) ^ salt ^ (int) position)) {
            return null;
        }
        return new Header(
                bytes.getLong(at + 8),
                bytes.getLong(at + 16),
                bytes.getInt(at + 24),
                bytes.getInt(at + 4),
                bytes.getInt(at + BODY_CRC));
    }

    /**
     * Reads the batch at {@code at}, all of whose bytes are there; null if its body is damaged. Its entries are views of
     * the bytes.
     */
    static @Nullable Batch decode(Header header, ByteBuffer bytes, int at) {
        int end = at + header.bytes();
        if (crc(bytes, at + HEADER_BYTES, end) != header.bodyCrc) {
            return null;
        }
        int flags = header.flags;
        int next = at + HEADER_BYTES;
        EntryId reset = null;
        if ((flags & RESET) != 0) {
            reset = new EntryId(bytes.getLong(next), bytes.getLong(next + 8));
            next += 16;
        }
        long truncateFrom = 0;
        if ((flags & TRUNCATE) != 0) {
            truncateFrom = bytes.getLong(next);
            next += 8;
        }
        HardState hardState = null;
        if (header.hasHardState()) {
            hardState = new HardState(bytes.getLong(next), bytes.getLong(next + 8), bytes.getLong(next + 16));
            next += 24;
        }
        List<Entry> entries = new ArrayList<>();
        while (next < end) {
            Entry entry = Entry.decode(bytes.array(), bytes.arrayOffset() + next, end - next);
            entries.add(entry);
            next += entry.encodedLength();
        }
        return new Batch(header, new Write(reset, truncateFrom, entries, hardState));
    }

    private static int crc(ByteBuffer bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().limit(to).position(from));
        return (int) crc.getValue();
    }
}
