package io.fairlead.bench.load;

import java.util.SplittableRandom;

/**
 * What the requests contain.
 *
 * @param mix the operations
 * @param keyBytes length of every key
 * @param valueBytes length of every value written
 * @param keySpace how many different keys there are
 * @param sequential whether keys are used in order rather than drawn at random
 * @param seed where randomness starts
 */
public record Workload(Mix mix, int keyBytes, int valueBytes, long keySpace, boolean sequential, long seed) {
    /** Checks that the keys fit. */
    public Workload {
        int digits = Long.toString(Math.max(0, keySpace - 1)).length();
        if (keySpace < 1) {
            throw new IllegalArgumentException("key-space is " + keySpace + ", must be at least 1");
        }
        if (keyBytes < digits + 1) {
            throw new IllegalArgumentException(
                    "key-size is " + keyBytes + ", " + keySpace + " keys need at least " + (digits + 1));
        }
        if (valueBytes < 0) {
            throw new IllegalArgumentException("val-size is " + valueBytes + ", must be at least 0");
        }
    }

    /** The operations and keys of one driver, in order. Belongs to one thread. */
    public final class Source {
        private final SplittableRandom random;
        private final int step;
        private long next;

        private Source(int part, int parts) {
            random = new SplittableRandom(seed + part);
            next = part;
            step = parts;
        }

        /** The next operation. */
        public Operation nextOperation() {
            return mix.draw(random);
        }

        /** The number of the next key. */
        public long nextKey() {
            if (sequential) {
                long key = next % keySpace;
                next += step;
                return key;
            }
            return random.nextLong(keySpace);
        }
    }

    /** The operations and keys of driver {@code part} of {@code parts}. */
    public Source source(int part, int parts) {
        return new Source(part, parts);
    }
}
