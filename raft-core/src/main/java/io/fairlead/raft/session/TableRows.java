package io.fairlead.raft.session;

import io.fairlead.raft.session.KeepsSessions.Rows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The table of sessions as rows in a state machine that keeps it: collects what has changed since it was written last,
 * and reads all of it again. Row 0 of session 0 is the time, row 0 of any other session is the session itself, and the
 * others are its answers, by sequence number.
 *
 * <p><b>Threads:</b> the applier.
 */
final class TableRows<R> implements TableJournal<R> {
    private final TableFormat<R> format;
    private final Map<Key, @Nullable Supplier<byte[]>> changed = new LinkedHashMap<>();

    private record Key(long session, long sequence) {}

    TableRows(TableFormat<R> format) {
        this.format = format;
    }

    @Override
    public void used(ClientRecord<R> session) {
        changed.put(new Key(session.id(), 0), () -> TableFormat.bytes(out -> format.writeSession(session, out)));
    }

    @Override
    public void kept(ClientRecord<R> session, KeptAnswer<R> answer) {
        changed.put(
                new Key(session.id(), answer.sequence()),
                () -> TableFormat.bytes(out -> format.writeAnswer(answer, out)));
    }

    @Override
    public void forgotten(long session, long sequence) {
        changed.put(new Key(session, sequence), null);
    }

    @Override
    public void ended(long session) {
        changed.put(new Key(session, 0), null);
    }

    @Override
    public void time(LogTime time) {
        changed.put(new Key(0, 0), () -> TableFormat.bytes(out -> format.writeTime(time, out)));
    }

    /** Tells what has changed since this was called last; all answers have their values by now. */
    void writeTo(Rows rows) {
        changed.forEach((key, row) -> {
            if (row == null) {
                rows.remove(key.session(), key.sequence());
            } else {
                rows.put(key.session(), key.sequence(), row.get());
            }
        });
        changed.clear();
    }

    /** Makes {@code table} what the state machine has kept. */
    void read(KeepsSessions<R> stateMachine, SessionTable<R> table) throws IOException {
        changed.clear();
        table.clear();
        TreeMap<Long, byte[]> records = new TreeMap<>();
        TreeMap<Long, TreeMap<Long, byte[]>> answers = new TreeMap<>();
        stateMachine.readSessions(new Rows() {
            @Override
            public void put(long session, long sequence, byte[] value) {
                if (sequence == 0) {
                    records.put(session, value);
                } else {
                    answers.computeIfAbsent(session, none -> new TreeMap<>()).put(sequence, value);
                }
            }

            @Override
            public void remove(long session, long sequence) {}
        });
        byte[] time = records.remove(0L);
        if (time != null) {
            format.readTime(table.time(), TableFormat.reading(time));
        }
        List<ClientRecord<R>> sessions = new ArrayList<>();
        for (Map.Entry<Long, byte[]> row : records.entrySet()) {
            ClientRecord<R> session = format.readSession(row.getKey(), TableFormat.reading(row.getValue()));
            for (Map.Entry<Long, byte[]> answer :
                    answers.getOrDefault(row.getKey(), new TreeMap<>()).entrySet()) {
                session.keep(format.readAnswer(answer.getKey(), TableFormat.reading(answer.getValue())));
            }
            sessions.add(session);
        }
        sessions.sort(Comparator.comparingLong(ClientRecord::usedIndex));
        sessions.forEach(table::add);
    }
}
