package io.fairlead.raft.storage;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.spi.Damage;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.DiskFile;
import io.fairlead.raft.spi.LogStore.Recovered;
import io.fairlead.raft.spi.LogStore.Write;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a log from its segments, oldest first, every batch of it, and changes nothing (§13.3 of the rules: a torn tail
 * was never acknowledged and does not count; anything else that is missing is damage, which is named and never passed
 * over in silence). Needs memory for the largest batch, a mark for every 64 KiB, and the newest entries.
 */
final class LogRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(LogRecovery.class);
    private static final int READ_BYTES = 1 << 20;

    private final Disk disk;
    private final String directory;
    private final SegmentHeader.Owner owner;
    private final long cacheBytes;

    private final LogState state = new LogState();
    private final List<Segment> segments = new ArrayList<>();
    private final List<String> superseded = new ArrayList<>();
    private List<String> names = List.of();
    private long lastBatch;
    private long nextSequence = 1;
    private long end;
    private boolean closed;
    /**
     * A truncation went back behind the beginning: a compaction was interrupted that would have removed this segment too.
     * The log begins with the next one.
     */
    private boolean headless;

    private @Nullable Damage damage;

    LogRecovery(Disk disk, String directory, SegmentHeader.Owner owner, long cacheBytes) {
        this.disk = disk;
        this.directory = directory;
        this.owner = owner;
        this.cacheBytes = cacheBytes;
    }

    /** What the log comes to. */
    LogState state() {
        return state;
    }

    /** The segments that can be read, oldest first. */
    List<Segment> segments() {
        return segments;
    }

    /** The number of the last batch. */
    long lastBatch() {
        return lastBatch;
    }

    /** Where in the last segment its last batch ends. */
    long end() {
        return end;
    }

    /** Whether the last batch says that the log was closed. */
    boolean isClosed() {
        return closed;
    }

    /** A sequence that no file has had. */
    long nextSequence() {
        return nextSequence;
    }

    /** Files that have no part in the log because they stand behind the damage. */
    List<String> superseded() {
        return superseded;
    }

    Recovered run() throws IOException {
        boolean whole = false;
        try {
            Recovered found = read();
            whole = true;
            return found;
        } finally {
            if (!whole) {
                for (Segment segment : segments) {
                    segment.close();
                }
            }
        }
    }

    private Recovered read() throws IOException {
        names = disk.list(directory).stream()
                .filter(name -> name.contains(Segment.SUFFIX))
                .toList();
        for (String name : names) {
            nextSequence = Math.max(nextSequence, Segment.sequence(name) + 1);
        }
        names = names.stream().filter(name -> name.endsWith(Segment.SUFFIX)).toList();
        for (int i = 0; i < names.size() && damage == null; i++) {
            readSegment(i);
        }
        if (damage == null && headless) {
            damaged(names.size() - 1, end, true, "a truncation goes back behind the beginning of the log");
        }
        long committed = state.hardState().commitIndex();
        if (damage == null && committed > state.last().index()) {
            damage = missingEnd(committed);
        }
        DamageNote noted = DamageNote.read(disk, directory);
        if (noted != null) {
            damage = damage == null ? noted.damage() : merge(noted.damage(), damage);
            state.foundHardState(later(noted.hardState(), state.hardState()));
        }
        EntryId last = state.last();
        return new Recovered(
                state.hardState(),
                state.beforeFirst(),
                last,
                state.terms(),
                state.configurations(),
                readTail(),
                damage == null ? last.index() : Math.max(last.index(), damage.lastIndex()),
                damage);
    }

    private static Damage merge(Damage earlier, Damage now) {
        return new Damage(
                now.file(),
                now.offset(),
                Math.min(earlier.firstIndex(), now.firstIndex()),
                Math.max(earlier.lastIndex(), now.lastIndex()),
                earlier.openEnded() || now.openEnded(),
                earlier.hardStateInDoubt() || now.hardStateInDoubt(),
                now.what());
    }

    private static HardState later(HardState one, HardState other) {
        boolean isLater = one.term() != other.term()
                ? one.term() > other.term()
                : one.votedFor() != other.votedFor() ? one.votedFor() != 0 : one.commitIndex() > other.commitIndex();
        return isLater ? one : other;
    }

    private void readSegment(int number) throws IOException {
        String name = names.get(number);
        String path = path(number);
        DiskFile file = disk.open(path, false);
        SegmentHeader header = null;
        try {
            header = readHeader(file, name);
            if (header != null && !header.owner().equals(owner)) {
                throw new IOException(path + " belongs to " + header.owner() + ", not to " + owner
                        + ": a file of another log was put here. Take it away");
            }
        } finally {
            if (header == null || !header.owner().equals(owner)) {
                file.close();
            }
        }
        if (header == null) {
            damaged(number, 0, false, "its header cannot be read");
            return;
        }
        if (number == 0) {
            lastBatch = header.firstBatch() - 1;
        }
        if (number == 0 || (headless && header.firstBatch() == lastBatch + 1)) {
            state.begin(header);
            segments.forEach(each -> each.truncateFrom(0));
            headless = false;
        } else if (header.firstBatch() != lastBatch + 1 || !header.prev().equals(state.last())) {
            file.close();
            damaged(
                    number - 1,
                    end,
                    true,
                    "it cannot be read from there on, up to batch " + (header.firstBatch() - 1) + " and entry "
                            + header.prev());
            return;
        }
        Segment segment = new Segment(path, header, file);
        segments.add(segment);
        SegmentScanner scanner = new SegmentScanner(file, segment.salt());
        readBatches(number, segment, scanner);
        if (damage == null) {
            checkEnd(number, segment, scanner);
        }
    }

    /** Null if it cannot be read, or is that of another file. */
    static @Nullable SegmentHeader readHeader(DiskFile file, String name) throws IOException {
        SegmentHeader header = SegmentHeader.decode(WholeReads.read(file, ByteBuffer.allocate(SegmentHeader.BYTES), 0));
        return header != null && header.sequence() == Segment.sequence(name) ? header : null;
    }

    private void readBatches(int number, Segment segment, SegmentScanner scanner) throws IOException {
        end = scanner.position();
        closed = false;
        for (Batch batch = scanner.next(); batch != null; batch = scanner.next()) {
            Write write = batch.write();
            headless = write.reset() == null
                    && (headless
                            || (write.truncateFrom() != 0
                                    && write.truncateFrom()
                                            <= state.beforeFirst().index()));
            if (headless) {
                write = new Write(null, 0, List.of(), write.hardState());
            }
            String objection = batch.header().number() == lastBatch + 1
                    ? state.objection(write)
                    : "batch " + batch.header().number() + " behind batch " + lastBatch;
            if (!objection.isEmpty()) {
                damaged(number, end, true, objection);
                return;
            }
            if (batch.header().isClosing()) {
                closed = true; // It says no more than that, and the next life writes over it.
                return;
            }
            lastBatch++;
            state.apply(write);
            place(write, segment, end + batch.header().entriesOffset(), scanner.position(), segments);
            end = scanner.position();
        }
    }

    /** Notes in the segments what a write did to their entries. */
    static void place(Write write, Segment segment, long offset, long batchEnd, List<Segment> all) {
        if (write.reset() != null || write.truncateFrom() != 0) {
            long from = write.reset() != null ? 0 : write.truncateFrom();
            for (int i = 0; i < all.size(); i++) {
                all.get(i).truncateFrom(from);
            }
        }
        if (write.truncateFrom() != 0) {
            segment.cuts(write.truncateFrom());
        }
        segment.add(write.entries(), Math.toIntExact(offset), Math.toIntExact(batchEnd));
    }

    private void checkEnd(int number, Segment segment, SegmentScanner scanner) throws IOException {
        if (number < names.size() - 1) {
            if (SegmentFooter.read(segment.file, segment.salt()) == null) {
                LOG.warn("segment={} has a damaged footer; it is not needed: all batches were read", segment.path);
            }
        } else if (scanner.size() < segment.header.fileBytes()) {
            damaged(
                    number,
                    scanner.size(),
                    true,
                    "it was cut to " + scanner.size() + " of " + segment.header.fileBytes() + " bytes");
        } else if (!closed) {
            checkTail(number, segment, scanner);
        }
    }

    /** Batches behind an unreadable place tell whether it was durable once. */
    private void checkTail(int number, Segment segment, SegmentScanner scanner) throws IOException {
        Evidence evidence = new Evidence(lastBatch, state.last(), state.hardState());
        boolean torn = scanner.header() != null;
        evidence.search(scanner);
        if (evidence.synced() > lastBatch) {
            damaged(number, end, true, "it cannot be read from there on");
        } else if (torn || evidence.batch() > lastBatch) {
            LOG.info(
                    "segment={} offset={} a torn write at the end of the log was cut off; it was never acknowledged",
                    segment.path,
                    end);
        } else if (evidence.unreadableEnd()) {
            LOG.info(
                    "segment={} offset={} what follows is a torn write, or older than the segment; it was cut off",
                    segment.path,
                    end);
        }
    }

    /** The newest file is gone as a whole: nothing in the others says so but the commit index. */
    private Damage missingEnd(long committed) {
        String path = names.isEmpty() ? directory : path(names.size() - 1);
        long first = state.last().index() + 1;
        return new Damage(
                path,
                end,
                first,
                committed,
                true,
                true,
                path + " ends at offset " + end + " with entry " + (first - 1) + ", but entries up to " + committed
                        + " were committed: what followed is gone");
    }

    /** Finds out what was lost from {@code offset} of a file on. */
    private void damaged(int number, long offset, boolean keepsFile, String what) throws IOException {
        Evidence evidence = new Evidence(lastBatch, state.last(), state.hardState());
        for (int i = number; i < names.size(); i++) {
            examine(evidence, i, i == number ? offset : 0);
        }
        String path = path(number);
        long first = state.last().index() + 1;
        long lost = evidence.lastIndex();
        state.foundHardState(later(evidence.hardState(), state.hardState()));
        damage = new Damage(
                path,
                offset,
                first,
                lost,
                evidence.openEnded(),
                evidence.hardStateInDoubt(),
                path + " is damaged at offset " + offset + ": " + what + "; entries from index " + first
                        + (lost >= first ? " to at least " + lost : "")
                        + " may have been acknowledged and cannot be read");
        superseded.addAll(names.subList(keepsFile ? number + 1 : number, names.size()));
    }

    private void examine(Evidence evidence, int number, long from) throws IOException {
        String name = names.get(number);
        try (DiskFile file = disk.open(path(number), false)) {
            SegmentHeader header = readHeader(file, name);
            if (header == null) {
                evidence.unreadable();
            } else if (from == 0) {
                evidence.follows(header);
            }
            int salt = SegmentHeader.salt(Segment.sequence(name), owner);
            evidence.search(new SegmentScanner(file, salt, Math.max(from, SegmentHeader.BYTES)));
            if (header != null && file.size() < header.fileBytes()) {
                evidence.unreadable();
            }
        }
    }

    /** The newest entries, as many as fit the memory meant for them, at least one. */
    private List<Entry> readTail() throws IOException {
        int begin = segments.size();
        long bytes = 0;
        while (begin > 0 && bytes < cacheBytes) {
            begin--;
            bytes += segments.get(begin).index().isEmpty()
                    ? 0
                    : segments.get(begin).bytes();
        }
        ArrayDeque<Entry> tail = new ArrayDeque<>();
        long tailBytes = 0;
        for (Segment segment : segments.subList(begin, segments.size())) {
            SegmentIndex index = segment.index();
            for (long next = index.first(); next <= index.last(); ) {
                List<Entry> some = new ArrayList<>();
                segment.read(next, Long.MAX_VALUE, READ_BYTES, some);
                for (Entry entry : some) {
                    tail.addLast(entry);
                    tailBytes += entry.encodedLength();
                    while (tailBytes > cacheBytes && tail.size() > 1) {
                        tailBytes -= tail.removeFirst().encodedLength();
                    }
                }
                next += some.size();
            }
        }
        return List.copyOf(tail);
    }

    private String path(int number) {
        return directory + "/" + names.get(number);
    }
}
