package io.fairlead.chaos.workload;

import io.fairlead.chaos.check.KvModel;
import io.fairlead.chaos.sim.Randomness;
import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;

/**
 * A replicated map of numbers, which knows for every value at which index it was written.
 *
 * <p><b>Threads:</b> one.
 */
public final class MapMachine implements StateMachine<MapMachine.Result> {
    /**
     * What a command or read answers.
     *
     * @param index where in the log the command stands; for a read, where the value was written
     * @param value for a read the value, else whether it was done (1) or not (0)
     */
    public record Result(long index, long value) {}

    private record Cell(long value, long index) {}

    private static final Cell ABSENT = new Cell(0, 0);

    private final TreeMap<Long, Cell> cells = new TreeMap<>();
    private long appliedIndex;
    private long digest;

    @Override
    public Result apply(Command command) {
        KvModel.Input input = MapCommand.decode(command.payload()).input();
        appliedIndex = command.index();
        Cell before = cells.getOrDefault(input.key(), ABSENT);
        boolean done = input.kind() == KvModel.Kind.PUT || before.value == input.expected();
        if (done) {
            Cell after = new Cell(input.value(), command.index());
            cells.put(input.key(), after);
            digest ^= hash(input.key(), before) ^ hash(input.key(), after);
        }
        return new Result(command.index(), done ? 1 : 0);
    }

    private static long hash(long key, Cell cell) {
        return cell.equals(ABSENT)
                ? 0
                : Randomness.splitMix(Randomness.splitMix(Randomness.splitMix(key + 1) ^ cell.value) + cell.index);
    }

    /** The value of a key, 0 if there is none, and where it was written. */
    public Result get(long key) {
        Cell cell = cells.getOrDefault(key, ABSENT);
        return new Result(cell.index, cell.value);
    }

    /** The last command that was applied. */
    public long appliedIndex() {
        return appliedIndex;
    }

    /** A number that two maps with the same content share. */
    public long digest() {
        return digest;
    }

    @Override
    public Snapshot snapshot() {
        TreeMap<Long, Cell> frozen = new TreeMap<>(cells);
        return new Snapshot() {
            @Override
            public void writeTo(OutputStream out) throws IOException {
                DataOutputStream data = new DataOutputStream(out);
                data.writeInt(frozen.size());
                for (Map.Entry<Long, Cell> entry : frozen.entrySet()) {
                    data.writeLong(entry.getKey());
                    data.writeLong(entry.getValue().value);
                    data.writeLong(entry.getValue().index);
                }
                data.flush();
            }
        };
    }

    @Override
    public void restore(InputStream snapshot, long lastIncludedIndex) throws IOException {
        cells.clear();
        digest = 0;
        DataInputStream data = new DataInputStream(snapshot);
        for (int left = data.readInt(); left > 0; left--) {
            long key = data.readLong();
            Cell cell = new Cell(data.readLong(), data.readLong());
            cells.put(key, cell);
            digest ^= hash(key, cell);
        }
        appliedIndex = lastIncludedIndex;
    }
}
