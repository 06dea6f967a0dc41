package io.fairlead.bench.compare;

import io.fairlead.bench.load.LoadPlan;
import io.fairlead.bench.load.Mix;
import io.fairlead.bench.load.Operation;
import io.fairlead.bench.load.Workload;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * One thing to measure.
 *
 * @param name its name in results
 * @param operation what clients do
 * @param clients requests under way
 * @param connections connections to the leader
 * @param warmUpOps requests before measuring, the same number for every product. A JVM compiles some 600,000 puts long,
 *     and as many gets: what its compilers need is to be over by then, as it is after a minute of any service
 * @param ops requests measured; few enough that three members' syncs do not exhaust the disk's allowance
 */
public record Case(String name, Operation operation, int clients, int connections, long warmUpOps, long ops) {
    /** The cases of a comparison, in the order in which they run on a cluster. */
    private static final List<Case> ALL = List.of(
            new Case("get-fresh", Operation.GET, 100, 10, 600_000, 120_000),
            new Case("sget-fresh", Operation.SGET, 100, 10, 50_000, 120_000),
            new Case("put-100", Operation.PUT, 100, 10, 450_000, 120_000),
            new Case("put-1000", Operation.PUT, 1000, 100, 100_000, 120_000),
            new Case("put-1", Operation.PUT, 1, 1, 1_000, 4_000),
            new Case("txn-100", Operation.TXN, 100, 10, 40_000, 40_000),
            new Case("get", Operation.GET, 100, 10, 50_000, 120_000),
            new Case("sget", Operation.SGET, 100, 10, 50_000, 120_000));

    /** All cases there are. */
    public static List<Case> all() {
        return ALL;
    }

    /**
     * The case with this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Case of(String name) {
        return ALL.stream()
                .filter(one -> one.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown case '" + name + "', there are "
                        + Arrays.toString(ALL.stream().map(Case::name).toArray())));
    }

    LoadPlan plan(int valueBytes, long keySpace, double scale, List<Long> pids) {
        Workload workload = new Workload(Mix.only(operation), 16, valueBytes, keySpace, false, 1);
        return new LoadPlan(
                workload,
                connections,
                clients,
                0,
                false,
                clients,
                1,
                scaled(warmUpOps, scale),
                scaled(ops, scale),
                Duration.ofMinutes(2),
                pids,
                false);
    }

    /** The plan that writes every key once. */
    static LoadPlan fillPlan(int valueBytes, long keySpace) {
        Workload workload = new Workload(Mix.only(Operation.PUT), 16, valueBytes, keySpace, true, 1);
        return new LoadPlan(workload, 10, 500, 0, false, 500, 1, 0, keySpace, Duration.ofMinutes(10), List.of(), false);
    }

    private static long scaled(long count, double scale) {
        return Math.max(1, Math.round(count * scale));
    }
}
