package io.fairlead.chaos.disaster;

import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.SortedMap;
import java.util.TreeMap;

/** Remembers every command, a number that is used once, under its index, and answers with that. */
final class Journal implements StateMachine<Long> {
    private TreeMap<Long, Long> numbers = new TreeMap<>();

    /** What was applied, by index. */
    SortedMap<Long, Long> numbers() {
        return numbers;
    }

    @Override
    public Long apply(Command command) {
        numbers.put(command.index(), command.payload().getLong());
        return command.index();
    }

    @Override
    public Snapshot snapshot() {
        TreeMap<Long, Long> frozen = new TreeMap<>(numbers);
        return out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeInt(frozen.size());
            for (var each : frozen.entrySet()) {
                data.writeLong(each.getKey());
                data.writeLong(each.getValue());
            }
            data.flush();
        };
    }

    @Override
    public void restore(InputStream snapshot, long lastIncludedIndex) throws IOException {
        DataInputStream data = new DataInputStream(snapshot);
        TreeMap<Long, Long> restored = new TreeMap<>();
        for (int left = data.readInt(); left > 0; left--) {
            restored.put(data.readLong(), data.readLong());
        }
        numbers = restored;
    }
}
