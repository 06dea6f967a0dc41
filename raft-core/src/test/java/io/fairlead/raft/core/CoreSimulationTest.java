package io.fairlead.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole groups of cores under random faults; {@code -Dseed=N} repeats one. */
class CoreSimulationTest {
    private static final int SEEDS = Integer.getInteger("seeds", 150);

    static LongStream seeds() {
        Long only = Long.getLong("seed");
        return only == null ? LongStream.range(0, SEEDS) : LongStream.of(only);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void a_group_is_safe_under_faults_and_live_after_them(long seed) {
        SplitMix choice = new SplitMix(seed ^ 0x5DEECE66DL);
        int size = 1 + (int) choice.below(5);
        CoreCluster cluster = new CoreCluster(seed, size);
        cluster.lossPercent = (int) choice.below(20);
        cluster.repeatPercent = (int) choice.below(20);
        cluster.maxDelayNanos = (1 + choice.below(60)) * CoreCluster.MILLIS;
        List<CoreCluster.Node> nodes = new ArrayList<>(cluster.nodes.values());
        long value = 0;
        long readId = 0;
        for (int round = 0; round < 60; round++) {
            CoreCluster.Node node = nodes.get((int) choice.below(size));
            switch ((int) choice.below(8)) {
                case 0 -> {
                    if (node.up) {
                        node.crash();
                    }
                }
                case 1 -> cluster.isolate(node.id);
                case 2 -> cluster.heal();
                case 3 -> {
                    if (node.up) {
                        node.takeSnapshot();
                    }
                }
                case 4 -> {
                    if (node.up) {
                        node.input(() -> node.server.transferLeadership(1, 0, cluster.now));
                    }
                }
                default -> {
                    if (node.up) {
                        node.read(++readId);
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
            cluster.run(choice.below(200) * CoreCluster.MILLIS);
        }

        CoreCluster.Node leader = cluster.recover();
        long last = ++value;
        leader.propose(last);
        leader.read(++readId);
        cluster.run(3_000 * CoreCluster.MILLIS);

        for (CoreCluster.Node node : nodes) {
            assertThat(node.state).as(() -> "seed " + seed + "\n" + cluster).contains(last);
            assertThat(node.state).isEqualTo(leader.state);
            assertThat(node.appliedIndex).isEqualTo(leader.appliedIndex);
        }
        assertThat(new TreeSet<>(leader.state)).hasSameSizeAs(leader.state);
        assertThat(leader.reads).containsKey(readId);
    }
}
