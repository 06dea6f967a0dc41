package io.fairlead.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.chaos.sim.LinkFaults;
import io.fairlead.chaos.workload.MapMachine;
import io.fairlead.raft.RaftConfig;
import io.fairlead.raft.core.Server;
import io.fairlead.raft.runtime.Group;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Eight groups on three simulated members, which go quiet when nothing happens; see ADR 0012. */
class QuietGroupsTest {
    private static final long MILLIS = 1_000_000;
    private static final long E = 150 * MILLIS;
    private static final long H = 15 * MILLIS;
    private static final int COMPANIONS = 7;

    private final SimCluster<MapMachine.Result> cluster = new SimCluster<>(
            42,
            RaftConfig.builder()
                    .electionTimeout(Duration.ofNanos(E))
                    .heartbeatInterval(Duration.ofNanos(H))
                    .idleGroupsGoQuiet(true)
                    .build(),
            3,
            0,
            0.0001,
            member -> new MapMachine());

    private void begin() {
        cluster.addCompanions(COMPANIONS);
        cluster.startAll();
        pass(20 * E);
        assertThat(servers()).hasSize(3 * (COMPANIONS + 1)).allMatch(Server::isQuiet);
    }

    private void pass(long nanos) {
        assertThat(cluster.runUntil(cluster.scheduler().now() + nanos))
                .as(() -> String.valueOf(cluster.failure()))
                .isTrue();
    }

    private List<Server> servers() {
        List<Server> servers = new ArrayList<>();
        for (SimMember<?> member : cluster.members().values()) {
            Stream.concat(
                            Stream.of(member),
                            cluster.companions().stream().map(companion -> companion.member(member.id())))
                    .forEach(part -> {
                        Server server = part == null ? null : part.server();
                        if (server != null && member.isUp()) {
                            servers.add(server);
                        }
                    });
        }
        return servers;
    }

    @Test
    void at_rest_each_node_tells_each_other_that_it_is_there_and_no_more() {
        begin();
        long before = cluster.network().counts().sent();
        pass(20 * H);

        assertThat(cluster.network().counts().sent() - before).isBetween(6 * 19L, 6 * 21L);
    }

    @Test
    void all_groups_of_a_node_that_dies_have_other_leaders_within_the_usual_bound() {
        begin();
        cluster.member(1).crash("for this test");
        pass(3 * E);

        assertThat(servers()).hasSize(2 * (COMPANIONS + 1)).allMatch(server -> server.leader() > 1);
        cluster.member(1).start();
        pass(20 * E);
        assertThat(cluster.companionsHaveComeTogether()).isTrue();
        assertThat(servers()).hasSize(3 * (COMPANIONS + 1)).allMatch(Server::isQuiet);
    }

    /** A network that repeats everything, much later, does not hide that a node is dead. */
    @Test
    void signs_of_life_that_are_repeated_late_show_nobody_alive() {
        begin();
        for (long to = 1; to <= 3; to++) {
            LinkFaults link = cluster.network().link(1, to);
            link.duplicate = 1;
            link.duplicateSpread = 60 * E;
        }
        pass(60 * E);
        assertThat(servers()).allMatch(Server::isQuiet);
        cluster.member(1).crash("for this test");
        pass(3 * E);

        assertThat(servers()).hasSize(2 * (COMPANIONS + 1)).allMatch(server -> server.leader() > 1);
    }

    /** So short a silence is not noticed; that the node is in another life is. */
    @Test
    void a_node_that_restarts_at_once_does_not_leave_its_groups_without_leaders() {
        begin();
        cluster.member(1).crash("for this test");
        cluster.member(1).start();
        pass(4 * E);

        assertThat(servers()).allMatch(server -> server.leader() != 0);
        pass(20 * E);
        assertThat(cluster.companionsHaveComeTogether()).isTrue();
    }

    /** One group of a process ends, its process goes on: those who relied on the process look again. */
    @Test
    void a_group_whose_leader_ends_elects_another_although_the_node_is_there() {
        begin();
        Companion companion = cluster.companions().get(0);
        for (long id = 1; id <= 3; id++) {
            CompanionMember part = companion.member(id);
            if (part != null && part.server() != null && part.server().isReady()) {
                ((Group<?>) Objects.requireNonNull(part.group())).beginClose(Duration.ZERO); // Without a word.
            }
        }
        pass(4 * E);

        List<Long> leaders = new ArrayList<>();
        for (long id = 1; id <= 3; id++) {
            CompanionMember part = companion.member(id);
            Server server = part == null ? null : part.server();
            if (server != null && server.isReady()) {
                leaders.add(id);
            }
        }
        assertThat(leaders).as("the new one, and the one that stands still").hasSize(2);
    }
}
