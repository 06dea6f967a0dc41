package io.fairlead.raft.storage;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
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
    private final int salt;

    private volatile SegmentIndex index = SegmentIndex.EMPTY;
    private volatile long bytes;
    private volatile long used = SegmentHeader.BYTES;
    private volatile long lowestCut = Long.MAX_VALUE;

    Segment(String path, SegmentHeader header, DiskFile file) {
        this.path = path;
        this.header = header;
        this.file = file;
        this.salt = header.salt();
        this.bytes = header.fileBytes();
    }

    /** The same entries in another file. */
    Segment movedTo(SegmentHeader newHeader, DiskFile newFile) {
        Segment moved = new Segment(path, newHeader, newFile);
        moved.index = index;
        moved.used = used;
        moved.lowestCut = lowestCut;
        return moved;
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

    int salt() {
        return salt;
    }

    SegmentIndex index() {
        return index;
    }

    EntryId prev() {
        return header.prev();
    }

    /** How large the file is. */
    long bytes() {
        return bytes;
    }

    /** How much of it is written. */
    long used() {
        return used;
    }

    /** The lowest index from which a batch in this segment has ever removed entries. */
    long lowestCut() {
        return lowestCut;
    }

    /** Notes that a batch in this segment removes entries, here or in earlier segments. */
    void cuts(long from) {
        lowestCut = Math.min(lowestCut, from);
    }

    /** Notes the entries of a batch that ends at {@code batchEnd}, the first of which stands at {@code offset}. */
    void add(List<Entry> entries, int offset, int batchEnd) {
        index = index.with(entries, offset, batchEnd);
        used = batchEnd;
        bytes = Math.max(bytes, batchEnd);
    }

    /** Forgets entries from {@code from} on. */
    void truncateFrom(long from) {
        index = index.truncatedFrom(from);
    }

    /** Writes the footer behind the last batch, at the end of the file. */
    void seal(long lastBatch, EntryId last, long end) throws IOException {
        SegmentFooter footer = new SegmentFooter(lastBatch, last, end, index);
        long at = Math.max(bytes - footer.bytes(), end);
        file.write(footer.encode(salt), at);
        bytes = at + footer.bytes();
    }

    /** Reads entries from {@code from} on, up to {@code to} (exclusive), about {@code maxBytes}, into {@code target}. */
    void read(long from, long to, int maxBytes, List<Entry> target) throws IOException {
        SegmentIndex known = index;
        long end = Math.min(to, known.last() + 1);
        if (known.isEmpty() || from < known.first() || from >= end) {
            return;
        }
        new Walk(known, from, end, maxBytes).into(target);
    }

    /** Goes from a mark over the batches behind it, in one read wherever that is enough. */
    private final class Walk {
        private final SegmentIndex known;
        private final long end;
        private final int maxBytes;
        private long wanted;
        private int mark;
        private long at;
        private long batchEnd;
        private long next;
        private ByteBuffer block = ByteBuffer.allocate(0);
        private long blockAt;

        Walk(SegmentIndex known, long from, long end, int maxBytes) {
            this.known = known;
            this.wanted = from;
            this.end = end;
            this.maxBytes = maxBytes;
            moveTo(known.markAtOrBefore(from));
        }

        private void moveTo(int newMark) {
            mark = newMark;
            at = known.offsetAt(newMark);
            batchEnd = known.batchEndAt(newMark);
            next = known.indexAt(newMark);
        }

        void into(List<Entry> target) throws IOException {
            int taken = 0;
            while (wanted < end && (taken == 0 || taken < maxBytes)) {
                if (mark + 1 < known.marks() && known.indexAt(mark + 1) == next) {
                    moveTo(mark + 1);
                }
                if (at == batchEnd) {
                    enterBatch();
                    continue;
                }
                if (!isInBlock(Entry.HEADER_BYTES) || !isInBlock(entryLength())) {
                    if (taken > 0) {
                        return; // The rest would be another read.
                    }
                    load(Math.max(Entry.HEADER_BYTES, isInBlock(Entry.HEADER_BYTES) ? entryLength() : 0));
                    load(entryLength());
                }
                int length = entryLength();
                if (next == wanted) {
                    target.add(entry(length));
                    taken += length;
                    wanted++;
                }
                at += length;
                next++;
            }
        }

        private void enterBatch() throws IOException {
            load(Batch.HEADER_BYTES);
            Batch.Header batch = Batch.header(block, (int) (at - blockAt), salt, at);
            if (batch == null) {
                throw damaged(null);
            }
            batchEnd = at + batch.bytes();
            at += batch.entriesOffset();
        }

        private int entryLength() throws IOException {
            long length = Entry.HEADER_BYTES + (long) block.getInt((int) (at - blockAt));
            if (length < Entry.HEADER_BYTES || length > batchEnd - at) {
                throw damaged(null);
            }
            return (int) length;
        }

        private Entry entry(int length) throws IOException {
            Entry entry;
            try {
                entry = Entry.decode(block.array(), (int) (at - blockAt), length);
            } catch (IllegalArgumentException e) {
                throw damaged(e);
            }
            if (entry.index() != next || !entry.isIntact()) {
                throw damaged(null);
            }
            return entry;
        }

        private boolean isInBlock(long length) {
            return at >= blockAt && at + length <= blockAt + block.limit();
        }

        /** Reads what is probably needed from here on, at least {@code length} bytes. */
        private void load(long length) throws IOException {
            if (isInBlock(length)) {
                return;
            }
            long probable = Math.min((long) maxBytes + SegmentIndex.MARK_EVERY_BYTES, endOfInterest() - at);
            block = WholeReads.read(file, ByteBuffer.allocate((int) Math.max(length, probable)), at);
            blockAt = at;
            if (block.limit() < length) {
                throw damaged(null);
            }
        }

        /** Nothing that is asked for stands behind this. */
        private long endOfInterest() {
            int beyond = known.markAtOrBefore(end - 1) + 1;
            return beyond < known.marks() ? known.offsetAt(beyond) : bytes;
        }

        private IOException damaged(@org.jspecify.annotations.Nullable Throwable cause) {
            return new IOException("entry " + next + " in " + path + " at offset " + at + " is damaged", cause);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
