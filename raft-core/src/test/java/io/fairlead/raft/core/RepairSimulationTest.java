package io.fairlead.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Groups of cores whose disks lose entries, votes, or everything (rule Q6); {@code -Dseed=N} repeats one. */
class RepairSimulationTest {
    private static final int SEEDS = Integer.getInteger("seeds", 150);

    static LongStream seeds() {
        Long only = Long.getLong("seed");
        return only == null ? LongStream.range(0, SEEDS) : LongStream.of(only);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void what_a_minority_lost_is_given_back(long seed) {
        SplitMix choice = new SplitMix(seed ^ 0x2545F4914F6CDD1DL);
        int size = 3 + (int) choice.below(4);
        CoreCluster cluster = new CoreCluster(seed, size);
        List<CoreCluster.Node> nodes = new ArrayList<>(cluster.nodes.values());
        boolean keepsState = choice.below(2) == 0;
        nodes.forEach(node -> node.keepsState = keepsState);
        cluster.awaitLeader().propose(-1);
        cluster.run(2_000 * CoreCluster.MILLIS); // All have heard of the founding.
        assertThat(nodes).allSatisfy(node -> assertThat(node.standing).isEqualTo(Standing.WHOLE));

        cluster.lossPercent = (int) choice.below(15);
        cluster.repeatPercent = (int) choice.below(20);
        cluster.maxDelayNanos = (1 + choice.below(100)) * CoreCluster.MILLIS;
        long value = 0;
        int losses = 0;
        for (int round = 0; round < 60; round++) {
            CoreCluster.Node node = nodes.get((int) choice.below(size));
            switch ((int) choice.below(8)) {
                case 0, 1, 2 -> losses += loseSomething(nodes, node, choice);
                case 3 -> cluster.isolate(node.id);
                case 4 -> cluster.heal();
                case 5 -> {
                    if (node.up) {
                        node.takeSnapshot();
                    }
                }
                case 6 -> {
                    if (node.up) {
                        node.input(() -> node.server.transferLeadership(1, 0, cluster.now));
                    }
                }
                default -> {
                    if (node.up) {
                        node.crash();
                    }
                }
            }
            for (CoreCluster.Node any : nodes) {
                if (!any.up && choice.below(3) == 0) {
                    any.start();
                }
                for (int i = 0; i < 5 && any.up; i++) {
                    any.propose(++value);
                }
            }
            cluster.run(choice.below(300) * CoreCluster.MILLIS);
        }

        CoreCluster.Node leader = cluster.recover();
        long last = ++value;
        leader.propose(last);
        cluster.run(4_000 * CoreCluster.MILLIS);

        for (CoreCluster.Node node : nodes) {
            assertThat(node.state).as(() -> "seed " + seed + "\n" + cluster).contains(last);
            assertThat(node.state).isEqualTo(leader.state);
            assertThat(node.server.standing())
                    .as("seed " + seed + " member " + node.id)
                    .isEqualTo(Standing.WHOLE);
        }
        assertThat(new TreeSet<>(leader.state)).hasSameSizeAs(leader.state);
        assertThat(losses).isPositive();
    }

    /** Disks are lost from the first moment on. Whether the cluster gets on is another matter: it must not be wrong. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void a_cluster_is_founded_once(long seed) {
        SplitMix choice = new SplitMix(seed ^ 0x6A09E667F3BCC909L);
        int size = 2 + (int) choice.below(4);
        CoreCluster cluster = new CoreCluster(seed, size);
        List<CoreCluster.Node> nodes = new ArrayList<>(cluster.nodes.values());
        cluster.lossPercent = (int) choice.below(30);
        cluster.repeatPercent = (int) choice.below(60);
        cluster.maxDelayNanos = (1 + choice.below(200)) * CoreCluster.MILLIS;
        TreeSet<Long> hurt = new TreeSet<>();
        long value = 0;
        for (int round = 0; round < 60; round++) {
            CoreCluster.Node node = nodes.get((int) choice.below(size));
            nodes.stream().filter(each -> each.standing == Standing.WHOLE).forEach(each -> hurt.remove(each.id));
            switch ((int) choice.below(5)) {
                case 0, 1 -> {
                    if (hurt.contains(node.id) || hurt.size() < (size - 1) / 2) {
                        hurt.add(node.id);
                        if (node.up) {
                            node.crash();
                        }
                        node.wipe();
                    }
                }
                case 2 -> cluster.isolate(node.id);
                case 3 -> cluster.heal();
                default -> {
                    if (node.up) {
                        node.crash();
                    }
                }
            }
            for (CoreCluster.Node any : nodes) {
                if (!any.up && choice.below(2) == 0) {
                    any.start();
                }
                if (any.up) {
                    any.propose(++value);
                }
            }
            cluster.run(choice.below(200) * CoreCluster.MILLIS);
        }
    }

    /** A group can bear the loss of a minority at a time. */
    private static int loseSomething(List<CoreCluster.Node> nodes, CoreCluster.Node node, SplitMix choice) {
        long hurt = nodes.stream()
                .filter(each -> each != node && each.standing != Standing.WHOLE)
                .count();
        if (hurt >= (nodes.size() - 1) / 2) {
            return 0;
        }
        if (node.up) {
            node.crash();
        }
        int sort = (int) choice.below(5);
        if (sort == 0) {
            node.wipe();
        } else {
            int written = node.batchesWritten();
            int lost = (int) choice.below(Math.min(written, sort == 1 ? 1000 : 10) + 1L);
            node.lose(written - lost, choice.below(2) == 0);
        }
        return 1;
    }
}
