package io.fairlead.chaos.check;

import java.util.Arrays;

/**
 * Which sets of placed calls were already tried with which state. Entries are compared in full: a hash is only where to
 * look.
 */
final class TriedConfigurations {
    private final int width;
    private long[] table;
    private boolean[] used;
    private int slots;
    private int count;

    /** Sets of {@code words * 64} calls. */
    TriedConfigurations(int words) {
        width = words + 1;
        slots = 1024;
        table = new long[slots * width];
        used = new boolean[slots];
    }

    /** Remembers a configuration; false if it was known. */
    boolean add(long[] placed, int state) {
        if (count * 3L > slots * 2L) {
            grow();
        }
        int slot = find(placed, state);
        if (used[slot]) {
            return false;
        }
        used[slot] = true;
        int at = slot * width;
        System.arraycopy(placed, 0, table, at, placed.length);
        table[at + width - 1] = state;
        count++;
        return true;
    }

    private int find(long[] placed, int state) {
        long hash = state * 0x9E3779B97F4A7C15L;
        for (long word : placed) {
            hash = (hash ^ word) * 0xBF58476D1CE4E5B9L;
            hash ^= hash >>> 29;
        }
        int slot = (int) (hash >>> 17) & (slots - 1);
        while (used[slot] && !same(slot * width, placed, state)) {
            slot = (slot + 1) & (slots - 1);
        }
        return slot;
    }

    private boolean same(int at, long[] placed, int state) {
        return table[at + width - 1] == state && Arrays.equals(table, at, at + placed.length, placed, 0, placed.length);
    }

    private void grow() {
        long[] oldTable = table;
        boolean[] oldUsed = used;
        slots *= 2;
        table = new long[Math.multiplyExact(slots, width)];
        used = new boolean[slots];
        count = 0;
        long[] placed = new long[width - 1];
        for (int slot = 0; slot < oldUsed.length; slot++) {
            if (oldUsed[slot]) {
                int at = slot * width;
                System.arraycopy(oldTable, at, placed, 0, placed.length);
                add(placed, (int) oldTable[at + width - 1]);
            }
        }
    }
}
