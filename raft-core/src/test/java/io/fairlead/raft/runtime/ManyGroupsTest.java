package io.fairlead.raft.runtime;

import static io.fairlead.raft.runtime.TestCluster.add;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.Membership;
import io.fairlead.raft.RaftConfig;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.RaftNode;
import io.fairlead.raft.message.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thousand groups share a few threads, and when nothing happens in them they share one sign of life. */
@Timeout(240)
class ManyGroupsTest {
    private static final int GROUPS = 1000;
    private static final int MEMBERS = 3;
    private static final int THREADS_PER_NODE = 9;
    private static final int PAIRS = MEMBERS * (MEMBERS - 1);

    /** Tells our threads from those that other tests in this process leave behind. */
    private static final String THREADS = "many-groups-";

    private final MemoryNetwork network = new MemoryNetwork();
    private final List<RaftNode> nodes = new ArrayList<>();
    private final List<List<RaftGroup<Long>>> groups = new ArrayList<>();

    @Test
    void a_thousand_groups_elect_write_rest_and_fail_over_on_few_threads() {
        for (int id = 1; id <= MEMBERS; id++) {
            start(id);
        }
        assertThat(sums(0)).hasSize(GROUPS).containsOnly(1L);
        assertThat(threads()).isLessThanOrEqualTo(MEMBERS * THREADS_PER_NODE);

        awaitRest();
        network.isolate(1);
        assertThat(sums(1)).as("without the first node").hasSize(GROUPS).containsOnly(2L);
        assertThat(sums(2)).hasSize(GROUPS).containsOnly(3L);
        assertThat(threads()).isLessThanOrEqualTo(MEMBERS * THREADS_PER_NODE);
    }

    private void start(int id) {
        RaftNode node = RaftNode.builder()
                .clusterId(1)
                .memberId(id)
                .disk(new MemoryDisk())
                .stores(new MemoryStores())
                .transport(network.transport(id))
                .config(RaftConfig.builder()
                        .electionTimeout(Duration.ofSeconds(2))
                        .heartbeatInterval(Duration.ofMillis(200))
                        .requestTimeout(Duration.ofSeconds(120))
                        .shutdownPatience(Duration.ofSeconds(10))
                        .idleGroupsGoQuiet(true)
                        .build())
                .workers(new ThreadWorkers(THREADS))
                .loops(2)
                .build();
        nodes.add(node);
        Membership members = Membership.of(Member.of(1, "a"), Member.of(2, "b"), Member.of(3, "c"));
        List<RaftGroup<Long>> opened = new ArrayList<>();
        for (int group = 1; group <= GROUPS; group++) {
            opened.add(node.openGroup(group, members, new Counter()));
        }
        groups.add(opened);
        node.start();
    }

    /** One proposal in each group, all through one node. */
    private List<Long> sums(int node) {
        List<CompletionStage<Long>> results = new ArrayList<>();
        groups.get(node).forEach(group -> results.add(group.propose(add(1))));
        List<Long> sums = new ArrayList<>();
        results.forEach(result -> sums.add(result.toCompletableFuture().join()));
        return sums;
    }

    /** Waits until each node has told each other a few times that it is there, and no group has said anything. */
    private void awaitRest() {
        long frames = -1;
        long signs = 0;
        while (network.signsOfLife() - signs < 5 * PAIRS) {
            if (network.framesOfGroups() != frames) {
                frames = network.framesOfGroups();
                signs = network.signsOfLife();
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(THREADS))
                .count();
    }

    @AfterEach
    void close() {
        List<CompletableFuture<Void>> closing = new ArrayList<>();
        nodes.forEach(node -> closing.add(node.beginClose(Duration.ZERO)));
        closing.forEach(TestCluster::get);
        nodes.forEach(RaftNode::close);
    }
}
