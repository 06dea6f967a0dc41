package io.fairlead.raft.runtime;

import static io.fairlead.raft.runtime.TestCluster.add;
import static io.fairlead.raft.runtime.TestCluster.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.raft.Consistency;
import io.fairlead.raft.GroupStoppedException;
import io.fairlead.raft.Membership;
import io.fairlead.raft.NotAcceptedException;
import io.fairlead.raft.RaftConfig;
import io.fairlead.raft.RaftException.Effect;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.RaftStatus.Role;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.message.Refusal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole runtime, with real threads, on a network and disks in memory. */
@Timeout(120)
class ReplicatedCounterTest {
    private static final RaftConfig CONFIG = TestCluster.quickConfig().build();

    @Test
    void a_member_alone_serves() {
        try (TestCluster cluster = TestCluster.started(1, CONFIG)) {
            assertThat(get(cluster.group(1).propose(add(5)))).isEqualTo(5);
            assertThat(get(cluster.group(1).propose(add(6)))).isEqualTo(11);
            assertThat(get(cluster.group(1).read(Consistency.LINEARIZABLE, () -> cluster.counter(1).sum)))
                    .isEqualTo(11);
            assertThat(cluster.group(1).status().role()).isEqualTo(Role.LEADER);
        }
    }

    @Test
    void every_member_takes_proposals_and_reads_its_writes() {
        try (TestCluster cluster = TestCluster.started(3, CONFIG)) {
            long expected = 0;
            for (int i = 1; i <= 30; i++) {
                long member = 1L + i % 3;
                expected += i;
                assertThat(get(cluster.group(member).propose(add(i)))).isEqualTo(expected);
                assertThat(cluster.counter(member).sum).isEqualTo(expected);
            }
        }
    }

    @Test
    void every_member_serves_linearizable_reads() {
        try (TestCluster cluster = TestCluster.started(3, CONFIG)) {
            for (int i = 1; i <= 20; i++) {
                get(cluster.group(1 + i % 3).propose(add(1)));
                for (long reader = 1; reader <= 3; reader++) {
                    long id = reader;
                    assertThat(get(cluster.group(id).read(Consistency.LINEARIZABLE, () -> cluster.counter(id).count)))
                            .isEqualTo(i);
                }
            }
        }
    }

    @Test
    void many_proposals_under_way_are_applied_once_and_in_order() {
        try (TestCluster cluster = TestCluster.started(3, CONFIG)) {
            List<CompletionStage<Long>> results = new ArrayList<>();
            for (int i = 0; i < 5000; i++) {
                results.add(cluster.group(2).propose(add(1)));
            }
            for (int i = 0; i < 5000; i++) {
                assertThat(get(results.get(i))).isEqualTo(i + 1);
            }
        }
    }

    @Test
    void a_leader_that_closes_hands_over_and_no_proposal_fails() {
        try (TestCluster cluster = TestCluster.started(3, CONFIG)) {
            long leader = cluster.leader();
            long other = cluster.follower();
            List<CompletionStage<Long>> results = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                results.add(cluster.group(other).propose(add(1)));
                if (i == 100) {
                    cluster.stop(leader);
                }
            }
            results.forEach(TestCluster::get);
            assertThat(get(cluster.group(other).read(Consistency.LINEARIZABLE, () -> cluster.counter(other).count)))
                    .isEqualTo(200);
        }
    }

    @Test
    void proposals_survive_a_leader_that_disappears() {
        try (TestCluster cluster = TestCluster.started(3, CONFIG)) {
            long leader = cluster.leader();
            long other = cluster.follower();
            get(cluster.group(other).propose(add(1)));
            cluster.network.isolate(leader);
            assertThat(get(cluster.group(other).propose(add(1)))).isEqualTo(2);
            assertThat(cluster.group(other).status().leader()).isNotEqualTo(leader);

            CompletionStage<Long> atTheOldLeader = cluster.group(leader).propose(add(1));
            cluster.network.heal(leader);
            assertThat(get(atTheOldLeader)).isEqualTo(3);
        }
    }

    @Test
    void reads_wait_for_a_new_leader() {
        try (TestCluster cluster = TestCluster.started(3, CONFIG)) {
            long leader = cluster.leader();
            long other = cluster.follower();
            get(cluster.group(leader).propose(add(1)));
            cluster.network.isolate(leader);
            CompletionStage<Long> cutOff =
                    cluster.group(leader).read(Consistency.LINEARIZABLE, () -> cluster.counter(leader).count);
            assertThat(get(cluster.group(other).propose(add(1)))).isEqualTo(2);
            assertThat(get(cluster.group(other).read(Consistency.LINEARIZABLE, () -> cluster.counter(other).count)))
                    .isEqualTo(2);
            cluster.network.heal(leader);
            assertThat(get(cutOff)).isEqualTo(2);
        }
    }

    @Test
    void all_is_there_after_a_restart_of_all() {
        try (TestCluster cluster = TestCluster.started(3, CONFIG)) {
            for (int i = 0; i < 50; i++) {
                get(cluster.group(1).propose(add(2)));
            }
            for (long id = 1; id <= 3; id++) {
                cluster.stop(id);
            }
            for (long id = 1; id <= 3; id++) {
                cluster.start(id);
            }
            for (long reader = 1; reader <= 3; reader++) {
                long id = reader;
                assertThat(get(cluster.group(id).read(Consistency.LINEARIZABLE, () -> cluster.counter(id).sum)))
                        .isEqualTo(100);
            }
        }
    }

    @Test
    void an_empty_member_catches_up_by_a_snapshot_of_several_chunks() {
        RaftConfig config = TestCluster.quickConfig()
                .snapshotEveryEntries(50)
                .retainedEntries(5)
                .build();
        try (TestCluster cluster = new TestCluster(3, config)) {
            int ballast = 3 * SnapshotSender.MAX_CHUNK_BYTES + 17;
            Membership founders = Membership.of(Member.of(1, "a"), Member.of(2, "b"));
            cluster.start(1, founders, ballast);
            cluster.start(2, founders, ballast);
            for (int i = 0; i < 120; i++) {
                get(cluster.group(1 + i % 2).propose(add(1)));
            }
            get(cluster.group(1).takeSnapshot());
            get(cluster.group(2).takeSnapshot());
            cluster.await(() -> cluster.group(1).status().firstIndex() > 50
                    && cluster.group(2).status().firstIndex() > 50);
            Membership none = new Membership(List.of(), List.of());
            cluster.start(3, none, ballast);
            cluster.atLeader(group -> group.changeMembership(founders.withVoter(3, "c"), -1));
            assertThat(get(cluster.group(3).read(Consistency.LINEARIZABLE, () -> cluster.counter(3).count)))
                    .isEqualTo(120);
            cluster.await(() -> cluster.group(3).status().firstIndex() > 50);

            cluster.stop(3);
            cluster.start(3, none, ballast);
            assertThat(get(cluster.group(3).propose(add(1)))).isEqualTo(121);
        }
    }

    @Test
    void a_snapshot_on_demand_lets_a_restart_skip_the_log() {
        try (TestCluster cluster = TestCluster.started(1, CONFIG)) {
            for (int i = 0; i < 10; i++) {
                get(cluster.group(1).propose(add(1)));
            }
            long index = get(cluster.group(1).takeSnapshot());
            assertThat(index).isEqualTo(cluster.group(1).status().appliedIndex());
            assertThat(get(cluster.group(1).takeSnapshot())).isEqualTo(index);
            cluster.stop(1);
            assertThat(cluster.start(1).counter().count).isEqualTo(10);
        }
    }

    @Test
    void leadership_goes_where_it_is_sent() {
        try (TestCluster cluster = TestCluster.started(3, CONFIG)) {
            long leader = cluster.leader();
            long term = cluster.group(leader).status().term();
            long target = cluster.follower();
            get(cluster.group(leader).transferLeadership(target));
            assertThat(cluster.leaderAfter(term)).isEqualTo(target);
            assertThatThrownBy(() -> get(cluster.group(leader).transferLeadership(target)))
                    .isInstanceOf(NotAcceptedException.class);
        }
    }

    @Test
    void a_member_joins_and_another_leaves() {
        try (TestCluster cluster = TestCluster.started(3, CONFIG)) {
            long leader = cluster.leader();
            get(cluster.group(leader).propose(add(1)));
            cluster.start(4, new Membership(List.of(), List.of()), 0);
            Membership four = Membership.of(
                            Member.of(1, "member-1"), Member.of(2, "member-2"), Member.of(3, "member-3"))
                    .withVoter(4, "member-4");
            Configuration changed = cluster.atLeader(group -> group.changeMembership(four, -1));
            assertThat(changed.voters()).containsExactly(1L, 2L, 3L, 4L);
            assertThat(get(cluster.group(4).propose(add(1)))).isEqualTo(2);
            assertThatThrownBy(() -> cluster.atLeader(group -> group.changeMembership(four, 0)))
                    .isInstanceOf(NotAcceptedException.class)
                    .hasMessageContaining("look at it again");
        }
    }

    @Test
    void without_a_quorum_proposals_end_without_effect_or_in_doubt() {
        RaftConfig config =
                TestCluster.quickConfig().requestTimeout(Duration.ofMillis(400)).build();
        try (TestCluster cluster = new TestCluster(3, config)) {
            RaftGroup<Long> alone = cluster.start(1).group();
            assertThatThrownBy(() -> get(alone.propose(add(1))))
                    .isInstanceOfSatisfying(NotAcceptedException.class, failure -> {
                        assertThat(failure.effect()).isEqualTo(Effect.NONE);
                        assertThat(failure.reason()).isEqualTo(Refusal.NOT_LEADER);
                    });
            assertThatThrownBy(() -> get(alone.readBarrier(Consistency.LINEARIZABLE)))
                    .isInstanceOf(NotAcceptedException.class);
            assertThatThrownBy(() -> get(alone.readBarrier(Consistency.bounded(Duration.ofSeconds(1), 0))))
                    .isInstanceOf(NotAcceptedException.class);
            assertThat(get(alone.readBarrier(Consistency.LOCAL))).isEqualTo(0);
        }
    }

    @Test
    void bounded_reads_wait_for_the_index_they_name() {
        try (TestCluster cluster = TestCluster.started(3, CONFIG)) {
            long leader = cluster.leader();
            long other = cluster.follower();
            get(cluster.group(leader).propose(add(1)));
            long index = cluster.group(leader).status().appliedIndex();
            get(cluster.group(other).propose(add(1)));
            assertThat(get(cluster.group(other).readBarrier(Consistency.bounded(Duration.ofHours(1), index))))
                    .isGreaterThanOrEqualTo(index);
        }
    }

    @Test
    void too_many_and_too_large_proposals_are_refused_at_once() {
        RaftConfig config = TestCluster.quickConfig()
                .maxPendingProposals(3)
                .maxEntryBytes(1024)
                .build();
        try (TestCluster cluster = new TestCluster(3, config)) {
            RaftGroup<Long> alone = cluster.start(1).group();
            for (int i = 0; i < 3; i++) {
                CompletionStage<Long> waiting = alone.propose(add(1));
                assertThat(waiting.toCompletableFuture()).isNotDone();
            }
            assertThat(alone.propose(add(1)).toCompletableFuture()).isCompletedExceptionally();
            assertThatThrownBy(() -> get(alone.propose(ByteBuffer.allocate(1025))))
                    .isInstanceOf(NotAcceptedException.class)
                    .hasMessageContaining("max-entry-bytes");
        }
    }

    @Test
    void a_state_machine_that_fails_stops_its_group_and_nothing_else() {
        try (TestCluster cluster = TestCluster.started(3, CONFIG)) {
            long leader = cluster.leader();
            long broken = cluster.follower();
            cluster.counter(broken).fail = true;
            assertThatThrownBy(() -> get(cluster.group(broken).propose(add(1))))
                    .isInstanceOfSatisfying(
                            GroupStoppedException.class,
                            failure -> assertThat(failure.effect()).isEqualTo(Effect.UNKNOWN));
            assertThatThrownBy(() -> get(cluster.group(broken).stopped())).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> get(cluster.group(broken).propose(add(1))))
                    .isInstanceOf(GroupStoppedException.class);
            assertThatThrownBy(() -> get(cluster.group(broken).readBarrier(Consistency.LINEARIZABLE)))
                    .isInstanceOf(GroupStoppedException.class);
            assertThat(cluster.group(broken).status().role()).isEqualTo(Role.STOPPED);
            assertThat(get(cluster.group(leader).propose(add(1)))).isEqualTo(2);
        }
    }

    @Test
    void a_disk_that_fails_stops_the_group() {
        try (TestCluster cluster = TestCluster.started(3, CONFIG)) {
            long leader = cluster.leader();
            cluster.stores(leader).failSyncs = true;
            CompletionStage<Long> lost = cluster.group(leader).propose(add(1));
            assertThatThrownBy(() -> get(cluster.group(leader).stopped())).hasMessageContaining("the disk is gone");
            assertThat(lost.toCompletableFuture()
                            .handle((result, failure) -> failure != null)
                            .join())
                    .isNotNull();
            long other = cluster.follower();
            get(cluster.group(other == leader ? 1 + leader % 3 : other).propose(add(1)));
        }
    }
}
