package io.fairlead.raft.runtime;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.LogStore;
import io.fairlead.raft.spi.SnapshotStore;
import io.fairlead.raft.spi.Stores;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Logs and snapshots in memory that outlive the node that wrote them. <b>Threads:</b> any. */
final class MemoryStores implements Stores {
    private final Map<String, Log> logs = new ConcurrentHashMap<>();
    private final Map<String, Snapshots> snapshots = new ConcurrentHashMap<>();
    volatile boolean failSyncs;
    /** Runs where the log is synced, after that. */
    volatile Runnable synced = () -> {};

    @Override
    public LogStore openLog(Disk disk, String directory, LogSettings settings) {
        return logs.computeIfAbsent(directory, name -> new Log());
    }

    @Override
    public SnapshotStore openSnapshots(Disk disk, String directory) {
        return snapshots.computeIfAbsent(directory, name -> new Snapshots());
    }

    private final class Log implements LogStore {
        private EntryId beforeFirst = EntryId.ZERO;
        private final List<Entry> entries = new ArrayList<>();
        private HardState hardState = HardState.INITIAL;

        @Override
        public synchronized Recovered recovered() {
            List<EntryId> terms = new ArrayList<>();
            List<ConfigurationEntry> configurations = new ArrayList<>();
            long term = 0;
            for (Entry entry : entries) {
                if (entry.term() != term) {
                    term = entry.term();
                    terms.add(entry.id());
                }
                if (entry.kind() == EntryKind.CONFIGURATION) {
                    configurations.add(new ConfigurationEntry(entry.id(), Configuration.decode(entry.payload())));
                }
            }
            EntryId last = entries.isEmpty()
                    ? beforeFirst
                    : entries.get(entries.size() - 1).id();
            return new Recovered(
                    hardState, beforeFirst, last, terms, configurations, List.copyOf(entries), last.index(), null);
        }

        @Override
        public synchronized void append(Write write) {
            if (write.reset() != null) {
                entries.clear();
                beforeFirst = write.reset();
            }
            if (write.truncateFrom() != 0) {
                entries.removeIf(entry -> entry.index() >= write.truncateFrom());
            }
            for (Entry entry : write.entries()) {
                long expected = beforeFirst.index() + entries.size() + 1;
                if (entry.index() != expected) {
                    throw new IllegalStateException(entry + " where " + expected + " should stand");
                }
                entries.add(entry);
            }
            if (write.hardState() != null) {
                hardState = write.hardState();
            }
        }

        @Override
        public void sync() throws IOException {
            if (failSyncs) {
                throw new IOException("the disk is gone");
            }
            synced.run();
        }

        @Override
        public synchronized List<Entry> read(long from, long to, int maxBytes) {
            List<Entry> read = new ArrayList<>();
            int bytes = 0;
            for (Entry entry : entries) {
                if (entry.index() >= from && entry.index() < to && (read.isEmpty() || bytes < maxBytes)) {
                    bytes += entry.encodedLength();
                    read.add(entry);
                }
            }
            return read.isEmpty() || read.get(0).index() != from ? List.of() : read;
        }

        @Override
        public synchronized void compact(long firstIndex) {
            while (!entries.isEmpty() && entries.get(0).index() < firstIndex) {
                beforeFirst = entries.remove(0).id();
            }
        }

        @Override
        public synchronized long firstIndex() {
            return beforeFirst.index() + 1;
        }

        @Override
        public synchronized long sizeBytes() {
            return entries.stream().mapToLong(Entry::encodedLength).sum();
        }

        @Override
        public void close() {}
    }

    private static final class Snapshots implements SnapshotStore {
        private final TreeMap<Long, byte[]> published = new TreeMap<>();
        private final TreeMap<Long, ByteArrayOutputStream> arriving = new TreeMap<>();
        private @Nullable SnapshotMeta latest;

        @Override
        public synchronized Optional<SnapshotMeta> latest() {
            return Optional.ofNullable(latest);
        }

        private synchronized void publish(SnapshotMeta meta, byte[] bytes) throws IOException {
            if (bytes.length != meta.sizeBytes() || crc(bytes) != meta.crc32c()) {
                throw new IOException("damaged snapshot");
            }
            published.put(meta.id(), bytes);
            latest = meta;
        }

        private static int crc(byte[] bytes) {
            CRC32C crc = new CRC32C();
            crc.update(bytes);
            return (int) crc.getValue();
        }

        @Override
        public Draft create(SnapshotMeta draft) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            return new Draft() {
                @Override
                public OutputStream stream() {
                    return bytes;
                }

                @Override
                public SnapshotMeta publish() throws IOException {
                    SnapshotMeta meta = new SnapshotMeta(
                            draft.id(),
                            draft.lastIncluded(),
                            draft.configuration(),
                            draft.configurationIndex(),
                            bytes.size(),
                            crc(bytes.toByteArray()));
                    Snapshots.this.publish(meta, bytes.toByteArray());
                    return meta;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public synchronized Incoming receive(SnapshotMeta meta) {
            ByteArrayOutputStream bytes = arriving.computeIfAbsent(meta.id(), id -> new ByteArrayOutputStream());
            return new Incoming() {
                @Override
                public long receivedBytes() {
                    return bytes.size();
                }

                @Override
                public void write(ByteBuffer data) {
                    byte[] piece = new byte[data.remaining()];
                    data.get(piece);
                    bytes.writeBytes(piece);
                }

                @Override
                public void publish() throws IOException {
                    Snapshots.this.publish(meta, bytes.toByteArray());
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public synchronized InputStream open(SnapshotMeta meta) throws IOException {
            byte[] bytes = published.get(meta.id());
            if (bytes == null) {
                throw new IOException("no snapshot " + meta.id());
            }
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public synchronized boolean read(long snapshotId, long offset, ByteBuffer target) {
            byte[] bytes = published.get(snapshotId);
            if (bytes == null) {
                return false;
            }
            if (offset < bytes.length) {
                target.put(bytes, (int) offset, (int) Math.min(target.remaining(), bytes.length - offset));
            }
            return true;
        }

        @Override
        public synchronized void deleteObsolete(@Nullable SnapshotMeta keep) {
            arriving.clear();
            if (keep != null) {
                published.keySet().removeIf(id -> id != keep.id());
            }
        }

        @Override
        public void close() {}
    }
}
