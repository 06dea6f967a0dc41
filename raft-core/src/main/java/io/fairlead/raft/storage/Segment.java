package io.fairlead.raft.storage;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * One file of the log and where its entries stand in it.
 *
 * <p><b>Threads:</b> changed by the writer; others may look up and read entries at the same time.
 */
final class Segment implements AutoCloseable {
    static final String SUFFIX = ".log";

    final String path;
    final SegmentHeader header;
    final DiskFile file;

    private long firstIndex;
    private volatile int[] offsets = new int[256];
    private volatile int count;

    Segment(String path, SegmentHeader header, DiskFile file) {
        this.path = path;
        this.header = header;
        this.file = file;
        this.firstIndex = header.prev().index() + 1;
    }

    static String name(long sequence) {
        return String.format("%016x", sequence) + SUFFIX;
    }

    /** The sequence that a file's name tells; 0 if it is not the name of a segment. */
    static long sequence(String name) {
        int end = name.indexOf(SUFFIX);
        try {
            return end < 0 ? 0 : Long.parseUnsignedLong(name.substring(0, end), 16);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    long firstIndex() {
        return firstIndex;
    }

    /** The last entry whose valid version stands here; {@code firstIndex - 1} if there is none. */
    long lastIndex() {
        return firstIndex + count - 1;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Notes that an entry stands at {@code offset}. */
    void add(long index, int offset) {
        int position = count;
        if (position == 0) {
            firstIndex = index;
        }
        int[] array = offsets;
        if (position == array.length) {
            array = Arrays.copyOf(array, position * 2);
            offsets = array;
        }
        array[position] = offset;
        count = position + 1;
    }

    /** Forgets entries from {@code index} on. */
    void truncateFrom(long index) {
        count = (int) Math.max(0, Math.min(count, index - firstIndex));
    }

    /** Reads entries from {@code from} on, at most to {@code to} (exclusive), about {@code maxBytes}, into {@code target}. */
    void read(long from, long to, int maxBytes, List<Entry> target) throws IOException {
        int present = count;
        int[] array = offsets;
        int first = (int) (from - firstIndex);
        int end = (int) Math.min(present, to - firstIndex);
        if (first < 0 || first >= end) {
            return;
        }
        int last = first;
        while (last + 1 < end && array[last + 1] - array[first] < maxBytes) {
            last++;
        }
        ByteBuffer header = WholeReads.read(file, ByteBuffer.allocate(Entry.HEADER_BYTES), array[last]);
        int tail = header.remaining() < Entry.HEADER_BYTES ? 0 : Entry.HEADER_BYTES + Math.max(0, header.getInt(0));
        byte[] bytes = new byte[array[last] - array[first] + tail];
        int available =
                WholeReads.read(file, ByteBuffer.wrap(bytes), array[first]).remaining();
        for (int i = first; i <= last; i++) {
            target.add(entryAt(bytes, array[i] - array[first], available, firstIndex + i));
        }
    }

    private Entry entryAt(byte[] bytes, int at, int available, long index) throws IOException {
        Entry entry;
        try {
            entry = Entry.decode(bytes, at, available - at);
        } catch (IllegalArgumentException e) {
            throw damaged(index, e);
        }
        if (entry.index() != index || !entry.isIntact()) {
            throw damaged(index, null);
        }
        return entry;
    }

    private IOException damaged(long index, @org.jspecify.annotations.Nullable Throwable cause) {
        int offset = offsets[(int) (index - firstIndex)];
        return new IOException("entry " + index + " in " + path + " at offset " + offset + " is damaged", cause);
    }

    EntryId prev() {
        return header.prev();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
