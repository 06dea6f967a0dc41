package io.fairlead.raft.runtime;

import static io.fairlead.raft.runtime.TestCluster.add;
import static io.fairlead.raft.runtime.TestCluster.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.raft.Consistency;
import io.fairlead.raft.GroupStoppedException;
import io.fairlead.raft.Membership;
import io.fairlead.raft.RaftConfig;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.message.Standing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a member does with files that are damaged or gone (rule Q6). */
@Timeout(180)
class RepairOnFilesTest {
    private static final RaftConfig SMALL = TestCluster.quickConfig()
            .segmentBytes(64 << 10)
            .snapshotEveryEntries(100_000)
            .build();

    @TempDir
    Path directory;

    @Test
    void damage_in_the_middle_of_the_log_is_refilled_by_the_peers() throws IOException {
        try (TestCluster cluster = withEntries(3, 3000)) {
            cluster.stop(2);
            addAll(cluster, 100);
            overwrite(segments(2).get(0), 20_000);
            isMended(cluster, 3100);
        }
    }

    @Test
    void a_log_that_is_gone_is_refilled_by_the_peers() throws IOException {
        try (TestCluster cluster = withEntries(3, 500)) {
            cluster.stop(2);
            delete(log(2));
            isMended(cluster, 500);
        }
    }

    @Test
    void a_disk_that_was_replaced_is_refilled_by_the_peers() throws IOException {
        try (TestCluster cluster = withEntries(3, 500)) {
            cluster.stop(2);
            delete(directory.resolve("member-2"));
            isMended(cluster, 500);
        }
    }

    @Test
    void without_the_others_it_stays_under_repair_over_restarts() throws IOException {
        try (TestCluster cluster = withEntries(3, 500)) {
            cluster.stop(2);
            overwrite(segments(2).get(0), 5_000);
            cluster.stop(1);
            cluster.stop(3);
            for (int life = 0; life < 3; life++) {
                assertThat(cluster.start(2).group().status().standing()).isNotEqualTo(Standing.WHOLE);
                cluster.stop(2);
            }
            cluster.start(1);
            cluster.start(3);
            isMended(cluster, 500);
        }
    }

    /** Seed 2000255: nothing but its log tells such a member that it is not alone any more. */
    @Test
    void the_log_of_a_member_that_founded_its_group_alone_is_refilled_by_those_who_joined() throws IOException {
        try (TestCluster cluster = new TestCluster(3, SMALL, directory)) {
            List<Member> members = cluster.founders.voters();
            cluster.start(1, new Membership(members.subList(0, 1), List.of()), 0);
            cluster.leader();
            cluster.start(2, Membership.of(), 0);
            cluster.start(3, Membership.of(), 0);
            cluster.atLeader(group -> group.changeMembership(cluster.founders, -1));
            addAll(cluster, 100);
            cluster.stop(1);
            assertThat(cluster.leader()).isNotEqualTo(1);
            delete(log(1));
            TestCluster.Running mended = cluster.start(1);
            assertThat(get(mended.group().read(Consistency.LINEARIZABLE, () -> mended.counter().count)))
                    .isEqualTo(100);
            cluster.await(() -> mended.group().status().standing() == Standing.WHOLE);
        }
    }

    @Test
    void the_only_voter_refuses_to_start_and_says_how_to_go_on() throws IOException {
        withEntries(1, 500).close();
        Path damaged = log(1).resolve(segments(1).get(0).getFileName());
        overwrite(damaged, 5_000);
        byte[] before = Files.readAllBytes(damaged);
        try (TestCluster cluster = new TestCluster(1, SMALL, directory)) {
            assertThatThrownBy(() -> cluster.start(1))
                    .isInstanceOf(GroupStoppedException.class)
                    .hasMessageContaining(damaged.getFileName().toString())
                    .hasMessageContaining("offset")
                    .hasMessageContaining("from a backup");
        }
        assertThat(Files.readAllBytes(damaged)).isEqualTo(before);
    }

    private TestCluster withEntries(int members, int count) {
        TestCluster cluster = TestCluster.started(members, SMALL, directory);
        addAll(cluster, count);
        for (long id = 1; id <= members; id++) {
            long member = id;
            cluster.await(() -> cluster.group(member).status().standing() == Standing.WHOLE
                    && cluster.counter(member).count == count);
        }
        return cluster;
    }

    /** Not all in one batch: damage is seen if something was written behind it. */
    private static void addAll(TestCluster cluster, int count) {
        long member = cluster.running.keySet().iterator().next();
        for (int i = 1; i <= count; i++) {
            CompletionStage<Long> added = cluster.group(member).propose(add(1));
            if (i % 50 == 0) {
                get(added);
            }
        }
    }

    private boolean isNoted() {
        return Files.exists(directory.resolve("member-2/raft/1/standing")) || Files.exists(log(2).resolve("damage"));
    }

    private void isMended(TestCluster cluster, long expected) {
        TestCluster.Running mended = cluster.start(2);
        assertThat(get(mended.group().read(Consistency.LINEARIZABLE, () -> mended.counter().count)))
                .isEqualTo(expected);
        cluster.await(() -> mended.group().status().standing() == Standing.WHOLE && !isNoted());
        cluster.stop(2);
        TestCluster.Running again = cluster.start(2);
        assertThat(again.group().status().standing()).isEqualTo(Standing.WHOLE);
        assertThat(get(again.group().propose(add(1)))).isEqualTo(expected + 1);
        cluster.stop(cluster.running.keySet().iterator().next()); // Its vote and its word count again.
        assertThat(get(again.group().propose(add(1)))).isEqualTo(expected + 2);
    }

    private Path log(long member) {
        return directory.resolve("member-" + member).resolve("raft/1/log");
    }

    private List<Path> segments(long member) throws IOException {
        try (Stream<Path> files = Files.list(log(member))) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList();
        }
    }

    private static void overwrite(Path file, long position) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {0x55, 0x55, 0x55, 0x55}), position);
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
