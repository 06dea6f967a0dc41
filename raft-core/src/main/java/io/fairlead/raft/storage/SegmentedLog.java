package io.fairlead.raft.storage;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.spi.Damage;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.DiskFile;
import io.fairlead.raft.spi.LogStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The write-ahead log: a sequence of {@linkplain Batch batches} in segments of a fixed size, written strictly forwards.
 * Nothing is ever overwritten: a truncation is a record, and the entries behind it count from there on.
 *
 * <p><b>Threads:</b> {@link #append} and {@link #sync} belong to one writer; everything else may be called beside it.
 */
public final class SegmentedLog implements LogStore {
    private static final String SPARE = "spare";
    private static final int INITIAL_BUFFER_BYTES = 256 * 1024;
    private static final int LARGEST_KEPT_BUFFER_BYTES = 8 << 20;

    private final Disk disk;
    private final String directory;
    private final Options options;
    private final Recovered recovered;

    /** Oldest first, never empty. Replaced, never changed. */
    private final AtomicReference<List<Segment>> segments;

    private volatile EntryId beforeFirst;
    private volatile long syncedIndex;
    private final AtomicReference<@Nullable DiskFile> spare = new AtomicReference<>();
    private volatile boolean sparePrepared;

    private ByteBuffer buffer = ByteBuffer.allocate(INITIAL_BUFFER_BYTES);
    private @Nullable Segment current;
    private final List<String> superseded;
    private long position;
    private long lastIndex;
    private long nextBatch;
    private long nextSequence;
    private HardState hardState;
    private EntryId last;
    private boolean failed;

    /**
     * How a log is kept.
     *
     * @param segmentBytes size of a segment; a larger batch makes a larger segment
     * @param cacheBytes how many of the newest entries to keep in {@link LogStore.Recovered#tail()}
     * @param clusterId whose log this is
     * @param memberId whose log this is
     * @param incarnation whose log this is
     */
    public record Options(int segmentBytes, long cacheBytes, long clusterId, long memberId, long incarnation) {
        SegmentHeader.Owner owner() {
            return new SegmentHeader.Owner(clusterId, memberId, incarnation);
        }
    }

    private SegmentedLog(Disk disk, String directory, Options options, LogRecovery recovery, Recovered recovered)
            throws IOException {
        this.disk = disk;
        this.directory = directory;
        this.options = options;
        this.recovered = recovered;
        this.beforeFirst = recovered.beforeFirst();
        this.last = recovered.last();
        this.lastIndex = last.index();
        this.hardState = recovered.hardState();
        this.syncedIndex = lastIndex;
        this.nextBatch = recovery.lastBatch + 1;
        this.nextSequence = recovery.nextSequence;
        this.segments = new AtomicReference<>(List.copyOf(recovery.segments));
        this.sparePrepared = false;
        this.superseded = recovery.superseded;
        if (recovered.damage() != null) {
            this.failed = true; // Until beginRepair() is called.
            return;
        }
        if (recovery.writePosition < 0) {
            this.current = beginSegment();
        } else {
            List<Segment> all = segments();
            this.current = all.get(all.size() - 1);
            this.position = recovery.writePosition;
        }
        current().file.sync();
    }

    private Segment current() {
        return Objects.requireNonNull(current);
    }

    @Override
    public void beginRepair() throws IOException {
        Damage damage = recovered.damage();
        if (damage == null || current != null) {
            throw new IllegalStateException("the log in " + directory + " is not damaged, or under repair already");
        }
        new DamageNote(damage, hardState).write(disk, directory);
        for (String name : superseded) {
            disk.rename(directory + "/" + name, directory + "/" + name + DamageNote.KEPT_SUFFIX);
        }
        disk.syncDirectory(directory);
        current = beginSegment();
        Write first = new Write(null, 0, List.of(), hardState);
        writeBatch(first, Batch.encodedLength(first));
        current().file.sync();
        failed = false;
    }

    @Override
    public void endRepair() throws IOException {
        DamageNote.delete(disk, directory);
    }

    /**
     * Opens the log in {@code directory}, which is created if need be.
     *
     * @throws IOException if the disk fails. Damage is no failure: see {@link LogStore.Recovered#damage()}
     */
    public static SegmentedLog open(Disk disk, String directory, Options options) throws IOException {
        disk.createDirectories(directory);
        if (disk.exists(directory + "/" + SPARE)) {
            // A rename that a crash cut in half may have left two names for one file: this one, and a segment's.
            disk.delete(directory + "/" + SPARE);
            disk.syncDirectory(directory);
        }
        LogRecovery recovery = new LogRecovery(disk, directory, options);
        Recovered recovered = recovery.run();
        return new SegmentedLog(disk, directory, options, recovery, recovered);
    }

    private List<Segment> segments() {
        return Objects.requireNonNull(segments.get());
    }

    @Override
    public Recovered recovered() {
        return recovered;
    }

    @Override
    public void append(Write write) throws IOException {
        if (failed) {
            throw new IOException("the log in " + directory + " failed before and takes no more writes");
        }
        failed = true; // Unless this method comes to its end.
        int length = Batch.encodedLength(write);
        if (position + length > options.segmentBytes() && position > SegmentHeader.BYTES) {
            roll();
        }
        writeBatch(write, length);
        failed = false;
    }

    private void writeBatch(Write write, int length) throws IOException {
        if (buffer.capacity() < length) {
            buffer = ByteBuffer.allocate(Math.max(length, buffer.capacity() * 2));
        }
        buffer.clear();
        long salt = Batch.salt(current().header.sequence(), position);
        int entriesOffset = Batch.encode(write, nextBatch++, syncedIndex, salt, buffer);
        buffer.flip();
        current().file.write(buffer, position);
        index(write, (int) position + entriesOffset);
        position += length;
        if (buffer.capacity() > LARGEST_KEPT_BUFFER_BYTES) {
            buffer = ByteBuffer.allocate(INITIAL_BUFFER_BYTES);
        }
    }

    private void index(Write write, int offset) {
        EntryId reset = write.reset();
        if (reset != null) {
            segments().forEach(segment -> segment.truncateFrom(0));
            beforeFirst = reset;
            syncedIndex = Math.min(syncedIndex, reset.index());
            last = reset;
        }
        if (write.truncateFrom() != 0) {
            segments().forEach(segment -> segment.truncateFrom(write.truncateFrom()));
            syncedIndex = Math.min(syncedIndex, write.truncateFrom() - 1);
        }
        int at = offset;
        for (Entry entry : write.entries()) {
            current().add(entry.index(), at);
            at += entry.encodedLength();
        }
        if (!write.entries().isEmpty()) {
            last = write.entries().get(write.entries().size() - 1).id();
        } else if (write.truncateFrom() != 0) {
            last = new EntryId(termBefore(write.truncateFrom()), write.truncateFrom() - 1);
        }
        lastIndex = last.index();
        HardState written = write.hardState();
        if (written != null) {
            hardState = written;
        }
    }

    /** The term of the entry before {@code index}, which must be read: it is needed only if a log shrinks. */
    private long termBefore(long index) {
        if (index - 1 == beforeFirst.index()) {
            return beforeFirst.term();
        }
        try {
            List<Entry> found = readSegments(index - 1, index, 1);
            return found.isEmpty() ? beforeFirst.term() : found.get(0).term();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** A full segment is synced, and the next one begins with the hard state, so that older ones may go. */
    private void roll() throws IOException {
        current().file.sync();
        syncedIndex = lastIndex;
        current = beginSegment();
        Write first = new Write(null, 0, List.of(), hardState);
        writeBatch(first, Batch.encodedLength(first));
    }

    private Segment beginSegment() throws IOException {
        SegmentHeader header = new SegmentHeader(nextSequence++, options.owner(), last);
        String path = directory + "/" + Segment.name(header.sequence());
        DiskFile file = spare.getAndSet(null);
        if (file != null) {
            disk.rename(directory + "/" + SPARE, path);
            sparePrepared = false;
        } else {
            file = disk.open(path, true);
        }
        file.write(header.encode(), 0);
        file.sync();
        disk.syncDirectory(directory);
        Segment segment = new Segment(path, header, file);
        segments.updateAndGet(before -> {
            List<Segment> more = new ArrayList<>(before);
            more.add(segment);
            return List.copyOf(more);
        });
        position = SegmentHeader.BYTES;
        return segment;
    }

    /**
     * Gets the next segment's file ready, filled with zeros, so that the writer neither waits for it nor grows it. Call
     * now and then from a background thread; does nothing if one is ready.
     */
    @Override
    public void prepareNextSegment() throws IOException {
        if (sparePrepared) {
            return;
        }
        sparePrepared = true;
        DiskFile file = disk.open(directory + "/" + SPARE, true);
        ByteBuffer zeros = ByteBuffer.allocate(1 << 20);
        for (long at = 0; at < options.segmentBytes(); at += zeros.capacity()) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), options.segmentBytes() - at));
            file.write(zeros, at);
        }
        file.truncate(options.segmentBytes());
        file.sync();
        spare.set(file);
    }

    @Override
    public void sync() throws IOException {
        if (failed) {
            throw new IOException("the log in " + directory + " failed before and cannot be synced");
        }
        failed = true; // A failed sync is never tried again (rule D6).
        current().file.sync();
        syncedIndex = lastIndex;
        failed = false;
    }

    @Override
    public List<Entry> read(long from, long to, int maxBytes) throws IOException {
        return readSegments(from, Math.min(to, syncedIndex + 1), maxBytes);
    }

    private List<Entry> readSegments(long from, long to, int maxBytes) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (Segment segment : segments()) {
            if (!segment.isEmpty() && segment.firstIndex() <= from && from <= segment.lastIndex()) {
                segment.read(from, to, maxBytes, entries);
                break;
            }
        }
        return entries;
    }

    @Override
    public void compact(long firstIndex) throws IOException {
        List<Segment> all = segments();
        int gone = all.size() - 1;
        while (gone > 0 && !mayBeginWith(all, gone, firstIndex)) {
            gone--;
        }
        if (gone == 0) {
            return;
        }
        EntryId newStart = all.get(gone).prev();
        int dropped = gone;
        segments.updateAndGet(now -> List.copyOf(now.subList(dropped, now.size())));
        if (newStart.index() > beforeFirst.index()) {
            beforeFirst = newStart;
        }
        for (Segment segment : all.subList(0, gone)) {
            segment.close();
            disk.delete(segment.path);
        }
        disk.syncDirectory(directory);
    }

    /**
     * Tells if the log can do without the segments before this one: none has an entry that is still wanted, and none
     * has the start of what a later truncation went back to.
     */
    private static boolean mayBeginWith(List<Segment> all, int position, long firstIndex) {
        long start = all.get(position).prev().index();
        return start < firstIndex
                && all.subList(0, position).stream().allMatch(each -> each.isEmpty() || each.lastIndex() <= start)
                && all.stream().skip(position).allMatch(each -> each.isEmpty() || each.firstIndex() > start);
    }

    @Override
    public long firstIndex() {
        return beforeFirst.index() + 1;
    }

    @Override
    public long sizeBytes() {
        return (long) segments().size() * options.segmentBytes();
    }

    @Override
    public void close() throws IOException {
        for (Segment segment : segments()) {
            segment.close();
        }
        DiskFile file = spare.getAndSet(null);
        if (file != null) {
            file.close();
        }
    }
}
