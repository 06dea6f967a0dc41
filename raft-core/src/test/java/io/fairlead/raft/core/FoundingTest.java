package io.fairlead.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.RollCall;
import io.fairlead.raft.message.RollCallReply;
import io.fairlead.raft.message.Standing;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who begins with an empty disk founds the cluster, or has lost its disk: ADR 0008. */
class FoundingTest {
    private static final long SECOND = 1_000 * CoreCluster.MILLIS;

    private final CoreCluster cluster = new CoreCluster(1, 3);

    @Test
    void a_cluster_is_founded_when_all_its_voters_have_been_up_and_not_before() {
        cluster.node(3).crash();
        cluster.run(5 * SECOND);

        assertThat(cluster.node(1).server.standing()).isEqualTo(Standing.UNPROVEN);
        assertThat(cluster.node(1).server.leader()).isZero();
        assertThat(cluster.node(1).awaited).containsExactly(3L);
        assertThat(cluster.node(1).server.explain(cluster.now))
                .contains(
                        "this member founds the cluster when all its voters are up at once: it waits for members [3]");

        cluster.node(3).start();
        cluster.awaitLeader();
        cluster.run(SECOND);
        assertThat(cluster.nodes.values()).allMatch(node -> node.standing == Standing.WHOLE);
    }

    @Test
    void a_founder_that_was_never_reached_and_a_lost_disk_do_not_found_the_cluster_again() {
        while (cluster.node(3).standing != Standing.WHOLE) {
            cluster.run(CoreCluster.MILLIS / 2);
        }
        cluster.isolate(3);
        CoreCluster.Node leader = cluster.awaitLeader();
        leader.propose(42);
        cluster.run(SECOND);
        CoreCluster.Node other = cluster.node(3 - leader.id);
        assertThat(leader.state).isEqualTo(other.state).containsExactly(42L);
        assertThat(cluster.node(3).server.lastIndex()).isZero();

        other.crash();
        other.wipe();
        leader.crash();
        other.start();
        cluster.heal();
        cluster.run(10 * SECOND);
        assertThat(cluster.node(3).server.leader()).isZero();
        assertThat(other.server.leader()).isZero();

        leader.start();
        cluster.awaitLeader();
        cluster.run(SECOND);
        assertThat(cluster.nodes.values())
                .allMatch(node -> node.standing == Standing.WHOLE && node.state.equals(List.of(42L)));
    }

    // ------------------------------------------------------------------------------------- one founder alone

    private final List<RaftMessage> sent = new ArrayList<>();
    private final List<PersistBatch> written = new ArrayList<>();
    private final Server founder = new Server(
            new ServerSettings(1, CoreCluster.E, CoreCluster.E / 3, 4096, 16, 1 << 20, 1 << 24, 1 << 20, 2048),
            new Restored(
                    HardState.INITIAL,
                    EntryId.ZERO,
                    EntryId.ZERO,
                    List.of(),
                    List.of(new ConfigurationAt(
                            EntryId.ZERO,
                            Configuration.ofVoters(List.of(Member.of(1, "a"), Member.of(2, "b"), Member.of(3, "c"))))),
                    List.of(),
                    0,
                    Standing.UNPROVEN,
                    true),
            7,
            0,
            new NoOutbox() {
                @Override
                public void send(RaftMessage message) {
                    sent.add(message);
                }

                @Override
                public void persist(PersistBatch batch) {
                    written.add(batch);
                }
            });

    /** Both others answer what they were asked last; the first of them has been in a term already. */
    private void answer(long lifeOf2, long lifeOf3, long termOf2) {
        founder.flush(0);
        List<RaftMessage> calls = List.copyOf(sent);
        sent.clear();
        for (RaftMessage message : calls) {
            if (message instanceof RollCall call) {
                founder.onMessage(
                        call.to() == 2
                                ? new RollCallReply(2, 1, call.call(), lifeOf2, termOf2, true)
                                : new RollCallReply(3, 1, call.call(), lifeOf3, 0, true),
                        0);
            }
        }
        founder.flush(0);
    }

    @Test
    void both_calls_are_answered_by_the_same_lives() {
        answer(22, 33, 0);
        answer(22, 44, 0);
        assertThat(written).isEmpty();
        answer(22, 44, 0);
        assertThat(written)
                .singleElement()
                .satisfies(batch -> assertThat(batch.endsRepair()).isTrue());
    }

    @Test
    void it_is_whole_when_that_is_on_disk_and_has_no_vote_left_in_the_terms_of_the_others() {
        answer(22, 33, 5);
        answer(22, 33, 5);

        assertThat(written.get(0).hardState()).isEqualTo(new HardState(5, 1, 0));
        assertThat(founder.standing()).isEqualTo(Standing.UNPROVEN);
        founder.onPersisted(written.get(0).number(), 0);
        assertThat(founder.standing()).isEqualTo(Standing.WHOLE);
    }

    @Test
    void somebody_who_has_a_log_says_that_it_is_too_late() {
        answer(22, 33, 0);
        founder.flush(0);
        RollCall call = (RollCall) sent.get(0);
        founder.onMessage(new RollCallReply(2, 1, call.call(), 22, 1, false), 0);
        founder.onMessage(new RollCallReply(3, 1, call.call(), 33, 1, true), 0);
        founder.flush(0);

        assertThat(written).isEmpty();
        assertThat(founder.explain(0)).anyMatch(line -> line.startsWith("this member is UNPROVEN"));
    }
}
