package io.fairlead.raft.storage;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.spi.Damage;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.DiskFile;
import io.fairlead.raft.spi.LogStore.ConfigurationEntry;
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
 * Reads a log from its segments, oldest first (§13.3 of the rules: a torn tail was never acknowledged and is cut;
 * anything else that is missing is damage, which is named and never passed over in silence).
 */
final class LogRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(LogRecovery.class);

    private final Disk disk;
    private final String directory;
    private final long cacheBytes;
    private final SegmentHeader.Owner owner;

    final List<Segment> segments = new ArrayList<>();
    long lastBatch;
    long nextSequence = 1;
    /** Where the next batch goes in the last segment; -1 if its rest is not clean and a new one must be begun. */
    long writePosition = -1;

    private HardState hardState = HardState.INITIAL;
    private EntryId beforeFirst = EntryId.ZERO;
    private EntryId last = EntryId.ZERO;
    private final List<EntryId> terms = new ArrayList<>();
    private final List<ConfigurationEntry> configurations = new ArrayList<>();
    private final ArrayDeque<Entry> tail = new ArrayDeque<>();
    private long tailBytes;
    private long acknowledged;
    private @Nullable Damage damage;
    /** Files that have no part in the log because they stand behind the damage. */
    final List<String> superseded = new ArrayList<>();

    LogRecovery(Disk disk, String directory, SegmentedLog.Options options) {
        this.disk = disk;
        this.directory = directory;
        this.cacheBytes = options.cacheBytes();
        this.owner = options.owner();
    }

    Recovered run() throws IOException {
        List<String> names = disk.list(directory).stream()
                .filter(name -> name.contains(Segment.SUFFIX))
                .toList();
        for (String name : names) {
            nextSequence = Math.max(nextSequence, Segment.sequence(name) + 1);
        }
        names = names.stream().filter(name -> name.endsWith(Segment.SUFFIX)).toList();
        for (int i = 0; i < names.size() && damage == null; i++) {
            readSegment(names, i);
        }
        DamageNote noted = DamageNote.read(disk, directory);
        if (noted != null) {
            damage = damage == null ? noted.damage() : merge(noted.damage(), damage);
            hardState = later(noted.hardState(), hardState);
        }
        List<Entry> copies = new ArrayList<>(tail.size());
        for (Entry entry : tail) {
            byte[] bytes = new byte[entry.encodedLength()];
            entry.encoded().get(bytes);
            copies.add(Entry.decode(bytes, 0, bytes.length));
        }
        return new Recovered(
                hardState,
                beforeFirst,
                last,
                List.copyOf(terms),
                List.copyOf(configurations),
                copies,
                damage == null ? acknowledged : Math.max(acknowledged, damage.lastIndex()),
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

    /** Finds out what was lost from {@code offset} of a file on. */
    private void damaged(List<String> names, int number, long offset, boolean keepsFile, String what)
            throws IOException {
        Evidence evidence = new Evidence(lastBatch, acknowledged, hardState);
        for (int i = number; i < names.size(); i++) {
            examine(evidence, names.get(i), i == number ? (int) offset : 0);
        }
        report(names, number, offset, keepsFile, what, evidence);
    }

    private void report(
            List<String> names, int number, long offset, boolean keepsFile, String what, Evidence evidence) {
        String path = directory + "/" + names.get(number);
        hardState = later(evidence.hardState(), hardState);
        long first = last.index() + 1;
        long end = Math.max(evidence.lastIndex(), last.index());
        damage = new Damage(
                path,
                offset,
                first,
                end,
                evidence.unreadableEnd(),
                evidence.hardStateInDoubt(),
                path + " is damaged at offset " + offset + ": " + what + "; entries from index " + first
                        + (end >= first ? " to at least " + end : "")
                        + " may have been acknowledged and cannot be read");
        superseded.addAll(names.subList(keepsFile ? number + 1 : number, names.size()));
    }

    private void examine(Evidence evidence, String name, int from) throws IOException {
        try (DiskFile file = disk.open(directory + "/" + name, false)) {
            ByteBuffer bytes = WholeReads.read(file, ByteBuffer.allocate(Math.toIntExact(file.size())), 0);
            SegmentHeader header = bytes.remaining() < SegmentHeader.BYTES
                    ? null
                    : SegmentHeader.decode(bytes.slice(0, SegmentHeader.BYTES));
            if (header == null) {
                evidence.unreadable();
            } else if (from == 0) {
                evidence.follows(header.prev());
            }
            evidence.search(bytes, Math.max(from, SegmentHeader.BYTES), Segment.sequence(name));
        }
    }

    private void readSegment(List<String> names, int number) throws IOException {
        String name = names.get(number);
        boolean first = number == 0;
        boolean newest = number == names.size() - 1;
        String path = directory + "/" + name;
        DiskFile file = disk.open(path, false);
        int size = Math.toIntExact(file.size());
        ByteBuffer bytes = WholeReads.read(file, ByteBuffer.allocate(size), 0);
        SegmentHeader header = bytes.remaining() < SegmentHeader.BYTES
                ? null
                : SegmentHeader.decode(bytes.slice(0, SegmentHeader.BYTES));
        if (header == null) {
            file.close();
            if (newest && isZero(bytes, Math.min(SegmentHeader.BYTES, bytes.limit()))) {
                LOG.info("segment={} was being created at a crash and holds nothing: deleted", path);
                disk.delete(path);
            } else {
                damaged(names, number, 0, false, "its header cannot be read");
            }
            return;
        }
        if (!header.owner().equals(owner)) {
            file.close();
            throw new IOException(path + " belongs to " + header.owner() + ", not to " + owner
                    + ": a file of another member's log was put here. Take it away");
        }
        if (first) {
            beforeFirst = header.prev();
            last = beforeFirst;
        } else if (!header.prev().equals(last)) {
            file.close();
            damaged(
                    names,
                    number,
                    0,
                    false,
                    "it continues behind entry " + header.prev() + ", but the log before it ends at " + last);
            return;
        }
        Segment segment = new Segment(path, header, file);
        segments.add(segment);
        int position = SegmentHeader.BYTES;
        while (true) {
            Batch batch = Batch.decode(bytes, position, Batch.salt(header.sequence(), position));
            if (batch == null) {
                break;
            }
            if (lastBatch != 0 && batch.number() != lastBatch + 1) {
                damaged(names, number, position, true, "batch " + (lastBatch + 1) + " is missing before it");
                return;
            }
            lastBatch = batch.number();
            acknowledged = Math.max(acknowledged, batch.acknowledged());
            replay(segment, position + batch.entriesOffset(), batch.write());
            position += Batch.lengthAt(bytes, position);
        }
        writePosition = newest && isZero(bytes, position) ? position : -1;
        if (newest && writePosition < 0) {
            lookBehind(names, number, bytes, position, header.sequence());
        }
    }

    private void replay(Segment segment, int offset, Write write) {
        EntryId reset = write.reset();
        if (reset != null) {
            segments.forEach(each -> each.truncateFrom(0));
            terms.clear();
            configurations.clear();
            tail.clear();
            tailBytes = 0;
            beforeFirst = reset;
            last = reset;
            acknowledged = Math.min(acknowledged, reset.index());
        }
        if (write.truncateFrom() != 0) {
            truncateFrom(write.truncateFrom());
        }
        int at = offset;
        for (Entry entry : write.entries()) {
            segment.add(entry.index(), at);
            at += entry.encodedLength();
            append(entry);
        }
        HardState written = write.hardState();
        if (written != null) {
            hardState = written;
        }
    }

    private void append(Entry entry) {
        if (entry.term() != last.term() || terms.isEmpty()) {
            terms.add(entry.id());
        }
        if (entry.kind() == EntryKind.CONFIGURATION) {
            configurations.add(new ConfigurationEntry(entry.id(), Configuration.decode(entry.payload())));
        }
        last = entry.id();
        tail.addLast(entry);
        tailBytes += entry.encodedLength();
        while (tailBytes > cacheBytes && tail.size() > 1) {
            tailBytes -= tail.removeFirst().encodedLength();
        }
    }

    private void truncateFrom(long index) {
        segments.forEach(segment -> segment.truncateFrom(index));
        while (!tail.isEmpty() && tail.getLast().index() >= index) {
            tailBytes -= tail.removeLast().encodedLength();
        }
        while (!terms.isEmpty() && terms.get(terms.size() - 1).index() >= index) {
            terms.remove(terms.size() - 1);
        }
        configurations.removeIf(configuration -> configuration.id().index() >= index);
        long term = terms.isEmpty()
                ? beforeFirst.term()
                : terms.get(terms.size() - 1).term();
        last = index - 1 == beforeFirst.index() ? beforeFirst : new EntryId(term, index - 1);
        acknowledged = Math.min(acknowledged, index - 1);
    }

    private static boolean isZero(ByteBuffer bytes, int from) {
        for (int i = from; i < bytes.limit(); i++) {
            if (bytes.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Looks for whole batches behind an unreadable place: what they say was acknowledged must be here. */
    private void lookBehind(List<String> names, int number, ByteBuffer bytes, int from, long sequence)
            throws IOException {
        if (isZero(bytes, from)) {
            return;
        }
        Evidence evidence = new Evidence(lastBatch, acknowledged, hardState);
        evidence.search(bytes, from, sequence);
        if (evidence.acknowledged() > last.index()) {
            damaged(names, number, from, true, "it cannot be read from there on");
        } else {
            LOG.info(
                    "segment={} offset={} a torn write at the end of the log was cut off; it was never acknowledged",
                    names.get(number),
                    from);
        }
    }
}
