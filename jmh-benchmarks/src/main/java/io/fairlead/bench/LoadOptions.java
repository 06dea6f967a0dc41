package io.fairlead.bench;

import io.fairlead.bench.load.LoadPlan;
import io.fairlead.bench.load.Mix;
import io.fairlead.bench.load.Operation;
import io.fairlead.bench.load.Workload;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that shape a load. */
final class LoadOptions {
    @Option(
            names = "--mix",
            paramLabel = "OP=N,..",
            defaultValue = "put=20,get=40,sget=40",
            description = "Shares of the operations of a mixed load (default: ${DEFAULT-VALUE}).")
    private String mix = "";

    @Option(
            names = "--clients",
            defaultValue = "100",
            description = "Requests under way in a closed loop (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(names = "--connections", defaultValue = "10", description = "Connections (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--rate",
            defaultValue = "0",
            description = "Requests per second, whatever the servers do: an open loop.")
    private double rate;

    @Option(names = "--random-arrivals", description = "In an open loop, send at random times rather than evenly.")
    private boolean randomArrivals;

    @Option(
            names = "--max-in-flight",
            defaultValue = "20000",
            description =
                    "Requests under way in an open loop, at most; those that wait still count from when they were due (default: ${DEFAULT-VALUE}).")
    private int maxInFlight;

    @Option(names = "--threads", defaultValue = "1", description = "Threads that send (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(names = "--key-size", defaultValue = "16", description = "Bytes of a key (default: ${DEFAULT-VALUE}).")
    private int keyBytes;

    @Option(names = "--val-size", defaultValue = "256", description = "Bytes of a value (default: ${DEFAULT-VALUE}).")
    private int valueBytes;

    @Option(names = "--key-space", defaultValue = "100000", description = "Different keys (default: ${DEFAULT-VALUE}).")
    private long keySpace;

    @Option(names = "--sequential", description = "Use the keys in order, not at random.")
    private boolean sequential;

    @Option(names = "--fill", description = "First write every key once.")
    private boolean fill;

    @Option(
            names = "--warmup-ops",
            defaultValue = "20000",
            description =
                    "Requests before measuring; servers on a JVM are warm after a number of them, not of seconds (default: ${DEFAULT-VALUE}).")
    private long warmUpOps;

    @Option(names = "--ops", defaultValue = "0", description = "Requests after which measuring ends.")
    private long ops;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "0s",
            description = "Time after which measuring ends, such as 500ms, 30s, 2m; 10s if there is no --ops either.")
    private Duration duration = Duration.ZERO;

    @Option(names = "--seed", defaultValue = "1", description = "Where randomness starts (default: ${DEFAULT-VALUE}).")
    private long seed;

    /** The plan for one kind of load, {@code put}, {@code get}, {@code sget}, {@code txn} or {@code mixed}. */
    LoadPlan plan(String kind, List<Long> pids) {
        Mix chosen = kind.equals("mixed") ? Mix.parse(mix) : Mix.only(Operation.of(kind));
        Workload workload = new Workload(chosen, keyBytes, valueBytes, keySpace, sequential, seed);
        Duration time = ops == 0 && duration.isZero() ? Duration.ofSeconds(10) : duration;
        return new LoadPlan(
                workload,
                connections,
                clients,
                rate,
                randomArrivals,
                maxInFlight,
                threads,
                warmUpOps,
                ops,
                time,
                pids,
                fill);
    }
}
