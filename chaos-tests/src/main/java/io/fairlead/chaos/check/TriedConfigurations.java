package io.fairlead.chaos.check;

import java.util.Arrays;

/**
 * Which sets of placed calls were already tried with which state. A set is kept as the words between its first gap and
 * its last member: before the one everything, behind the other nothing is placed. Entries are compared in full: a hash
 * is only where to look.
 */
final class TriedConfigurations {
    private static final int MAX_WORDS = 1 << 25;

    private long[] arena = new long[1 << 12];
    private int used = 1;
    private int[] slots = new int[1 << 10];
    private int count;

    /** Tells if there is no more room. */
    boolean isFull() {
        return used > MAX_WORDS;
    }

    /**
     * Remembers a configuration; false if it was known.
     *
     * @param placed the set's words
     * @param from the first word that is not full
     * @param to behind the last word that is not empty
     */
    boolean add(long[] placed, int from, int to, int state) {
        if (count * 3L > slots.length * 2L) {
            grow();
        }
        int slot = find(placed, from, to, state);
        if (slots[slot] != 0) {
            return false;
        }
        int length = Math.max(0, to - from);
        if (used + length + 1 > arena.length) {
            arena = Arrays.copyOf(arena, Math.max(arena.length * 2, used + length + 1));
        }
        slots[slot] = used;
        arena[used] = header(from, length, state);
        System.arraycopy(placed, from, arena, used + 1, length);
        used += length + 1;
        count++;
        return true;
    }

    private static long header(int from, int length, int state) {
        return ((long) from << 44) | ((long) length << 24 & 0xFFFFF000000L) | (state & 0xFFFFFFL);
    }

    private int find(long[] placed, int from, int to, int state) {
        int length = Math.max(0, to - from);
        long header = header(from, length, state);
        int slot = slotOf(hash(header, placed, from, length));
        while (slots[slot] != 0 && !same(slots[slot], header, placed, from, length)) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private static long hash(long header, long[] words, int from, int length) {
        long hash = header * 0x9E3779B97F4A7C15L;
        for (int i = from; i < from + length; i++) {
            hash = (hash ^ words[i]) * 0xBF58476D1CE4E5B9L;
            hash ^= hash >>> 29;
        }
        return hash;
    }

    private int slotOf(long hash) {
        return (int) (hash >>> 17) & (slots.length - 1);
    }

    private boolean same(int at, long header, long[] placed, int from, int length) {
        return arena[at] == header && Arrays.equals(arena, at + 1, at + 1 + length, placed, from, from + length);
    }

    private void grow() {
        int[] old = slots;
        slots = new int[old.length * 2];
        for (int at : old) {
            if (at != 0) {
                int length = (int) (arena[at] >>> 24) & 0xFFFFF;
                int slot = slotOf(hash(arena[at], arena, at + 1, length));
                while (slots[slot] != 0) {
                    slot = (slot + 1) & (slots.length - 1);
                }
                slots[slot] = at;
            }
        }
    }
}
