package io.fairlead.chaos.invariant;

import io.fairlead.raft.message.EntryId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A number for each entry that any log ever had. Hardly an index ever has entries of several terms: the first one of each
 * stands in an array, the others in a map.
 */
final class PerEntry {
    /** What is answered for an entry that has no number; none that is put may be this one. */
    static final long NONE = Long.MIN_VALUE;

    private long[] terms = new long[1024];
    private long[] numbers = empty(1024);
    private final Map<EntryId, Long> others = new HashMap<>();

    private static long[] empty(int size) {
        long[] numbers = new long[size];
        Arrays.fill(numbers, NONE);
        return numbers;
    }

    long get(long term, long index) {
        if (index < 0 || index >= numbers.length || numbers[(int) index] == NONE) {
            return NONE;
        }
        return terms[(int) index] == term ? numbers[(int) index] : others.getOrDefault(new EntryId(term, index), NONE);
    }

    /** Gives an entry its number, unless it has one; answers the one that it had, or {@link #NONE}. */
    long putIfAbsent(long term, long index, long number) {
        long known = get(term, index);
        if (known == NONE) {
            put(term, Math.toIntExact(index), number);
        }
        return known;
    }

    private void put(long term, int index, long number) {
        if (index >= numbers.length) {
            int size = Math.max(index + 1, numbers.length * 2);
            terms = Arrays.copyOf(terms, size);
            int from = numbers.length;
            numbers = Arrays.copyOf(numbers, size);
            Arrays.fill(numbers, from, size, NONE);
        }
        if (numbers[index] == NONE) {
            terms[index] = term;
            numbers[index] = number;
        } else {
            others.put(new EntryId(term, index), number);
        }
    }
}
