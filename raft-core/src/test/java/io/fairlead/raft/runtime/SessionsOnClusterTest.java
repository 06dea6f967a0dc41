package io.fairlead.raft.runtime;

import static io.fairlead.raft.runtime.TestCluster.add;
import static io.fairlead.raft.runtime.TestCluster.get;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.Membership;
import io.fairlead.raft.RaftNode;
import io.fairlead.raft.RaftStatus.Role;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.session.ResultCodec;
import io.fairlead.raft.session.Session;
import io.fairlead.raft.session.SessionConfig;
import io.fairlead.raft.session.SessionGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions on nodes with real threads. */
@Timeout(120)
class SessionsOnClusterTest {
    private static final SessionConfig<Long> SESSIONS =
            SessionConfig.builder(ResultCodec.LONG).maxUnanswered(1_000).build();

    private final MemoryNetwork network = new MemoryNetwork();
    private final Map<Long, MemoryDisk> disks = new TreeMap<>();
    private final Map<Long, MemoryStores> stores = new TreeMap<>();
    private final Map<Long, RaftNode> nodes = new ConcurrentHashMap<>();
    private final Map<Long, SessionGroup<Long>> groups = new ConcurrentHashMap<>();

    private SessionGroup<Long> start(long id) {
        RaftNode node = RaftNode.builder()
                .clusterId(7)
                .memberId(id)
                .transport(network.transport(id))
                .config(TestCluster.quickConfig().snapshotEveryEntries(200).build())
                .disk(disks.computeIfAbsent(id, any -> new MemoryDisk()))
                .stores(stores.computeIfAbsent(id, any -> new MemoryStores()))
                .loops(1)
                .build();
        Membership members =
                new Membership(List.of(Member.of(1, "one"), Member.of(2, "two"), Member.of(3, "three")), List.of());
        SessionGroup<Long> group = node.openGroup(1, members, new Counter(), SESSIONS);
        node.start();
        nodes.put(id, node);
        groups.put(id, group);
        return group;
    }

    @AfterEach
    void close() {
        nodes.values().stream()
                .map(node -> node.beginClose(Duration.ZERO))
                .toList()
                .forEach(TestCluster::get);
        nodes.values().forEach(RaftNode::close);
    }

    private SessionGroup<Long> group(long id) {
        return requireNonNull(groups.get(id));
    }

    private long leader() {
        return groups.entrySet().stream()
                .filter(each -> each.getValue().status().role() == Role.LEADER)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(0L);
    }

    @Test
    void x5_every_command_counts_once_though_the_leader_is_cut_off_and_comes_back() {
        for (long id = 1; id <= 3; id++) {
            start(id);
        }
        Session<Long> session = get(group(1).openSession());
        List<CompletionStage<Long>> answers = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            answers.add(session.propose(add(1)));
            if (i % 100 == 50) {
                long leader = leader();
                if (leader != 0 && leader != 1) {
                    network.isolate(leader);
                    get(session.propose(add(0)));
                    network.heal(leader);
                }
            }
        }
        answers.forEach(TestCluster::get);
        assertThat(get(group(1).propose(add(0)))).isEqualTo(300);
    }

    @Test
    void x5_threads_may_share_a_session() throws InterruptedException {
        for (long id = 1; id <= 3; id++) {
            start(id);
        }
        Session<Long> session = get(group(3).openSession());
        Set<Long> sums = ConcurrentHashMap.newKeySet();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                for (int j = 0; j < 250; j++) {
                    sums.add(get(session.propose(add(1))));
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(sums).hasSize(1_000);
        assertThat(session.firstUnanswered()).isEqualTo(1_001);
        assertThat(get(group(1).propose(add(0)))).isEqualTo(1_000);
    }

    @Test
    void x12_a_session_outlives_the_member_it_was_opened_on() {
        for (long id = 1; id <= 3; id++) {
            start(id);
        }
        Session<Long> session = get(group(1).openSession());
        for (int i = 1; i <= 400; i++) {
            assertThat(get(session.propose(add(1)))).isEqualTo(i);
        }
        requireNonNull(nodes.remove(1L)).close();
        groups.remove(1L);
        Session<Long> resumed = group(2).resumeSession(session.id(), session.firstUnanswered());
        assertThat(get(resumed.propose(add(1)))).isEqualTo(401);
        Session<Long> again = start(1).resumeSession(session.id(), 401);
        assertThat(get(again.propose(add(1)))).isEqualTo(401);
        get(again.close());
        assertThat(group(1).sessions()).isZero();
    }
}
