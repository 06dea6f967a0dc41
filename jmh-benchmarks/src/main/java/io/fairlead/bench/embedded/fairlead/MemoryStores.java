package io.fairlead.bench.embedded.fairlead;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.LogStore;
import io.fairlead.raft.spi.SnapshotStore;
import io.fairlead.raft.spi.Stores;
import io.fairlead.raft.storage.FileStores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Logs that are only in memory, and that start empty: what a group costs without a disk. */
final class MemoryStores implements Stores {
    private final FileStores files = new FileStores();

    @Override
    public LogStore openLog(Disk disk, String directory, LogSettings settings) {
        return new Log();
    }

    @Override
    public SnapshotStore openSnapshots(Disk disk, String directory) throws IOException {
        return files.openSnapshots(disk, directory);
    }

    /** A log of entries in a list. <b>Threads:</b> any; the monitor stands in for the disk. */
    private static final class Log implements LogStore {
        private List<Entry> entries = new ArrayList<>();
        private long firstIndex = 1;
        private long bytes;

        @Override
        public Recovered recovered() {
            return new Recovered(
                    HardState.INITIAL, EntryId.ZERO, EntryId.ZERO, List.of(), List.of(), List.of(), 0, null);
        }

        @Override
        public synchronized void append(Write write) {
            EntryId reset = write.reset();
            if (reset != null) {
                entries.clear();
                bytes = 0;
                firstIndex = reset.index() + 1;
            }
            if (write.truncateFrom() != 0) {
                long from = Math.max(0, write.truncateFrom() - firstIndex);
                List<Entry> cut = entries.subList((int) Math.min(from, entries.size()), entries.size());
                bytes -= sizeOf(cut);
                cut.clear();
            }
            List<Entry> added = write.entries();
            for (int i = 0; i < added.size(); i++) {
                Entry entry = added.get(i);
                entries.add(entry); // One by one: addAll() would make a copy of its own first.
                bytes += entry.encodedLength();
            }
        }

        private static long sizeOf(List<Entry> entries) {
            long sum = 0;
            for (int i = 0; i < entries.size(); i++) {
                sum += entries.get(i).encodedLength();
            }
            return sum;
        }

        @Override
        public void sync() {}

        @Override
        public synchronized List<Entry> read(long from, long to, int maxBytes) {
            int first = (int) (from - firstIndex);
            if (first < 0 || first >= entries.size()) {
                return List.of();
            }
            List<Entry> result = new ArrayList<>();
            long bytes = 0;
            for (int i = first; i < Math.min(entries.size(), to - firstIndex) && bytes < maxBytes; i++) {
                result.add(entries.get(i));
                bytes += entries.get(i).encodedLength();
            }
            return result;
        }

        @Override
        public synchronized void compact(long newFirstIndex) {
            if (newFirstIndex > firstIndex) {
                int count = (int) Math.min(newFirstIndex - firstIndex, entries.size());
                bytes -= sizeOf(entries.subList(0, count));
                entries = new ArrayList<>(entries.subList(count, entries.size()));
                firstIndex = newFirstIndex;
            }
        }

        @Override
        public synchronized long firstIndex() {
            return firstIndex;
        }

        @Override
        public synchronized long sizeBytes() {
            return bytes;
        }

        @Override
        public void close() {}
    }
}
