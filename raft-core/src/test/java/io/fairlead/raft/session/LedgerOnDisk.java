package io.fairlead.raft.session;

import io.fairlead.raft.spi.Command;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A ledger that survives crashes: on its "disk", another ledger, is the state after some batch, not always the last. */
final class LedgerOnDisk extends Ledger implements KeepsSessions<Long> {
    private record Key(long session, long sequence) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            return session != other.session
                    ? Long.compare(session, other.session)
                    : Long.compare(sequence, other.sequence);
        }
    }

    /** What is in files, atomically. */
    static final class Disk {
        private final TreeMap<Key, byte[]> rows = new TreeMap<>();
        private long sum;
        private long index;
    }

    private final Disk disk;
    private final TreeMap<Key, byte[]> rows = new TreeMap<>();
    private long index;

    /** Begins another life. */
    LedgerOnDisk(Disk disk) {
        this.disk = disk;
        rows.putAll(disk.rows);
        sum = disk.sum;
        index = disk.index;
    }

    @Override
    public void applyAll(List<Command> commands, long lastIndex, Results<Long> results, Consumer<Rows> sessions) {
        applyAll(commands, results);
        sessions.accept(new Rows() {
            @Override
            public void put(long session, long sequence, byte[] value) {
                rows.put(new Key(session, sequence), value);
            }

            @Override
            public void remove(long session, long sequence) {
                rows.remove(new Key(session, sequence));
            }
        });
        index = lastIndex;
    }

    void flush() {
        disk.rows.clear();
        disk.rows.putAll(rows);
        disk.sum = sum;
        disk.index = index;
    }

    @Override
    public void readSessions(Rows into) {
        rows.forEach((key, value) -> into.put(key.session(), key.sequence(), value));
    }

    @Override
    public long durableIndex() {
        return disk.index;
    }

    @Override
    public Snapshot snapshot() {
        long frozenSum = sum;
        Map<Key, byte[]> frozenRows = new TreeMap<>(rows);
        return out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeLong(frozenSum);
            data.writeInt(frozenRows.size());
            for (Map.Entry<Key, byte[]> row : frozenRows.entrySet()) {
                data.writeLong(row.getKey().session());
                data.writeLong(row.getKey().sequence());
                data.writeInt(row.getValue().length);
                data.write(row.getValue());
            }
        };
    }

    @Override
    public void restore(InputStream snapshot, long lastIncludedIndex) throws IOException {
        DataInputStream data = new DataInputStream(snapshot);
        sum = data.readLong();
        rows.clear();
        for (int left = data.readInt(); left > 0; left--) {
            Key key = new Key(data.readLong(), data.readLong());
            rows.put(key, data.readNBytes(data.readInt()));
        }
        index = lastIncludedIndex;
        flush();
    }
}
