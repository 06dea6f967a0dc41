package io.fairlead.raft.runtime;

import static io.fairlead.raft.runtime.TestCluster.add;
import static io.fairlead.raft.runtime.TestCluster.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.Membership;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.RaftNode;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.spi.Worker;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OneThreadTest {
    @Test
    void a_cluster_of_nodes_with_a_thread_each_elects_writes_and_closes() {
        Membership members = Membership.of(Member.of(1, "a"), Member.of(2, "b"), Member.of(3, "c"));
        MemoryNetwork network = new MemoryNetwork();
        List<RaftNode> nodes = new ArrayList<>();
        List<RaftGroup<Long>> groups = new ArrayList<>();
        for (int id = 1; id <= 3; id++) {
            RaftNode node = RaftNode.builder()
                    .clusterId(1)
                    .memberId(id)
                    .disk(new MemoryDisk())
                    .stores(new MemoryStores())
                    .transport(network.transport(id))
                    .onOneThread()
                    .build();
            groups.add(node.openGroup(members, new Counter()));
            nodes.add(node);
            node.start();
        }
        for (long i = 1; i <= 100; i++) {
            assertThat(get(groups.get((int) i % 3).propose(add(1)))).isEqualTo(i);
        }
        nodes.forEach(RaftNode::close);
    }

    @Test
    void all_workers_are_one_thread_that_ends_with_the_last_of_them() {
        OneThread workers = new OneThread("member");
        Worker loop = workers.start("raft-loop");
        Worker applier = workers.start("raft-apply");
        List<Thread> ranOn = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Boolean> current = new CompletableFuture<>();
        loop.execute(() -> ranOn.add(Thread.currentThread()));
        applier.execute(() -> {
            ranOn.add(Thread.currentThread());
            current.complete(loop.isCurrent() && applier.isCurrent());
        });
        assertThat(current.join()).isTrue();
        assertThat(ranOn.get(0)).isSameAs(ranOn.get(1));

        loop.close();
        CompletableFuture<Void> stillRuns = new CompletableFuture<>();
        loop.execute(() -> ranOn.add(Thread.currentThread()));
        applier.execute(() -> stillRuns.complete(null));
        stillRuns.join();
        assertThat(ranOn).hasSize(2);

        applier.close();
        assertThat(ranOn.get(0).isAlive()).isFalse();
    }
}
