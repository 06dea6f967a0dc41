package io.fairlead.bench;

import io.fairlead.bench.http2.GrpcSessions;
import io.fairlead.bench.load.LoadPlan;
import io.fairlead.bench.load.LoadResult;
import io.fairlead.bench.load.LoadRun;
import io.fairlead.bench.measure.StageTimes;
import io.fairlead.bench.net.EventLoops;
import io.fairlead.bench.report.LoadReport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench load}. */
@Command(
        name = "load",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = "Puts load on servers that speak etcd's API, and measures.")
final class LoadCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "KIND",
            defaultValue = "put",
            description = "put, get (linearizable), sget (serializable), txn or mixed (default: ${DEFAULT-VALUE}).")
    private String kind = "";

    @Option(
            names = "--endpoints",
            defaultValue = "127.0.0.1:2379",
            description = "Where the servers are, host:port,.. (default: ${DEFAULT-VALUE}).")
    private String endpoints = "";

    @Mixin
    private LoadOptions load = new LoadOptions();

    @Option(names = "--pids", split = ",", description = "Processes whose CPU time and memory to report.")
    private List<Long> pids = new ArrayList<>();

    @Option(names = "--show-threads", description = "Also show which of their threads used it.")
    private boolean showThreads;

    @Option(
            names = "--explain",
            description = "Also show where writes spent their time on each member (Fairlead only), warm-up included.")
    private boolean explain;

    @Option(
            names = "--call-timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "10s",
            description = "When a call has failed (default: ${DEFAULT-VALUE}).")
    private Duration callTimeout = Duration.ZERO;

    @Option(names = "--out", paramLabel = "DIRECTORY", description = "Where to write histograms, numbers and charts.")
    private @Nullable Path out;

    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        LoadPlan plan;
        List<InetSocketAddress> servers;
        try {
            plan = load.plan(kind, pids);
            servers = Endpoints.parse(endpoints);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(Main.commandLine(spec), String.valueOf(e.getMessage()), e);
        }
        try (EventLoops loops = new EventLoops(plan.threads())) {
            LoadRun run = new LoadRun(
                    loops.group(), workload -> new GrpcSessions(loops.channelType(), servers, workload, callTimeout));
            List<StageTimes> before = explain ? stageTimes(servers) : List.of();
            LoadResult result = run.run(plan);
            LoadReport report = new LoadReport(result);
            report.print(System.out);
            if (showThreads) {
                report.printThreads(System.out);
            }
            if (explain) {
                explain(servers, before, stageTimes(servers));
            }
            if (out != null) {
                report.writeTo(out);
                System.out.println("  written to   " + out);
            }
            return result.recorder().errorCount() == 0 ? 0 : 3;
        }
    }

    private static List<StageTimes> stageTimes(List<InetSocketAddress> servers)
            throws IOException, InterruptedException {
        List<StageTimes> times = new ArrayList<>();
        for (InetSocketAddress server : servers) {
            times.add(StageTimes.of(server));
        }
        return times;
    }

    private static void explain(List<InetSocketAddress> servers, List<StageTimes> before, List<StageTimes> after) {
        for (int i = 0; i < servers.size(); i++) {
            System.out.println("  stages on " + servers.get(i));
            after.get(i)
                    .since(before.get(i))
                    .forEach((stage, times) -> System.out.printf(
                            Locale.ROOT,
                            "    %-10s mean %,8.0f us, half up to %,8.0f us, 99%% up to %,8.0f us, %,.0f timed%n",
                            stage,
                            times.meanMicros(),
                            times.boundMicros(0.5),
                            times.boundMicros(0.99),
                            times.count()));
        }
    }
}
