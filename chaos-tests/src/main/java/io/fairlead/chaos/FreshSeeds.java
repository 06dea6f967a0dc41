package io.fairlead.chaos;

import java.security.SecureRandom;

/** Seeds that nobody has run before. */
public final class FreshSeeds {
    private FreshSeeds() {}

    /**
     * Draws where a run begins. There are so many places that of ten thousand runs of some thousand seeds no two have a
     * seed in common, as good as certainly.
     *
     * @return the first seed, not negative and below 2^53; print it, so that the run can be repeated
     */
    public static long start() {
        return new SecureRandom().nextLong() >>> 11;
    }
}
