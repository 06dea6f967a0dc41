package io.fairlead.chaos.kit;

import io.fairlead.chaos.cluster.SimCluster;
import io.fairlead.chaos.invariant.SafetyViolation;
import io.fairlead.raft.spi.StateMachine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at the user's state machines of one cluster, and stops the run when one is not as it should be. */
final class Judge<M extends StateMachine<R>, R> {
    private final Simulated<M, R> simulated;
    private final Map<Long, Object> states = new HashMap<>();
    private @Nullable SimCluster<R> cluster;

    Judge(Simulated<M, R> simulated) {
        this.simulated = simulated;
    }

    void watch(SimCluster<R> watched) {
        cluster = watched;
    }

    /** A member's state machine is what {@code index} and all before it made of it. */
    void look(long member, M machine, long index) {
        check("K1", member, machine, simulated.rules());
        Object state = simulated.stateOf(machine);
        Object first = state == null ? null : states.putIfAbsent(index, state);
        if (first != null && !first.equals(state)) {
            fail(new SafetyViolation(
                    "K2",
                    "equal logs make equal states",
                    "at " + index + " member " + member + " has " + state + ", " + "another has " + first));
        }
    }

    void lookAtTheEnd(long member, M machine) {
        check("K3", member, machine, simulated.finalRules());
    }

    private void check(String id, long member, M machine, List<Simulated.Rule<M>> rules) {
        for (Simulated.Rule<M> rule : rules) {
            if (!rule.holds().test(machine)) {
                fail(new SafetyViolation(id, rule.name(), "not so on member " + member + ": " + machine));
            }
        }
    }

    void fail(Throwable why) {
        SimCluster<R> watched = cluster;
        if (watched != null) {
            watched.failed(why);
        }
    }
}
