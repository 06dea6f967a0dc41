package io.fairlead.bench.load;

import java.time.Duration;
import java.util.List;

/**
 * How much load, for how long, and whom to watch.
 *
 * @param workload what the requests contain
 * @param connections connections to the servers
 * @param clients requests under way in a closed loop
 * @param rate requests per second in an open loop, 0 for a closed one
 * @param randomArrivals whether requests of an open loop come at random times rather than evenly
 * @param maxInFlight requests under way in an open loop, at most
 * @param threads event loops that send
 * @param warmUpOps requests before measuring starts
 * @param ops requests after which measuring ends; 0 for no such limit
 * @param duration time after which measuring ends; zero for no such limit
 * @param pids processes whose CPU time and memory are watched
 * @param fill whether every key is written once before anything else
 */
public record LoadPlan(
        Workload workload,
        int connections,
        int clients,
        double rate,
        boolean randomArrivals,
        int maxInFlight,
        int threads,
        long warmUpOps,
        long ops,
        Duration duration,
        List<Long> pids,
        boolean fill) {
    /** Checks all parts together. */
    public LoadPlan {
        if (ops <= 0 && (duration.isZero() || duration.isNegative())) {
            throw new IllegalArgumentException("neither ops nor duration says when to stop");
        }
        atLeastOne("connections", connections);
        atLeastOne("clients", clients);
        atLeastOne("threads", threads);
        atLeastOne("max-in-flight", maxInFlight);
        if (threads > connections) {
            throw new IllegalArgumentException(
                    "threads is " + threads + ", must be at most connections (" + connections + ")");
        }
        pids = List.copyOf(pids);
    }

    private static void atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + ", must be at least 1");
        }
    }

    /** Tells if requests are sent when due rather than when the answer to the one before has come. */
    public boolean isOpen() {
        return rate > 0;
    }

    LoadPlan filling() {
        Workload w = workload;
        Workload fill =
                new Workload(Mix.only(Operation.PUT), w.keyBytes(), w.valueBytes(), w.keySpace(), true, w.seed());
        int width = (int) Math.min(Math.max(clients, 64L), w.keySpace());
        return new LoadPlan(
                fill, connections, width, 0, false, width, 1, 0, w.keySpace(), Duration.ZERO, List.of(), false);
    }
}
