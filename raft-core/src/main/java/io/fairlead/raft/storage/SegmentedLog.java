package io.fairlead.raft.storage;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.LogStore;
import io.fairlead.raft.spi.Stores.LogSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The write-ahead log: a sequence of {@linkplain Batch batches} in segments of a fixed size, written strictly forwards.
 * Nothing is ever overwritten: a truncation is a record, and the entries behind it count from there on.
 *
 * <p>All segments but the newest are sealed: durable, and closed by a {@linkplain SegmentFooter footer}. The newest is
 * copied whenever the log is opened, so whatever happened to earlier writes and syncs, what was found is durable.
 *
 * <p><b>Threads:</b> {@link #append} and {@link #sync} belong to one writer; everything else may be called beside it.
 */
public final class SegmentedLog implements LogStore {
    private static final int INITIAL_BUFFER_BYTES = 256 * 1024;
    private static final int LARGEST_KEPT_BUFFER_BYTES = 8 << 20;

    private final Disk disk;
    private final String directory;
    private final SegmentHeader.Owner owner;
    private final SegmentFiles files;
    private final LogState state;
    private final Recovered recovered;
    private final List<String> superseded;

    /** Oldest first. Replaced, never changed. */
    private final AtomicReference<List<Segment>> segments;

    /** No part of the log any more, but perhaps still there. */
    private final Queue<Segment> retiring = new ArrayDeque<>();

    private final AtomicReference<EntryId> beforeFirst;
    private volatile long syncedIndex;

    private ByteBuffer buffer = ByteBuffer.allocateDirect(INITIAL_BUFFER_BYTES);
    private @Nullable Segment current;
    private long position;
    private long lastBatch;
    private long syncedBatch;
    private long nextSequence;
    private boolean failed;

    /**
     * Opens the log in {@code directory}, which is created if need be.
     *
     * @throws IOException if the disk fails. Damage is no failure: see {@link LogStore.Recovered#damage()}
     */
    public static SegmentedLog open(Disk disk, String directory, LogSettings settings) throws IOException {
        disk.createDirectories(directory);
        SegmentHeader.Owner owner = new SegmentHeader.Owner(
                settings.clusterId(), settings.groupId(), settings.memberId(), settings.incarnation());
        LogRecovery recovery = new LogRecovery(disk, directory, owner, settings.cacheBytes());
        Recovered recovered = recovery.run();
        SegmentedLog log = new SegmentedLog(disk, directory, settings, owner, recovery, recovered);
        boolean usable = false;
        try {
            if (recovered.damage() == null) {
                log.files.deleteDrafts();
                log.begin();
            }
            usable = true;
            return log;
        } finally {
            if (!usable) {
                log.closeFiles();
            }
        }
    }

    private SegmentedLog(
            Disk disk,
            String directory,
            LogSettings settings,
            SegmentHeader.Owner owner,
            LogRecovery recovery,
            Recovered recovered) {
        this.disk = disk;
        this.directory = directory;
        this.owner = owner;
        this.files = new SegmentFiles(disk, directory, settings.segmentBytes());
        this.state = recovery.state();
        this.recovered = recovered;
        this.superseded = recovery.superseded();
        this.segments = new AtomicReference<>(List.copyOf(recovery.segments()));
        this.beforeFirst = new AtomicReference<>(recovered.beforeFirst());
        this.position = recovery.end();
        this.lastBatch = recovery.lastBatch();
        this.nextSequence = recovery.nextSequence();
        this.failed = true; // Until the end of begin().
    }

    /** Makes what was found durable, and goes on behind it. */
    private void begin() throws IOException {
        List<Segment> found = segments();
        if (found.isEmpty()) {
            beginSegment(0);
        } else {
            Segment newest = files.copy(found.get(found.size() - 1), position);
            List<Segment> all = new ArrayList<>(found);
            all.set(all.size() - 1, newest);
            segments.set(List.copyOf(all));
            current = newest;
        }
        synced();
        failed = false;
    }

    @Override
    public void beginRepair() throws IOException {
        if (recovered.damage() == null || current != null) {
            throw new IllegalStateException("the log in " + directory + " is not damaged, or under repair already");
        }
        new DamageNote(recovered.damage(), state.hardState()).write(disk, directory);
        files.deleteDrafts();
        for (String name : superseded) {
            disk.rename(directory + "/" + name, directory + "/" + name + DamageNote.KEPT_SUFFIX);
        }
        disk.syncDirectory(directory);
        boolean hadSegments = !segments().isEmpty();
        begin();
        if (hadSegments) {
            roll(0); // Behind a header with the hard state, which may have been found behind the damage.
        }
    }

    @Override
    public void endRepair() throws IOException {
        DamageNote.delete(disk, directory);
    }

    private Segment current() {
        return Objects.requireNonNull(current);
    }

    /** The segment that is written now. */
    Segment newest() {
        return current();
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
        String objection = state.objection(write);
        if (!objection.isEmpty()) {
            throw new IllegalArgumentException(objection);
        }
        failed = true; // Unless this method comes to its end.
        int length = Batch.encodedLength(write);
        if (!fits(length)) {
            roll(length);
        }
        write(write, length, false);
        failed = false;
    }

    private boolean fits(int length) {
        int footer = (current().index().marks() + 2) * 16 + SegmentFooter.TRAILER_BYTES;
        return position + length + footer <= current().header.fileBytes();
    }

    private void write(Write write, int length, boolean closing) throws IOException {
        if (buffer.capacity() < length) {
            buffer = ByteBuffer.allocateDirect(Math.max(length, buffer.capacity() * 2));
        }
        Batch.Header header = Batch.encode(
                write, closing, lastBatch + 1, syncedBatch, current().salt(), position, buffer);
        current().file.write(buffer, position);
        lastBatch++;
        noteChange(write, position + header.entriesOffset(), position + length);
        position += length;
        if (buffer.capacity() > LARGEST_KEPT_BUFFER_BYTES) {
            buffer = ByteBuffer.allocateDirect(INITIAL_BUFFER_BYTES);
        }
    }

    private void noteChange(Write write, long offset, long end) {
        state.apply(write);
        EntryId reset = write.reset();
        if (reset != null) {
            syncedIndex = Math.min(syncedIndex, reset.index());
            startsBehind(reset);
        }
        if (write.truncateFrom() != 0) {
            syncedIndex = Math.min(syncedIndex, write.truncateFrom() - 1);
        }
        LogRecovery.place(write, current(), offset, end, segments());
    }

    private void startsBehind(EntryId id) {
        beforeFirst.accumulateAndGet(id, (known, now) -> now.index() > known.index() ? now : known);
    }

    /** A full segment is sealed, and the next one begins. */
    private void roll(int length) throws IOException {
        current().seal(lastBatch, state.last(), position);
        current().file.sync();
        synced();
        beginSegment(length);
    }

    private void beginSegment(int length) throws IOException {
        SegmentHeader header =
                new SegmentHeader(nextSequence++, owner, lastBatch + 1, state.last(), state.hardState(), 0);
        int marks = length / SegmentIndex.MARK_EVERY_BYTES + 2;
        Segment segment =
                files.create(header, (long) SegmentHeader.BYTES + length + marks * 16L + SegmentFooter.TRAILER_BYTES);
        segments.updateAndGet(before -> {
            List<Segment> more = new ArrayList<>(before);
            more.add(segment);
            return List.copyOf(more);
        });
        current = segment;
        position = SegmentHeader.BYTES;
    }

    private void synced() {
        syncedBatch = lastBatch;
        syncedIndex = state.last().index();
    }

    @Override
    public void sync() throws IOException {
        if (failed) {
            throw new IOException("the log in " + directory + " failed before and cannot be synced");
        }
        failed = true; // A failed sync is never tried again (rule D6).
        current().file.sync();
        synced();
        failed = false;
    }

    @Override
    public void prepareNextSegment() throws IOException {
        files.prepareSpare();
    }

    @Override
    public boolean needsNextSegment() {
        return position >= current().header.fileBytes() / 2 && !files.hasSpare();
    }

    @Override
    public List<Entry> read(long from, long to, int maxBytes) throws IOException {
        List<Entry> entries = new ArrayList<>();
        long end = Math.min(to, syncedIndex + 1);
        for (Segment segment : segments()) {
            SegmentIndex index = segment.index();
            if (!index.isEmpty() && index.first() <= from && from <= index.last()) {
                try {
                    segment.read(from, end, maxBytes, entries);
                } catch (IOException e) {
                    if (segments().contains(segment)) {
                        throw e;
                    }
                    return List.of(); // Compacted while it was read.
                }
                break;
            }
        }
        return entries;
    }

    @Override
    public void compact(long firstIndex) throws IOException {
        synchronized (retiring) { // Nobody else takes this: compactions wait for each other, and nothing for them.
            List<Segment> all = segments();
            int gone = all.size() - 1;
            while (gone > 0 && !mayBeginWith(all, gone, firstIndex)) {
                gone--;
            }
            if (gone > 0) {
                int dropped = gone;
                startsBehind(all.get(gone).prev());
                segments.updateAndGet(now -> List.copyOf(now.subList(dropped, now.size())));
                retiring.addAll(all.subList(0, gone));
            }
            // The oldest first, each durably, so that no crash and no error leaves a gap.
            for (Segment next = retiring.peek(); next != null; next = retiring.peek()) {
                files.retire(next);
                retiring.remove();
            }
        }
    }

    /** Tells if no entry before this segment is wanted, and nothing later in the log goes back behind its start. */
    private static boolean mayBeginWith(List<Segment> all, int position, long firstIndex) {
        long start = all.get(position).prev().index();
        return start < firstIndex && all.stream().skip(position).allMatch(each -> each.lowestCut() > start);
    }

    @Override
    public long firstIndex() {
        return Objects.requireNonNull(beforeFirst.get()).index() + 1;
    }

    @Override
    public long sizeBytes() {
        long bytes = 0;
        for (Segment segment : segments()) {
            bytes += segment.used();
        }
        return bytes;
    }

    /** Says in the log itself that nothing follows, so that a torn write cannot be taken for the end of a whole log. */
    @Override
    public void close() throws IOException {
        try {
            if (!failed) {
                failed = true;
                if (syncedBatch < lastBatch) {
                    current().file.sync();
                    synced();
                }
                write(new Write(null, 0, List.of(), null), Batch.HEADER_BYTES, true);
                current().file.sync();
            }
        } finally {
            closeFiles();
        }
    }

    private void closeFiles() throws IOException {
        for (Segment segment : segments()) {
            segment.close();
        }
        files.close();
    }
}
