package io.fairlead.raft.storage;

import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Makes the files of segments, and takes back those that are not needed any more. A file gets a segment's name only when
 * its header and its space are durable, so a name always stands for a segment.
 *
 * <p><b>Threads:</b> {@link #create} and {@link #copy} belong to the writer, the rest to anyone; only one at a time is
 * busy with the spare file.
 */
final class SegmentFiles implements AutoCloseable {
    private static final String SPARE = "spare";
    private static final String DRAFT_SUFFIX = ".new";
    private static final int CHUNK_BYTES = 1 << 20;
    /** Not on the heap, from where they would be copied first; few enough to stay in the processor's cache. */
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(128 << 10).asReadOnlyBuffer();

    private static final int SYNC_EVERY_BYTES = 8 << 20;
    private static final int SMALLEST_BYTES = 64 << 10;

    private final Disk disk;
    private final String directory;
    private final int segmentBytes;
    private final AtomicReference<@Nullable Spare> spare = new AtomicReference<>();

    /** A file whose space is there; without a file: somebody is busy with it. */
    private record Spare(@Nullable DiskFile file, long bytes) {}

    private static final Spare BUSY = new Spare(null, 0);

    SegmentFiles(Disk disk, String directory, int segmentBytes) {
        this.disk = disk;
        this.directory = directory;
        this.segmentBytes = segmentBytes;
    }

    /**
     * Begins a segment: in the spare file if it is there and large enough, else in a small new one, so that the writer
     * does not wait for space it may never need.
     *
     * @param leastBytes how much must fit into it
     */
    Segment create(SegmentHeader header, long leastBytes) throws IOException {
        Spare ready = spare.get();
        if (ready == null || ready.file == null || ready.bytes < leastBytes || !spare.compareAndSet(ready, BUSY)) {
            return createNew(header, Math.max(leastBytes, smallBytes()));
        }
        try {
            return publish(SPARE, ready.file, header.withFileBytes(ready.bytes));
        } finally {
            spare.set(null); // Only now is the name free for the next one.
        }
    }

    private Segment createNew(SegmentHeader header, long bytes) throws IOException {
        String draft = Segment.name(header.sequence()) + DRAFT_SUFFIX;
        DiskFile file = openAnew(draft);
        try {
            fill(file, 0, bytes);
            return publish(draft, file, header.withFileBytes(bytes));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Replaces a segment by a copy up to {@code end}. A process whose sync failed may have left in the page cache what
     * is not on the disk, and later syncs of that file would not notice: a copy that is synced is there for certain.
     */
    Segment copy(Segment segment, long end) throws IOException {
        String draft = Segment.name(segment.header.sequence()) + DRAFT_SUFFIX;
        DiskFile file = openAnew(draft);
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, end));
        for (long at = SegmentHeader.BYTES; at < end; at += chunk.limit()) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), end - at));
            if (WholeReads.read(segment.file, chunk, at).limit() < Math.min(chunk.capacity(), end - at)) {
                throw new IOException(segment.path + " became shorter while it was copied");
            }
            file.write(chunk.duplicate(), at);
        }
        long bytes = Math.max(Math.min(segmentBytes, end + smallBytes()), end);
        fill(file, end, bytes);
        return publish(draft, file, segment.header.withFileBytes(bytes), segment);
    }

    private long smallBytes() {
        return Math.min(segmentBytes, Math.max(segmentBytes / 64, SMALLEST_BYTES));
    }

    private Segment publish(String from, DiskFile file, SegmentHeader header) throws IOException {
        Segment segment = new Segment(path(Segment.name(header.sequence())), header, file);
        name(from, file, header);
        return segment;
    }

    private Segment publish(String from, DiskFile file, SegmentHeader header, Segment before) throws IOException {
        name(from, file, header);
        before.close();
        return before.movedTo(header, file);
    }

    private void name(String from, DiskFile file, SegmentHeader header) throws IOException {
        file.write(header.encode(), 0);
        file.sync();
        disk.rename(path(from), path(Segment.name(header.sequence())));
        disk.syncDirectory(directory);
    }

    private DiskFile openAnew(String name) throws IOException {
        disk.delete(path(name));
        return disk.open(path(name), true);
    }

    private static void fill(DiskFile file, long from, long to) throws IOException {
        long unsynced = 0;
        for (long at = from; at < to; at += ZEROS.capacity()) {
            ByteBuffer zeros = ZEROS.duplicate().limit((int) Math.min(ZEROS.capacity(), to - at));
            unsynced += zeros.remaining();
            file.write(zeros, at);
            if (unsynced >= SYNC_EVERY_BYTES) {
                file.sync(); // In small portions, lest a writer's sync waits for all of it.
                unsynced = 0;
            }
        }
    }

    /** Tells if the spare file is there, or somebody is busy with it. */
    boolean hasSpare() {
        return spare.get() != null;
    }

    /** Gets the spare file ready, if it is not there and nobody is busy with it. */
    void prepareSpare() throws IOException {
        if (!spare.compareAndSet(null, BUSY)) {
            return;
        }
        Spare made = null;
        try {
            made = new Spare(fillAnew(SPARE, segmentBytes), segmentBytes);
        } finally {
            spare.set(made);
        }
    }

    /** On a disk that is nearly full the attempt must not keep what others need: it is taken back as a whole. */
    private DiskFile fillAnew(String name, long bytes) throws IOException {
        DiskFile file = openAnew(name);
        try {
            fill(file, 0, bytes);
            file.sync();
            return file;
        } catch (IOException | RuntimeException e) {
            file.close();
            disk.delete(path(name));
            throw e;
        }
    }

    /** Gives up a segment: its file becomes the spare one if none is there, else it is deleted. Durable on return. */
    void retire(Segment segment) throws IOException {
        segment.close();
        if (segment.bytes() < segmentBytes || !spare.compareAndSet(null, BUSY)) {
            disk.delete(segment.path);
            disk.syncDirectory(directory);
            return;
        }
        Spare made = null;
        try {
            disk.rename(segment.path, path(SPARE));
            disk.syncDirectory(directory); // Before it is written to: it must not be found as what it was.
            made = new Spare(disk.open(path(SPARE), false), segment.bytes());
        } finally {
            spare.set(made);
        }
    }

    /** Deletes what a crash left of files that had not become segments. */
    void deleteDrafts() throws IOException {
        boolean found = false;
        for (String name : disk.list(directory)) {
            if (name.equals(SPARE) || name.endsWith(DRAFT_SUFFIX)) {
                disk.delete(path(name));
                found = true;
            }
        }
        if (found) {
            disk.syncDirectory(directory);
        }
    }

    private String path(String name) {
        return directory + "/" + name;
    }

    @Override
    public void close() throws IOException {
        Spare ready = spare.getAndSet(null);
        if (ready != null && ready.file != null) {
            ready.file.close();
        }
    }
}
