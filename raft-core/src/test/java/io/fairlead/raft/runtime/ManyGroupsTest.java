package io.fairlead.raft.runtime;

import static io.fairlead.raft.runtime.TestCluster.add;
import static io.fairlead.raft.runtime.TestCluster.get;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many groups share a few threads. */
@Timeout(180)
class ManyGroupsTest {
    private static final int GROUPS = 300;
    private static final int MEMBERS = 3;

    @Test
    void hundreds_of_groups_elect_write_and_fail_over_on_few_threads() {
        RaftConfig config = RaftConfig.builder()
                .electionTimeout(Duration.ofMillis(1000))
                .heartbeatInterval(Duration.ofMillis(200))
                .requestTimeout(Duration.ofSeconds(60))
                .shutdownPatience(Duration.ofSeconds(10))
                .build();
        Membership members = Membership.of(Member.of(1, "a"), Member.of(2, "b"), Member.of(3, "c"));
        MemoryNetwork network = new MemoryNetwork();
        List<RaftNode> nodes = new ArrayList<>();
        List<List<RaftGroup<Long>>> groups = new ArrayList<>();
        for (int id = 1; id <= MEMBERS; id++) {
            RaftNode node = RaftNode.builder()
                    .clusterId(1)
                    .memberId(id)
                    .disk(new MemoryDisk())
                    .stores(new MemoryStores())
                    .transport(network.transport(id))
                    .config(config)
                    .loops(2)
                    .build();
            List<RaftGroup<Long>> opened = new ArrayList<>();
            for (int group = 1; group <= GROUPS; group++) {
                opened.add(node.openGroup(group, members, new Counter()));
            }
            nodes.add(node);
            groups.add(opened);
            node.start();
        }
        assertThat(sums(groups.get(0))).hasSize(GROUPS).containsOnly(1L);
        long threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("raft-"))
                .count();
        assertThat(threads).isLessThanOrEqualTo(MEMBERS * 9L);

        nodes.get(0).close();
        assertThat(sums(groups.get(1))).hasSize(GROUPS).containsOnly(2L);
        assertThat(sums(groups.get(2))).hasSize(GROUPS).containsOnly(3L);
        List<CompletableFuture<Void>> closing = new ArrayList<>();
        nodes.forEach(node -> closing.add(node.beginClose(Duration.ZERO)));
        closing.forEach(TestCluster::get);
        nodes.forEach(RaftNode::close);
    }

    private static List<Long> sums(List<RaftGroup<Long>> groups) {
        List<CompletionStage<Long>> results = new ArrayList<>();
        groups.forEach(group -> results.add(group.propose(add(1))));
        List<Long> sums = new ArrayList<>();
        results.forEach(result -> sums.add(get(result)));
        return sums;
    }
}
