package io.fairlead.raft;

import java.time.Duration;

/** How fresh a read must be. */
public sealed interface Consistency {
    /**
     * At least as new as everything acknowledged to anyone before the read began (dissertation §6.4): the leader asks a
     * quorum, once for all reads that wait, or rests on its lease where the membership has leases.
     */
    Consistency LINEARIZABLE = new Linearizable();

    /** Whatever this member has applied: never wrong, possibly old. */
    Consistency LOCAL = new Local();

    /**
     * Local, if the leader was heard of at most {@code maxStaleness} ago and {@code minIndex} is applied.
     *
     * @param maxStaleness how long ago the leader may have been heard of, at most; not negative
     * @param minIndex an entry that must have been applied, 0 for none; the read waits for it
     * @return a consistency that costs no message, and fails with {@link NotAcceptedException} where the leader is
     *     silent for longer
     */
    static Consistency bounded(Duration maxStaleness, long minIndex) {
        return new Bounded(maxStaleness, minIndex);
    }

    /** See {@link #LINEARIZABLE}. */
    record Linearizable() implements Consistency {}

    /** See {@link #LOCAL}. */
    record Local() implements Consistency {}

    /**
     * See {@link #bounded}.
     *
     * @param maxStaleness how long ago the leader may have been heard of
     * @param minIndex an entry that must have been applied; the read waits for it
     */
    record Bounded(Duration maxStaleness, long minIndex) implements Consistency {}
}
