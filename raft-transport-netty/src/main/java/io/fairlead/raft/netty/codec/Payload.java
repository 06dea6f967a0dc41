package io.fairlead.raft.netty.codec;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32C;

/** The bytes at the end of a frame that are handed on as they are: entries, or a part of a snapshot. */
final class Payload {
    private final CRC32C crc = new CRC32C();

    /** Checks the fields of a frame, which are all of it but a payload that has checksums of its own. */
    void verifyFields(Frame frame, int payloadLength) {
        crc.reset();
        crc.update(frame.array(), frame.offset(), frame.length() - payloadLength);
        if ((int) crc.getValue() != frame.crc32c()) {
            throw new MalformedFrameException("the frame's checksum does not match");
        }
    }

    /**
     * The entries between {@code start} and the frame's end.
     *
     * @throws MalformedFrameException if they are not whole, or not as many as were announced, or the field is not the
     *     frame's last
     */
    List<Entry> entries(Frame frame, int start, int length, int count) {
        if (length == 0 && count == 0) {
            return List.of();
        }
        requireLast(frame, start, length);
        byte[] array = frame.array();
        int at = start;
        if (frame.isBorrowed()) {
            array = Arrays.copyOfRange(array, start, start + length);
            at = 0;
        }
        int end = at + length;
        List<Entry> entries = new ArrayList<>(Math.min(count, length / Entry.HEADER_BYTES));
        while (at < end) {
            Entry entry = entry(array, at, end - at);
            entries.add(entry);
            at += entry.encodedLength();
        }
        if (entries.size() != count) {
            throw new MalformedFrameException(entries.size() + " entries where " + count + " were announced");
        }
        return Collections.unmodifiableList(entries);
    }

    private static Entry entry(byte[] array, int at, int available) {
        Entry entry;
        try {
            entry = Entry.decode(array, at, available);
        } catch (IllegalArgumentException e) {
            throw new MalformedFrameException(String.valueOf(e.getMessage()));
        }
        if (entry.index() != 0 && !entry.isIntact()) {
            throw new MalformedFrameException("the checksum of entry " + entry.id() + " does not match");
        }
        return entry;
    }

    /** Checks that entries follow {@code prev} and each other, and that their terms never fall and are not the future. */
    static void requireSuccessors(EntryId prev, long term, List<Entry> entries) {
        long index = prev.index();
        long lastTerm = prev.term();
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            index++;
            if (entry.index() != index) {
                throw new MalformedFrameException("entry " + entry.id() + " stands where index " + index + " must be");
            }
            if (entry.term() < lastTerm || entry.term() > term) {
                throw new MalformedFrameException("entry " + entry.id() + " is not between the terms " + lastTerm
                        + " before it and " + term + " of its leader");
            }
            lastTerm = entry.term();
        }
    }

    /** The bytes of a part of a snapshot. */
    static ByteBuffer data(Frame frame, int start, int length) {
        if (length == 0) {
            return ByteBuffer.allocate(0).asReadOnlyBuffer();
        }
        requireLast(frame, start, length);
        ByteBuffer data = frame.isBorrowed()
                ? ByteBuffer.wrap(Arrays.copyOfRange(frame.array(), start, start + length))
                : ByteBuffer.wrap(frame.array(), start, length).slice();
        return data.asReadOnlyBuffer();
    }

    private static void requireLast(Frame frame, int start, int length) {
        if (start + length != frame.end()) {
            throw new MalformedFrameException("the payload is not the frame's last field");
        }
    }
}
