package io.fairlead.raft.core;

/** The core's only randomness: splitmix64, specified to the bit, so that a seed means the same on every JVM. */
final class SplitMix {
    private long state;

    SplitMix(long seed) {
        state = seed;
    }

    long next() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Uniform in {@code [0, bound)}. */
    long below(long bound) {
        return Math.floorMod(next() >>> 1, bound);
    }

    long state() {
        return state;
    }
}
