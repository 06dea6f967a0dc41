package io.fairlead.chaos.small;

/** A set of fingerprints, eight bytes each and room to spare. */
final class VisitedStates {
    private static final double FULL = 0.7;

    private long[] table = new long[1 << 16];
    private long size;

    /** Adds one; answers whether it is new. */
    boolean add(long fingerprint) {
        if (size > table.length * FULL) {
            grow();
        }
        boolean added = put(table, fingerprint == 0 ? 1 : fingerprint);
        size += added ? 1 : 0;
        return added;
    }

    long size() {
        return size;
    }

    private static boolean put(long[] table, long value) {
        int mask = table.length - 1;
        int slot = (int) (value ^ (value >>> 32)) & mask;
        while (table[slot] != 0) {
            if (table[slot] == value) {
                return false;
            }
            slot = (slot + 1) & mask;
        }
        table[slot] = value;
        return true;
    }

    private void grow() {
        long[] larger = new long[table.length * 2];
        for (long value : table) {
            if (value != 0) {
                put(larger, value);
            }
        }
        table = larger;
    }
}
