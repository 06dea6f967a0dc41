package io.fairlead.chaos.workload;

import io.fairlead.chaos.check.KvModel;
import io.fairlead.chaos.invariant.Invariant;
import io.fairlead.chaos.invariant.MemberView;
import io.fairlead.raft.spi.Command;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Catches lost writes, stale reads and double effects as they happen, without any search: every written value is
 * unique, and every answer says where in the log its effect stands.
 */
final class ClientOracle extends Invariant {
    private final Map<Long, Long> placeOfSerial = new HashMap<>();
    private final Map<Long, Long> keyOfValue = new HashMap<>();
    private final Set<Long> refused = new HashSet<>();
    private final Set<Long> appliedValues = new HashSet<>();
    private final Map<Long, Long> floors = new HashMap<>();

    ClientOracle() {
        super("I15", "clients: exactly once, nothing stale, nothing lost");
    }

    @Override
    protected void onApplied(MemberView member, Command command) {
        MapCommand decoded = MapCommand.decode(command.payload());
        long serial = decoded.serial();
        appliedValues.add(decoded.input().value());
        if (refused.contains(serial)) {
            throw violation("command " + serial + ", refused as having no effect, is applied at " + command.index());
        }
        Long place = placeOfSerial.putIfAbsent(serial, command.index());
        if (place != null && place != command.index()) {
            throw violation("command " + serial + " is applied at " + place + " and again at " + command.index());
        }
    }

    /** Tells if a write, whose value nobody else writes, was applied anywhere. */
    boolean wasApplied(KvModel.Input write) {
        return appliedValues.contains(write.value());
    }

    /** A write of a unique value begins. */
    void attempt(KvModel.Input input) {
        keyOfValue.put(input.value(), input.key());
    }

    /** A write was refused: it has no effect, and never will have one. */
    void refused(long serial) {
        refused.add(serial);
        Long place = placeOfSerial.get(serial);
        if (place != null) {
            throw violation("command " + serial + " is refused as having no effect, but was applied at " + place);
        }
    }

    /** A write was acknowledged. */
    void acknowledged(long serial, KvModel.Input input, MapMachine.Result result) {
        Long place = placeOfSerial.get(serial);
        if (place == null || place != result.index()) {
            throw violation(
                    "command " + serial + " is said to be at " + result.index() + ", but was applied at " + place);
        }
        if (result.value() == 1) {
            floors.merge(input.key(), result.index(), Math::max);
        }
    }

    /** What a linearizable read of this key that begins now must see at least. */
    long floor(long key) {
        return floors.getOrDefault(key, 0L);
    }

    /** A linearizable read has ended. */
    void observed(long key, MapMachine.Result result, long floorAtBegin, long member) {
        if (result.index() < floorAtBegin) {
            throw violation("member " + member + " served a read of key " + key + " from index " + result.index()
                    + ", when " + floorAtBegin + " had been acknowledged before it began");
        }
        if (result.value() != 0 && !Long.valueOf(key).equals(keyOfValue.get(result.value()))) {
            throw violation("key " + key + " has the value " + result.value() + ", which nobody wrote there");
        }
        if (result.value() != 0) {
            floors.merge(key, result.index(), Math::max);
        }
    }
}
