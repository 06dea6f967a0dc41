package io.fairlead.chaos.session;

import io.fairlead.chaos.sim.Randomness;
import io.fairlead.raft.session.KeepsSessions;
import io.fairlead.raft.spi.Command;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A tally that keeps itself, and the sessions, in files: some of its batches are on disk at once, others are not yet. */
final class TallyOnDisk extends Tally implements KeepsSessions<Long> {
    private static final double FLUSHES = 0.2;

    /** What survives a crash: always the state after some batch. */
    static final class Files {
        private Map<Long, Map<Long, byte[]>> rows = new TreeMap<>();
        private long count;
        private long digest;
        private long index;
    }

    private final Files files;
    private final Randomness random;
    private Map<Long, Map<Long, byte[]>> rows;
    private long index;

    /** Begins another life of a member. */
    TallyOnDisk(long member, SessionJudge judge, Files files, Randomness random) {
        super(member, judge);
        this.files = files;
        this.random = random;
        this.rows = copy(files.rows);
        this.index = files.index;
        set(files.count, files.digest);
    }

    private static Map<Long, Map<Long, byte[]>> copy(Map<Long, Map<Long, byte[]>> rows) {
        Map<Long, Map<Long, byte[]>> copy = new TreeMap<>();
        rows.forEach((session, row) -> copy.put(session, new TreeMap<>(row)));
        return copy;
    }

    @Override
    public void applyAll(List<Command> commands, long lastIndex, Results<Long> results, Consumer<Rows> sessions) {
        applyAll(commands, results);
        sessions.accept(new Rows() {
            @Override
            public void put(long session, long sequence, byte[] value) {
                rows.computeIfAbsent(session, none -> new TreeMap<>()).put(sequence, value);
            }

            @Override
            public void remove(long session, long sequence) {
                Map<Long, byte[]> row = rows.get(session);
                if (row != null && row.remove(sequence) != null && row.isEmpty()) {
                    rows.remove(session);
                }
            }
        });
        index = lastIndex;
        if (random.chance(FLUSHES)) {
            flush();
        }
    }

    private void flush() {
        files.rows = copy(rows);
        files.count = count();
        files.digest = digest();
        files.index = index;
    }

    @Override
    public void readSessions(Rows into) {
        rows.forEach((session, row) -> row.forEach((sequence, value) -> into.put(session, sequence, value)));
    }

    @Override
    public long durableIndex() {
        return files.index;
    }

    @Override
    public Snapshot snapshot() {
        Snapshot frozen = super.snapshot();
        Map<Long, Map<Long, byte[]>> frozenRows = copy(rows);
        return out -> {
            frozen.writeTo(out);
            DataOutputStream data = new DataOutputStream(out);
            for (Map.Entry<Long, Map<Long, byte[]>> session : frozenRows.entrySet()) {
                for (Map.Entry<Long, byte[]> row : session.getValue().entrySet()) {
                    data.writeInt(row.getValue().length);
                    data.writeLong(session.getKey());
                    data.writeLong(row.getKey());
                    data.write(row.getValue());
                }
            }
            data.writeInt(-1);
        };
    }

    @Override
    public void restore(InputStream snapshot, long lastIncludedIndex) throws IOException {
        super.restore(snapshot, lastIncludedIndex);
        rows = new TreeMap<>();
        DataInputStream data = new DataInputStream(snapshot);
        for (int length = data.readInt(); length >= 0; length = data.readInt()) {
            Map<Long, byte[]> session = rows.computeIfAbsent(data.readLong(), none -> new TreeMap<>());
            session.put(data.readLong(), data.readNBytes(length));
        }
        index = lastIncludedIndex;
        flush();
    }
}
