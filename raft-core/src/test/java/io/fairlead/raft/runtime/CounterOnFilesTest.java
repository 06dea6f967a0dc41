package io.fairlead.raft.runtime;

import static io.fairlead.raft.runtime.TestCluster.add;
import static io.fairlead.raft.runtime.TestCluster.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.raft.Consistency;
import io.fairlead.raft.InvalidConfigException;
import io.fairlead.raft.Membership;
import io.fairlead.raft.RaftConfig;
import io.fairlead.raft.RaftNode;
import io.fairlead.raft.message.Member;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole runtime on the real log and the real snapshot directory. */
@Timeout(180)
class CounterOnFilesTest {
    private static final RaftConfig SMALL = TestCluster.quickConfig()
            .segmentBytes(64 << 10)
            .snapshotEveryEntries(500)
            .retainedEntries(10)
            .logCacheBytes(16 << 10)
            .build();

    @TempDir
    Path directory;

    @Test
    void nothing_is_lost_over_restarts_snapshots_and_compactions() {
        long expected = 0;
        for (int life = 0; life < 3; life++) {
            try (TestCluster cluster = TestCluster.started(3, SMALL, directory)) {
                for (int round = 0; round < 4; round++) { // Or all of it may become one batch, in one segment.
                    List<CompletionStage<Long>> results = new ArrayList<>();
                    for (int i = 0; i < 500; i++) {
                        results.add(cluster.group(1 + i % 3).propose(add(1)));
                    }
                    results.forEach(TestCluster::get);
                }
                expected += 2000;
                for (long reader = 1; reader <= 3; reader++) {
                    long id = reader;
                    assertThat(get(cluster.group(id).read(Consistency.LINEARIZABLE, () -> cluster.counter(id).count)))
                            .isEqualTo(expected);
                }
                cluster.await(() -> cluster.group(1).status().firstIndex() > 1);
            }
        }
    }

    @Test
    void a_new_member_gets_a_snapshot_and_what_follows() {
        try (TestCluster cluster = TestCluster.started(3, SMALL, directory)) {
            long leader = cluster.leader();
            for (int i = 0; i < 3000; i++) {
                cluster.group(leader).propose(add(1));
            }
            get(cluster.group(leader).read(Consistency.LINEARIZABLE, () -> 0));
            for (long id = 1; id <= 3; id++) {
                long member = id;
                cluster.await(() -> cluster.group(member).status().firstIndex() > 1);
            }
            int ballast = 2 * SnapshotSender.MAX_CHUNK_BYTES;
            TestCluster.Running joined = cluster.start(4, new Membership(List.of(), List.of()), ballast);
            Membership four = Membership.of(
                            Member.of(1, "member-1"), Member.of(2, "member-2"), Member.of(3, "member-3"))
                    .withVoter(4, "member-4");
            cluster.atLeader(group -> group.changeMembership(four, -1));
            assertThat(get(joined.group().read(Consistency.LINEARIZABLE, () -> joined.counter().count)))
                    .isEqualTo(3000);
            assertThat(get(joined.group().propose(add(1)))).isEqualTo(3001);
            cluster.await(() -> joined.group().status().firstIndex() > 1);
            cluster.stop(4);
            TestCluster.Running again = cluster.start(4, new Membership(List.of(), List.of()), ballast);
            assertThat(get(again.group().propose(add(1)))).isEqualTo(3002);
            assertThat(again.group().configuration().voters()).containsExactly(1L, 2L, 3L, 4L);
        }
    }

    @Test
    void a_data_directory_has_one_owner() {
        RaftNode.Builder builder = RaftNode.builder()
                .clusterId(1)
                .memberId(1)
                .dataDirectory(directory)
                .transport(new MemoryNetwork().transport(1));
        RaftNode first = builder.build();
        assertThatThrownBy(builder::build)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("another process");
        first.close();
        assertThatThrownBy(builder.memberId(2)::build)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("belongs to member 1");
    }

    @Test
    void every_problem_of_a_configuration_is_named() {
        assertThatThrownBy(RaftNode.builder()::build)
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("cluster-id")
                .hasMessageContaining("member-id")
                .hasMessageContaining("data-directory")
                .hasMessageContaining("transport");
    }
}
