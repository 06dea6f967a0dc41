package io.fairlead.chaos.session;

import io.fairlead.chaos.cluster.SimCluster;
import io.fairlead.chaos.invariant.SafetyViolation;
import io.fairlead.raft.session.Answer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Knows which commands took effect, where in the log and with which answer, and compares what clients are told with it.
 * A violation stops the run.
 *
 * <p><b>Threads:</b> one.
 */
final class SessionJudge {
    /** Where a command took effect, and what it answered. */
    private record Effect(long index, long answer) {}

    private final Map<Long, Effect> effects = new HashMap<>();
    private final Set<Long> withoutEffect = new HashSet<>();
    private final Map<Long, Integer> states = new HashMap<>();
    private @Nullable SimCluster<Answer<Long>> cluster;

    void watch(SimCluster<Answer<Long>> watched) {
        cluster = watched;
    }

    /** A member's state machine executed a command; others do so at the same place, again after a restart. */
    void executed(long member, long serial, long index, long answer) {
        Effect effect = new Effect(index, answer);
        Effect known = effects.putIfAbsent(serial, effect);
        if (known != null && !known.equals(effect)) {
            violated(
                    "I15", "exactly once", member, "command " + serial + " took effect as " + known + " and " + effect);
        }
        if (withoutEffect.contains(serial)) {
            violated("I15", "exactly once", member, "command " + serial + " was refused, and took " + effect);
        }
    }

    /** A client was given a result. */
    void answered(long member, long serial, long answer) {
        Effect effect = effects.get(serial);
        if (effect == null || effect.answer() != answer) {
            violated("X5", "the first answer", member, "command " + serial + " took " + effect + ", answer " + answer);
        }
    }

    /** A client was told that a command has no effect. */
    void refused(long member, long serial) {
        withoutEffect.add(serial);
        Effect effect = effects.get(serial);
        if (effect != null) {
            violated("X3", "honest outcomes", member, "command " + serial + " is said to have no effect: " + effect);
        }
    }

    /** A member has applied everything up to {@code index}; this is its whole state. */
    void applied(long member, long index, byte[] state) {
        int digest = Arrays.hashCode(state);
        Integer other = states.putIfAbsent(index, digest);
        if (other != null && other != digest) {
            violated("I16", "equal logs make equal states", member, "another state, or table, at " + index);
        }
    }

    void violated(String id, String name, long member, String what) {
        SimCluster<Answer<Long>> watched = cluster;
        if (watched != null) {
            watched.failed(new SafetyViolation(id, name, "member " + member + ": " + what));
        }
    }
}
