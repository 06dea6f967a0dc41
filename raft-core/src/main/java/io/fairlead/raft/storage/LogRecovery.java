package io.fairlead.raft.storage;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.HardState;
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
    private @Nullable String damage;

    LogRecovery(Disk disk, String directory, SegmentedLog.Options options) {
        this.disk = disk;
        this.directory = directory;
        this.cacheBytes = options.cacheBytes();
        this.owner = options.owner();
    }

    Recovered run() throws IOException {
        List<String> names = disk.list(directory).stream()
                .filter(name -> name.endsWith(Segment.SUFFIX))
                .toList();
        for (int i = 0; i < names.size() && damage == null; i++) {
            readSegment(names.get(i), i == 0, i == names.size() - 1);
        }
        if (acknowledged > last.index() && damage == null) {
            damage = "entries " + (last.index() + 1) + " to " + acknowledged + " were acknowledged but the log in "
                    + directory + " ends at " + last.index();
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
                acknowledged,
                damage);
    }

    private void readSegment(String name, boolean first, boolean newest) throws IOException {
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
                damage = "the header of " + path + " is damaged; the log is readable up to index " + last.index();
            }
            return;
        }
        if (!header.owner().equals(owner)) {
            damage = path + " belongs to " + header.owner() + ", not to " + owner
                    + ": a file of another member's log was put here";
            file.close();
            return;
        }
        nextSequence = header.sequence() + 1;
        if (first) {
            beforeFirst = header.prev();
            last = beforeFirst;
        } else if (!header.prev().equals(last)) {
            damage = path + " continues behind entry " + header.prev() + ", but the log before it ends at " + last;
            file.close();
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
                damage = "batch " + (lastBatch + 1) + " is missing before offset " + position + " of " + path;
                return;
            }
            lastBatch = batch.number();
            acknowledged = Math.max(acknowledged, batch.acknowledged());
            replay(segment, position + batch.entriesOffset(), batch.write());
            position += Batch.lengthAt(bytes, position);
        }
        writePosition = newest && isZero(bytes, position) ? position : -1;
        if (writePosition < 0) {
            lookBehind(bytes, position, segment);
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
    private void lookBehind(ByteBuffer bytes, int from, Segment segment) {
        if (isZero(bytes, from)) {
            return;
        }
        long known = 0;
        for (int at = from + 1; at <= bytes.limit() - Batch.HEADER_BYTES; at++) {
            Batch later = null;
            try {
                later = Batch.decode(bytes, at, Batch.salt(segment.header.sequence(), at));
            } catch (IllegalArgumentException e) {
                LOG.debug("no batch at offset {} of {}", at, segment.path, e);
            }
            if (later != null && later.number() > lastBatch) {
                known = Math.max(known, later.acknowledged());
            }
        }
        if (known > last.index()) {
            acknowledged = Math.max(acknowledged, known);
            damage = segment.path + " is damaged at offset " + from + ": entries from index " + (last.index() + 1)
                    + " to at least " + known + " were acknowledged and cannot be read";
        } else {
            LOG.info(
                    "segment={} offset={} a torn write at the end of the log was cut off; it was never acknowledged",
                    segment.path,
                    from);
        }
    }
}
