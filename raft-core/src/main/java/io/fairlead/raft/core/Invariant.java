package io.fairlead.raft.core;

import java.util.function.Supplier;

/** Always-on checks of what must hold if this code is right. */
final class Invariant {
    private Invariant() {}

    /** Stops the server when {@code condition} is false: its state can no longer be trusted. */
    static void check(boolean condition, String rule) {
        if (!condition) {
            throw new InvariantViolation(rule);
        }
    }

    /** The same for messages that are put together: that is done on failure only, for the hot path. */
    static void check(boolean condition, Supplier<String> rule) {
        if (!condition) {
            throw new InvariantViolation(rule.get());
        }
    }

    /** Requires {@code smaller <= larger}; formats only on failure, so it is free on the hot path. */
    static void checkOrder(String smallerName, long smaller, String largerName, long larger) {
        if (smaller > larger) {
            throw new InvariantViolation(smallerName + "=" + smaller + " must not exceed " + largerName + "=" + larger);
        }
    }
}
