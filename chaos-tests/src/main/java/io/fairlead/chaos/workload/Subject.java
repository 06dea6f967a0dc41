package io.fairlead.chaos.workload;

import io.fairlead.chaos.cluster.SimCluster;
import io.fairlead.raft.spi.StateMachine;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * What a simulation is about: a state machine, and clients that use it.
 *
 * @param machines makes the state machine of a member's next life
 * @param workload makes the clients of a cluster
 * @param <R> what the state machine answers
 */
public record Subject<R>(LongFunction<StateMachine<R>> machines, Function<SimCluster<R>, Workload<R>> workload) {
    /** A small map of numbers, used as heavily as {@code load} says. */
    public static Subject<MapMachine.Result> map(MapClients.Load load) {
        return new Subject<>(member -> new MapMachine(), cluster -> new MapClients(cluster, load));
    }
}
