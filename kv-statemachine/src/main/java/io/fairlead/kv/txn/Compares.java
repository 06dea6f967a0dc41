package io.fairlead.kv.txn;

import io.fairlead.kv.KeyRange;
import io.fairlead.kv.mvcc.KeySpace;
import io.fairlead.kv.mvcc.StoredVersion;
import io.fairlead.kv.proto.Compare;
import java.util.List;

/** Evaluates the compares of transactions. */
final class Compares {
    private Compares() {}

    /** Tells if all compares hold now. */
    static boolean allHold(KeySpace keySpace, List<Compare> compares) {
        for (Compare compare : compares) {
            if (!holds(keySpace, compare)) {
                return false;
            }
        }
        return true;
    }

    /** Tells if a compare holds for every key of its range; a range without keys counts as one absent key. */
    private static boolean holds(KeySpace keySpace, Compare compare) {
        KeyRange range = KeyRange.of(
                compare.getKey().toByteArray(), compare.getRangeEnd().toByteArray());
        boolean byValue = compare.getTarget() == Compare.CompareTarget.VALUE;
        byte[] operand = byValue ? compare.getValue().toByteArray() : new byte[0];
        if (range.isSingle()) {
            StoredVersion version = new StoredVersion();
            return keySpace.get(range.from(), 0, byValue, version)
                    ? holds(compare, version, operand)
                    : holdsForAbsent(compare);
        }
        boolean[] any = {false};
        boolean[] all = {true};
        keySpace.scan(range, 0, byValue, version -> {
            any[0] = true;
            all[0] = holds(compare, version, operand);
            return all[0];
        });
        return any[0] ? all[0] : holdsForAbsent(compare);
    }

    /** The numbers of an absent key are 0; its value differs from every value and yet is unequal to none. */
    private static boolean holdsForAbsent(Compare compare) {
        return switch (compare.getTarget()) {
            case VALUE -> false;
            case VERSION -> holds(compare, Long.compare(0, compare.getVersion()));
            case CREATE -> holds(compare, Long.compare(0, compare.getCreateRevision()));
            case MOD -> holds(compare, Long.compare(0, compare.getModRevision()));
            case LEASE -> holds(compare, Long.compare(0, compare.getLease()));
            default -> holds(compare, 0);
        };
    }

    private static boolean holds(Compare compare, StoredVersion version, byte[] operand) {
        return switch (compare.getTarget()) {
            case VALUE -> holds(compare, version.compareValue(operand));
            case VERSION -> holds(compare, Long.compare(version.version(), compare.getVersion()));
            case CREATE -> holds(compare, Long.compare(version.createRevision(), compare.getCreateRevision()));
            case MOD -> holds(compare, Long.compare(version.modRevision(), compare.getModRevision()));
            case LEASE -> holds(compare, Long.compare(version.lease(), compare.getLease()));
            default -> holds(compare, 0);
        };
    }

    private static boolean holds(Compare compare, int order) {
        return switch (compare.getResult()) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case GREATER -> order > 0;
            case LESS -> order < 0;
            default -> true;
        };
    }
}
