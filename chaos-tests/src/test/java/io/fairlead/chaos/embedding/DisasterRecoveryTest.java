package io.fairlead.chaos.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.raft.DisasterRecovery;
import io.fairlead.raft.InvalidConfigException;
import io.fairlead.raft.Membership;
import io.fairlead.raft.RecoveryPlan;
import io.fairlead.raft.Survivor;
import io.fairlead.raft.message.Standing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two of three members are lost for good; the third goes on as a cluster of its own (rule M14). */
@Timeout(240)
class DisasterRecoveryTest {
    private static final long OLD_CLUSTER = 7;
    private static final int WRITES = 100;

    @TempDir
    Path directory;

    /** Three members count to {@link #WRITES} in both groups, and end. */
    private CounterNodes afterTheDisaster() throws Exception {
        CounterNodes nodes = new CounterNodes(directory, 5);
        for (long id = 1; id <= 3; id++) {
            nodes.start(OLD_CLUSTER, id, nodes.membership(1, 2, 3));
        }
        for (int i = 1; i <= WRITES; i++) {
            nodes.add(1 + i % 3, i % 2, 1);
            nodes.add(1 + i % 3, 1 - i % 2, 1);
        }
        for (long id = 1; id <= 3; id++) {
            for (int group = 0; group < CounterNodes.GROUPS; group++) {
                nodes.barrier(id, group);
            }
        }
        for (long id = 1; id <= 3; id++) {
            nodes.stop(id);
        }
        return nodes;
    }

    private long recover(CounterNodes nodes, long survivor, Survivor... others) throws IOException {
        try (DisasterRecovery recovery = DisasterRecovery.open(nodes.directoryOf(survivor))) {
            Set<Long> lost = Stream.of(1L, 2L, 3L)
                    .filter(id -> id != survivor && Stream.of(others).noneMatch(other -> other.memberId() == id))
                    .collect(java.util.stream.Collectors.toSet());
            RecoveryPlan plan = new RecoveryPlan(recovery.survivor(), List.of(others), lost, Set.of());
            return recovery.forceNewCluster(plan, new java.security.SecureRandom()::nextLong);
        }
    }

    /** B150: the recovered set and the old one never meet, although the old members are a majority of what they know. */
    @Test
    void the_survivor_goes_on_and_old_members_that_return_do_not_disturb_it() throws Exception {
        try (CounterNodes nodes = afterTheDisaster()) {
            long cluster = recover(nodes, 3);
            nodes.start(cluster, 3, Membership.of());
            for (int group = 0; group < CounterNodes.GROUPS; group++) {
                assertThat(nodes.add(3, group, 1)).isEqualTo(WRITES + 1);
                assertThat(nodes.group(3, group).configuration().voters()).containsExactly(3L);
                assertThat(nodes.group(3, group).status().standing()).isEqualTo(Standing.WHOLE);
            }

            nodes.start(OLD_CLUSTER, 1, nodes.membership(1, 2, 3));
            nodes.start(OLD_CLUSTER, 2, nodes.membership(1, 2, 3));
            assertThat(nodes.add(1, 0, 1000)).as("they are a cluster yet").isEqualTo(WRITES + 1000);
            nodes.start(cluster, 4, Membership.of());
            nodes.start(cluster, 5, Membership.of());
            for (int group = 0; group < CounterNodes.GROUPS; group++) {
                nodes.change(3, group, nodes.membership(3, 4, 5));
            }
            for (int i = 2; i <= 50; i++) {
                assertThat(nodes.add(3 + i % 3, 0, 1)).isEqualTo(WRITES + i);
                nodes.add(1 + i % 2, 0, 1000);
            }
            assertThat(nodes.group(3, 0).configuration().voters()).containsExactly(3L, 4L, 5L);
            assertThat(nodes.group(1, 0).configuration().voters()).containsExactly(1L, 2L, 3L);

            nodes.stop(3);
            nodes.barrier(4, 0);
            assertThat(nodes.add(5, 0, 1)).as("the new members know all").isEqualTo(WRITES + 51);
        }
    }

    @Test
    void an_old_member_comes_back_only_with_an_empty_directory() throws Exception {
        try (CounterNodes nodes = afterTheDisaster()) {
            long cluster = recover(nodes, 3);
            nodes.start(cluster, 3, Membership.of());
            assertThatThrownBy(() -> nodes.start(cluster, 2, nodes.membership(1, 2, 3)))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("belongs to member 2 of cluster 7")
                    .hasMessageContaining("was recovered from a disaster as cluster " + Long.toHexString(cluster))
                    .hasMessageContaining("add the member anew with an empty one");

            delete(nodes.directoryOf(1));
            delete(nodes.directoryOf(2));
            nodes.start(cluster, 1, Membership.of());
            nodes.start(cluster, 2, Membership.of());
            for (int group = 0; group < CounterNodes.GROUPS; group++) {
                nodes.change(3, group, nodes.membership(1, 2, 3));
                assertThat(nodes.add(1, group, 1)).isEqualTo(WRITES + 1);
            }
            Awaitility.await("both are whole")
                    .until(() -> Stream.of(1L, 2L)
                            .allMatch(id -> nodes.group(id, 0).status().standing() == Standing.WHOLE));
            nodes.stop(3);
            assertThat(nodes.add(2, 0, 1)).isEqualTo(WRITES + 2);
        }
    }

    @Test
    void the_survivor_is_not_started_under_its_old_name() throws Exception {
        try (CounterNodes nodes = afterTheDisaster()) {
            long cluster = recover(nodes, 3);
            assertThatThrownBy(() -> nodes.start(OLD_CLUSTER, 3, nodes.membership(1, 2, 3)))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("the cluster is " + Long.toHexString(cluster) + " now");
            assertThat(DisasterRecovery.recoveredCluster(nodes.directoryOf(3))).hasValue(cluster);
            assertThat(DisasterRecovery.recoveredCluster(nodes.directoryOf(2))).isEmpty();
        }
    }

    @Test
    void a_second_disaster_is_recovered_like_the_first() throws Exception {
        try (CounterNodes nodes = afterTheDisaster()) {
            long first = recover(nodes, 3);
            nodes.start(first, 3, Membership.of());
            nodes.start(first, 4, Membership.of());
            for (int group = 0; group < CounterNodes.GROUPS; group++) {
                nodes.change(3, group, nodes.membership(3, 4));
                nodes.add(4, group, 1);
            }
            nodes.stop(4);
            nodes.stop(3);
            long second;
            try (DisasterRecovery recovery = DisasterRecovery.open(nodes.directoryOf(4))) {
                RecoveryPlan plan = new RecoveryPlan(recovery.survivor(), List.of(), Set.of(3L), Set.of());
                second = recovery.forceNewCluster(plan, () -> 99);
            }
            nodes.start(second, 4, Membership.of());
            assertThat(nodes.add(4, 0, 1)).isEqualTo(WRITES + 2);
            assertThat(nodes.add(4, 1, 1)).isEqualTo(WRITES + 2);
        }
    }

    @Test
    void the_worse_of_two_survivors_is_refused_and_nothing_is_changed() throws Exception {
        try (CounterNodes nodes = afterTheDisaster()) {
            for (long id = 1; id <= 2; id++) {
                nodes.start(OLD_CLUSTER, id, nodes.membership(1, 2, 3));
            }
            nodes.add(1, 0, 1);
            nodes.stop(1);
            nodes.stop(2);
            Survivor better = Survivor.parse(Survivor.in(nodes.directoryOf(2)).format());
            Survivor worse = Survivor.in(nodes.directoryOf(3));
            try (DisasterRecovery recovery = DisasterRecovery.open(nodes.directoryOf(3))) {
                RecoveryPlan plan = new RecoveryPlan(recovery.survivor(), List.of(better), Set.of(1L), Set.of());
                assertThatThrownBy(() -> recovery.forceNewCluster(plan, () -> 99))
                        .isInstanceOf(InvalidConfigException.class)
                        .hasMessageContaining("recover with that member");
                assertThatThrownBy(() -> DisasterRecovery.open(nodes.directoryOf(3)))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("another process");
            }
            assertThat(Survivor.in(nodes.directoryOf(3))).isEqualTo(worse);
            nodes.start(OLD_CLUSTER, 3, nodes.membership(1, 2, 3));
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
