package io.fairlead.raft.runtime;

/**
 * A small seeded generator, specified bit for bit, so that a simulation draws the same numbers on every JVM.
 *
 * <p><b>Threads:</b> its owner's.
 *
 * <p><b>Source:</b> Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014), the SplitMix64 mixer.
 */
final class SplitMix {
    private long state;

    SplitMix(long seed) {
        state = seed;
    }

    /** The next number; never 0, which stands for "none" in ids. */
    long next() {
        long mixed;
        do {
            state += 0x9E3779B97F4A7C15L;
            long z = state;
            z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            mixed = z ^ (z >>> 31);
        } while (mixed == 0);
        return mixed;
    }
}
