package io.fairlead.bench.compare;

import io.fairlead.bench.load.Mix;
import io.fairlead.bench.load.Operation;
import io.fairlead.bench.load.Session;
import io.fairlead.bench.load.Workload;
import io.fairlead.bench.net.EventLoops;
import io.fairlead.bench.report.Conditions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench failover}. */
@Command(
        name = "failover",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = "Kills leaders under load and measures how long nobody could write.")
public final class FailoverCommand implements Callable<Integer> {
    private static final long KEY_SPACE = 10_000;
    private static final long POLL_MILLIS = 10;
    private static final long PATIENCE_SECONDS = 60;

    @Option(
            names = "--product",
            defaultValue = "fairlead",
            description = "fairlead or etcd (default: ${DEFAULT-VALUE}).")
    private String product = "";

    @Mixin
    private final GroupOptions group = new GroupOptions();

    @Option(names = "--flags", split = " ", description = "Further flags for the members.")
    private List<String> flags = new ArrayList<>();

    @Option(names = "--kills", defaultValue = "20", description = "How many leaders die (default: ${DEFAULT-VALUE}).")
    private int kills;

    @Option(
            names = "--clients",
            defaultValue = "9",
            description = "Clients, each with a connection and one write at a time (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--writes-between",
            defaultValue = "3000",
            description = "Writes before each kill, for the members to be warm and level (default: ${DEFAULT-VALUE}).")
    private long writesBetween;

    @Option(
            names = "--dir",
            defaultValue = "target/failover",
            description = "Where data goes, on the disk to be used (default: ${DEFAULT-VALUE}).")
    private Path directory = Path.of("");

    @Override
    public Integer call() throws IOException, InterruptedException {
        Product chosen = product();
        chosen.check();
        List<Double> gaps = new ArrayList<>();
        try (EventLoops loops = new EventLoops(1);
                Cluster cluster = new Cluster(chosen, directory.toAbsolutePath(), group.members())) {
            Writers writers = new Writers(loops.group().next());
            try {
                start(writers, loops, chosen, cluster);
                await(writers, writesBetween);
                for (int i = 1; i <= kills; i++) {
                    double gap = killLeader(cluster, writers);
                    gaps.add(gap);
                    System.out.printf(Locale.ROOT, "kill %2d: %4.0f ms without a write%n", i, gap);
                }
            } finally {
                writers.stop();
            }
        }
        double[] sorted =
                gaps.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        System.out.printf(
                Locale.ROOT,
                "%s, %d kills: best %.0f ms, median %.0f ms, worst %.0f ms%n",
                chosen.name(),
                kills,
                sorted[0],
                sorted[sorted.length / 2],
                sorted[sorted.length - 1]);
        group.write(numbers(chosen, gaps));
        return 0;
    }

    private Product product() {
        return switch (product) {
            case "fairlead" -> EtcdLike.fairlead(group.distribution(), flags);
            case "etcd" -> EtcdLike.etcd(flags);
            default ->
                throw new IllegalArgumentException("unknown product '" + product + "', expected fairlead or etcd");
        };
    }

    private void start(Writers writers, EventLoops loops, Product chosen, Cluster cluster)
            throws IOException, InterruptedException {
        Workload workload = new Workload(Mix.only(Operation.PUT), 16, 256, KEY_SPACE, true, 1);
        var sessions = chosen.sessions(loops.channelType(), cluster.endpoints(), workload);
        for (int i = 0; i < clients; i++) {
            try {
                Session session = sessions.open(loops.group().next(), i)
                        .toCompletableFuture()
                        .get();
                writers.add(session);
            } catch (ExecutionException e) {
                throw new IOException("cannot connect to " + chosen.name() + ": " + e.getCause(), e);
            }
        }
    }

    /** Kills the leader, waits for writes to go on, and starts it again. Returns the gap in milliseconds. */
    private double killLeader(Cluster cluster, Writers writers) throws IOException, InterruptedException {
        Member leader = cluster.awaitLeader();
        writers.reset();
        leader.kill();
        await(writers, writesBetween / 3);
        double gap = writers.longestGapNanos() / 1e6;
        leader.restart();
        awaitLevel(leader);
        await(writers, writesBetween);
        return gap;
    }

    /** A linearizable read through the member: it has everything, so the next kill leaves a quorum. */
    private static void awaitLevel(Member member) throws IOException, InterruptedException {
        URI health = URI.create("http://" + member.client().getHostString() + ":"
                + member.client().getPort() + "/health");
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest request =
                HttpRequest.newBuilder(health).timeout(Duration.ofSeconds(2)).build();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < deadline) {
            try {
                if (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                // Not listening yet.
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        throw new IOException("the restarted member is not healthy after " + PATIENCE_SECONDS + " s: " + health);
    }

    private static void await(Writers writers, long more) throws IOException, InterruptedException {
        long goal = writers.successes() + more;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (writers.successes() < goal) {
            if (System.nanoTime() > deadline) {
                throw new IOException("no " + more + " writes within " + PATIENCE_SECONDS + " s");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private Map<String, Object> numbers(Product chosen, List<Double> gaps) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", "failover");
        json.put("conditions", Conditions.now());
        json.put("product", chosen.name());
        json.put("describe", chosen.describe());
        json.put("members", group.members());
        json.put("clients", clients);
        json.put("gaps_ms", gaps);
        return json;
    }
}
