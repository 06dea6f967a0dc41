package io.fairlead.bench.compare;

import io.fairlead.bench.load.LoadResult;
import io.fairlead.bench.load.LoadRun;
import io.fairlead.bench.load.Operation;
import io.fairlead.bench.measure.DiskProbe;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Runs products in turn, round by round, so that a machine that changes its mind hits all of them. */
final class Comparison {
    private static final long RECOVERY_MILLIS = 120_000;

    private final EventLoopGroup group;
    private final Class<? extends SocketChannel> channelType;
    private final PrintStream progress;
    private final Path directory;
    private final DiskProbe probe;
    private final Settings settings;

    /**
     * What all products have in common.
     *
     * @param members members of each group
     * @param valueBytes length of values
     * @param keySpace different keys
     * @param scale multiplies the number of operations of every case
     * @param anyMember whether connections are spread over all members rather than go to the leader
     */
    record Settings(int members, int valueBytes, long keySpace, double scale, boolean anyMember) {}

    Comparison(
            EventLoopGroup group,
            Class<? extends SocketChannel> channelType,
            Path directory,
            Settings settings,
            PrintStream progress) {
        this.group = group;
        this.channelType = channelType;
        this.progress = progress;
        this.directory = directory;
        this.settings = settings;
        this.probe = new DiskProbe(directory);
    }

    List<Outcome> run(List<Product> products, List<Case> cases, int rounds) throws IOException, InterruptedException {
        progress.printf(Locale.ROOT, "disk: %,.0f syncs/s%n", probe.syncsPerSecond());
        List<Outcome> outcomes = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            for (Product product : products) {
                if (!probe.awaitRecovery(RECOVERY_MILLIS)) {
                    progress.println("the disk stays slow; what follows is marked as throttled");
                }
                progress.printf("round %d: %s%n", round, product.name());
                outcomes.addAll(runOn(product, cases, round));
            }
        }
        return outcomes;
    }

    private List<Outcome> runOn(Product product, List<Case> cases, int round) throws IOException, InterruptedException {
        List<Outcome> outcomes = new ArrayList<>();
        try (Cluster cluster =
                new Cluster(product, directory.resolve(product.name() + "-" + round), settings.members())) {
            LoadRun load =
                    new LoadRun(group, workload -> product.sessions(channelType, targets(cluster, product), workload));
            load.run(Case.fillPlan(settings.valueBytes(), settings.keySpace()));
            for (Case test : cases) {
                if (test.operation() == Operation.TXN && product instanceof ZooKeeper) {
                    continue;
                }
                outcomes.add(measure(product, cluster, load, test, round));
            }
        }
        return outcomes;
    }

    private List<InetSocketAddress> targets(Cluster cluster, Product product) {
        if (settings.anyMember()) {
            return cluster.endpoints();
        }
        try {
            return List.of(cluster.awaitLeader().client());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while looking for the leader of " + product.name(), e);
        }
    }

    private Outcome measure(Product product, Cluster cluster, LoadRun load, Case test, int round)
            throws IOException, InterruptedException {
        double before = probe.syncsPerSecond();
        LoadResult result =
                load.run(test.plan(settings.valueBytes(), settings.keySpace(), settings.scale(), cluster.pids()));
        double after = probe.syncsPerSecond();
        boolean held = probe.isThrottled(before) || probe.isThrottled(after);
        Outcome outcome = Outcome.of(product.name(), test, round, result, before, after, held);
        progress.printf(
                Locale.ROOT,
                "  %-11s %,9.0f ops/s  %7.1f us CPU/op  p50 %,8.0f us  p99 %,8.0f us  errors %d  disk %,.0f/%,.0f%s%n",
                test.name(),
                outcome.value(Outcome.OPS),
                outcome.value(Outcome.CPU),
                outcome.value(Outcome.P50),
                outcome.value(Outcome.P99),
                result.recorder().errorCount(),
                before,
                after,
                held ? " throttled" : "");
        return outcome;
    }
}
