package io.fairlead.chaos.sim;

import java.util.List;

/**
 * The simulator's random numbers: xoshiro256**, seeded by splitmix64. Specified to the bit, so that a seed means the
 * same on every JVM. Every concern draws from a stream of its own: leaving one fault out does not shift the others.
 *
 * <p><b>Threads:</b> one.
 */
public final class Randomness {
    private long s0;
    private long s1;
    private long s2;
    private long s3;

    private Randomness(long seed) {
        long z = seed;
        s0 = splitMix(z += GOLDEN);
        s1 = splitMix(z += GOLDEN);
        s2 = splitMix(z += GOLDEN);
        s3 = splitMix(z + GOLDEN);
    }

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /**
     * Takes one step of splitmix64's output function: also a good mixer for hashes.
     *
     * @param z any number
     * @return the number it is mapped to, one to one
     */
    public static long splitMix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /**
     * {@return the stream that {@code seed} has for a concern, such as {@code "network"}}
     *
     * @param seed the run's
     * @param concern what is drawn for; streams of different concerns have nothing to do with each other
     */
    public static Randomness of(long seed, String concern) {
        return of(seed, concern, 0);
    }

    /**
     * {@return the stream that {@code seed} has for a concern of one entity, such as the disk of member 3}
     *
     * @param seed the run's
     * @param concern what is drawn for
     * @param entity whom it is drawn for
     */
    public static Randomness of(long seed, String concern, long entity) {
        long stream = splitMix(seed + GOLDEN);
        for (int i = 0; i < concern.length(); i++) {
            stream = splitMix(stream ^ concern.charAt(i)) + GOLDEN;
        }
        return new Randomness(splitMix(stream ^ splitMix(entity + GOLDEN)));
    }

    /** {@return 64 random bits} */
    public long next() {
        long result = Long.rotateLeft(s1 * 5, 7) * 9;
        long t = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= t;
        s3 = Long.rotateLeft(s3, 45);
        return result;
    }

    /**
     * {@return a number uniform in {@code [0, bound)}; the bias of the multiplication is below 2^-32 for the bounds
     * used here}
     *
     * @param bound 1 or more
     */
    public long below(long bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound " + bound + " must be positive");
        }
        return Math.multiplyHigh(next() >>> 1, bound << 1);
    }

    /**
     * {@return a number uniform in {@code [from, to]}, both inclusive}
     *
     * @param from the smallest
     * @param to the largest, {@code from} or more
     */
    public long between(long from, long to) {
        return from + below(to - from + 1);
    }

    /**
     * {@return a size or count uniform in {@code [from, to]}, both inclusive}
     *
     * @param from the smallest
     * @param to the largest, {@code from} or more
     */
    public int between(int from, int to) {
        return (int) between((long) from, (long) to);
    }

    /** {@return a number uniform in {@code [0, 1)}} */
    public double unit() {
        return (next() >>> 11) * 0x1.0p-53;
    }

    /**
     * {@return true with this probability}
     *
     * @param probability 0 to 1
     */
    public boolean chance(double probability) {
        return unit() < probability;
    }

    /**
     * {@return a number exponentially distributed with this mean, at most 20 times the mean}
     *
     * @param mean 0 or more
     */
    public long exponential(double mean) {
        return (long) (mean * Math.min(20, -StrictMath.log(1 - unit())));
    }

    /**
     * {@return a number between {@code from} and {@code to} such that every order of magnitude is as likely as every
     * other}
     *
     * @param from the smallest, 1 or more
     * @param to the largest, {@code from} or more
     */
    public long logUniform(long from, long to) {
        double low = StrictMath.log((double) from);
        double high = StrictMath.log(to + 1.0);
        return Math.max(from, Math.min(to, (long) StrictMath.exp(low + unit() * (high - low))));
    }

    /**
     * {@return one of these, all alike}
     *
     * @param <T> what is chosen among
     * @param choices one or more
     */
    public <T> T pick(List<? extends T> choices) {
        return choices.get((int) below(choices.size()));
    }

    /**
     * Reorders a list at random, in place.
     *
     * @param <T> what it consists of
     * @param list to be reordered
     */
    public <T> void shuffle(List<T> list) {
        for (int i = list.size() - 1; i > 0; i--) {
            int j = (int) below(i + 1);
            T swapped = list.get(i);
            list.set(i, list.get(j));
            list.set(j, swapped);
        }
    }
}
