package io.fairlead.raft.runtime;

import static io.fairlead.raft.runtime.TestCluster.add;
import static io.fairlead.raft.runtime.TestCluster.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.Consistency;
import io.fairlead.raft.Membership;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.RaftListener;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a group tells those who use it. */
@Timeout(60)
class GroupLifeTest {
    /** B26: who is told that a member leads finds everything applied, the first entry of its term included. */
    @Test
    void b26_a_leader_is_announced_when_it_has_applied_the_first_entry_of_its_term() {
        try (TestCluster cluster =
                TestCluster.started(3, TestCluster.quickConfig().build())) {
            for (int i = 0; i < 10; i++) {
                get(cluster.group(1).propose(add(1)));
            }
            long firstTerm = cluster.group(cluster.leader()).status().term();
            CompletableFuture<Long> appliedWhenReady = new CompletableFuture<>();
            for (long id = 1; id <= 3; id++) {
                RaftGroup<Long> group = cluster.group(id);
                group.addListener(new RaftListener() {
                    @Override
                    public void onLeaderReady(long term) {
                        if (term > firstTerm) {
                            appliedWhenReady.complete(group.status().appliedIndex());
                        }
                    }
                });
            }
            cluster.network.isolate(cluster.leader());
            assertThat(get(appliedWhenReady))
                    .as("11 entries of the first term, and its own")
                    .isGreaterThanOrEqualTo(12);
        }
    }

    @Test
    void leases_are_switched_on_by_a_membership_and_explained() {
        try (TestCluster cluster =
                TestCluster.started(3, TestCluster.quickConfig().build())) {
            get(cluster.group(1).propose(add(5)));
            Membership leased =
                    new Membership(cluster.group(1).configuration().members(), List.of()).withLeaderLease(true);

            assertThat(cluster.atLeader(group -> group.changeMembership(leased, -1))
                            .leaderLease())
                    .isTrue();

            cluster.await(() -> cluster.atLeader(RaftGroup::explain).stream()
                    .anyMatch(line -> line.startsWith("the lease lasts another")));
            assertThat(get(cluster.group(1).readBarrier(Consistency.LINEARIZABLE)))
                    .isPositive();
        }
    }
}
