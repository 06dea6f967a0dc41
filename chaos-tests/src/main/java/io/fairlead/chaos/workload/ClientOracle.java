package io.fairlead.chaos.workload;

import io.fairlead.chaos.check.KvModel;
import io.fairlead.chaos.invariant.Invariant;
import io.fairlead.chaos.invariant.MemberView;
import io.fairlead.raft.spi.Command;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Catches lost writes, stale reads, wrong answers and double effects as they happen, without any search: every written
 * value is unique, every answer says where in the log its effect stands, and the oracle replays the log itself.
 */
final class ClientOracle extends Invariant implements Invariant.SeesCommands {
    /**
     * What became of a command.
     *
     * @param index where it took effect
     * @param done whether it did what it was asked
     * @param written where the value that its key has since was written
     */
    record Effect(long index, boolean done, long written) {}

    private final Map<Long, Effect> effects = new HashMap<>();
    private final Set<Long> refused = new HashSet<>();
    private final Map<Long, Long> content = new HashMap<>();
    private final Map<Long, MapMachine.Result> written = new HashMap<>();
    private final Map<Long, Long> keyOfValue = new HashMap<>();
    private final Map<Long, Long> floors = new HashMap<>();
    private long replayed;

    ClientOracle() {
        super("I15", "clients: exactly once, nothing stale, nothing lost");
    }

    @Override
    public void onApplied(MemberView member, Command command) {
        long serial = MapCommand.serialOf(command.payload());
        if (refused.contains(serial)) {
            throw violation("command " + serial + ", refused as having no effect, is applied at " + command.index());
        }
        Effect known = effects.get(serial);
        if (known == null && command.index() > replayed) {
            replay(MapCommand.decode(command.payload()), command.index());
        } else if (known == null || known.index() != command.index()) {
            throw violation("command " + serial + " is applied at " + command.index() + ", known is " + known);
        }
    }

    /** Whoever is first at an index has everything before it, so the first ones come in order. */
    private void replay(MapCommand command, long index) {
        replayed = index;
        KvModel.Input input = command.input();
        boolean done = input.kind() == KvModel.Kind.PUT || content.getOrDefault(input.key(), 0L) == input.expected();
        if (done) {
            content.put(input.key(), input.value());
            keyOfValue.put(input.value(), input.key());
            written.put(input.value(), new MapMachine.Result(index, input.value()));
        }
        effects.put(command.serial(), new Effect(index, done, writtenAt(content.getOrDefault(input.key(), 0L))));
    }

    /** What became of a command; null if nobody ever applied it. */
    @Nullable Effect effectOf(long serial) {
        return effects.get(serial);
    }

    /** The index at which a value was written; 0 if it never was. */
    long writtenAt(long value) {
        MapMachine.Result result = written.get(value);
        return result == null ? 0 : result.index();
    }

    /** A write was refused: it has no effect, and never will have one. */
    void refused(long serial) {
        refused.add(serial);
        Effect effect = effects.get(serial);
        if (effect != null) {
            throw violation("command " + serial + " is refused as having no effect, but there is: " + effect);
        }
    }

    /** A write was acknowledged. */
    void acknowledged(long serial, KvModel.Input input, MapMachine.Result result) {
        Effect effect = effects.get(serial);
        if (effect == null || effect.index() != result.index() || effect.done() != (result.value() == 1)) {
            throw violation("command " + serial + " was answered " + result + ", the log says " + effect);
        }
        if (effect.done()) {
            floors.merge(input.key(), result.index(), Math::max);
        }
    }

    /** What a linearizable read of this key that begins now must see at least. */
    long floor(long key) {
        return floors.getOrDefault(key, 0L);
    }

    /**
     * A read has ended.
     *
     * @param atLeast what it must see: for a linearizable one, what anybody was told before it began; for one that may
     *     be old, what this very client was told (read your writes, monotonic reads)
     */
    void observed(long key, MapMachine.Result result, long atLeast, long member) {
        if (result.index() < atLeast) {
            throw violation("member " + member + " served a read of key " + key + " from index " + result.index()
                    + ", when its client had to see " + atLeast);
        }
        if (result.value() == 0) {
            return;
        }
        if (!Long.valueOf(key).equals(keyOfValue.get(result.value())) || !result.equals(written.get(result.value()))) {
            throw violation("key " + key + " was read as " + result + ", the log says " + written.get(result.value()));
        }
        floors.merge(key, result.index(), Math::max);
    }
}
