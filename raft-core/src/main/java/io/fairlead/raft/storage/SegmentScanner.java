package io.fairlead.raft.storage;

import io.fairlead.raft.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment's batches one behind the other, through a window that is never larger than 1 MiB or the largest
 * batch.
 *
 * <p><b>Threads:</b> one.
 */
final class SegmentScanner {
    private static final int WINDOW_BYTES = 1 << 20;

    private final DiskFile file;
    private final long size;
    private final int salt;
    private ByteBuffer window = ByteBuffer.allocate(0);
    private long windowAt;
    private long position;

    /** Starts behind the header. */
    SegmentScanner(DiskFile file, int salt) throws IOException {
        this(file, salt, SegmentHeader.BYTES);
    }

    SegmentScanner(DiskFile file, int salt, long position) throws IOException {
        this.file = file;
        this.size = file.size();
        this.salt = salt;
        this.position = position;
    }

    /** Where the next batch should stand. */
    long position() {
        return position;
    }

    long size() {
        return size;
    }

    /**
     * The batch at {@link #position}, which moves behind it; null if no whole one stands there. Its entries are valid
     * until the next call.
     */
    @Nullable Batch next() throws IOException {
        Batch.Header header = header();
        Batch batch = header == null ? null : batch(header);
        if (batch != null) {
            position += batch.header().bytes();
        }
        return batch;
    }

    /** The header at {@link #position}, which stays; null if none stands there. */
    Batch.@Nullable Header header() throws IOException {
        if (!load(Batch.HEADER_BYTES)) {
            return null;
        }
        Batch.Header header = Batch.header(window, at(), salt, position);
        return header != null && header.bodyBytes() >= 0 && header.bytes() <= size - position ? header : null;
    }

    private @Nullable Batch batch(Batch.Header header) throws IOException {
        try {
            return load(header.bytes()) ? Batch.decode(header, window, at()) : null;
        } catch (IllegalArgumentException e) {
            return null; // The checksum is right, but what it covers is no batch of this format.
        }
    }

    /** Moves behind a batch whose header can be read and whose body cannot. */
    void skip(Batch.Header header) {
        position += header.bytes();
    }

    /** Moves on to the next place where a batch's header stands, at least one byte; false if there is none. */
    boolean seekHeader() throws IOException {
        position++;
        while (load(Batch.HEADER_BYTES)) {
            int at = at();
            int end = window.limit() - Batch.HEADER_BYTES;
            while (at <= end && window.getInt(at) != Batch.MAGIC) {
                boolean zeros = at + Long.BYTES <= window.limit() && window.getLong(at) == 0;
                at += zeros ? Long.BYTES : 1; // No header begins with a zero, and most of a segment's rest is zeros.
            }
            position = windowAt + at;
            if (at <= end) {
                if (header() != null) {
                    return true;
                }
                position++;
            }
        }
        return false;
    }

    /** Whether any byte from {@code from} on is not zero. */
    boolean hasContentFrom(long from) throws IOException {
        long before = position;
        position = from;
        boolean found = false;
        while (position < size && !found) {
            load((int) Math.min(WINDOW_BYTES, size - position));
            int at = at();
            while (at + Long.BYTES <= window.limit() && window.getLong(at) == 0) {
                at += Long.BYTES;
            }
            for (; at < window.limit() && !found; at++) {
                found = window.get(at) != 0;
            }
            position = windowAt + window.limit();
        }
        position = before;
        return found;
    }

    private int at() {
        return (int) (position - windowAt);
    }

    /** Makes {@code length} bytes from the position on present in the window; false if the file ends before. */
    private boolean load(int length) throws IOException {
        if (length > size - position) {
            return false;
        }
        if (position >= windowAt && position + length <= windowAt + window.limit()) {
            return true;
        }
        int wanted = (int) Math.min(Math.max(length, WINDOW_BYTES), size - position);
        if (window.capacity() < wanted || window.capacity() > WINDOW_BYTES) {
            window = ByteBuffer.allocate(wanted);
        }
        WholeReads.read(file, window.clear().limit(wanted), position);
        windowAt = position;
        return window.limit() >= length;
    }
}
