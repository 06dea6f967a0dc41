package io.fairlead.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.HeartbeatReply;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.RequestPreVote;
import io.fairlead.raft.message.RequestPreVoteReply;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Groups in which nothing happens go quiet, and are there again as soon as anything does (ADR 0012). */
class QuiescenceScenariosTest {
    private static final long LIFE = 1000;

    /** Three members whose nodes know of each other; the first leads, and all are quiet. */
    private static Scene quiet() {
        return quietAfter(Scene.led(3).propose(1).settle());
    }

    private static Scene quietAfter(Scene scene) {
        nodesKnowEachOther(scene);
        scene.elapse(4 * Scene.E);
        for (long id = 1; id <= 3; id++) {
            assertThat(scene.core(id).isQuiet()).as("member %d is quiet", id).isTrue();
        }
        return scene.forget();
    }

    private static void nodesKnowEachOther(Scene scene) {
        for (long at = 1; at <= 3; at++) {
            for (long of = 1; of <= 3; of++) {
                node(scene, at, of, LIFE + of);
            }
        }
    }

    /** What the node of {@code at} knows of that of {@code of}. */
    private static void node(Scene scene, long at, long of, long life) {
        scene.actor(at).input(core -> core.onNode(of, life, scene.now(), scene.now()));
    }

    @Test
    void anIdleGroupSendsNothing() {
        Scene scene = quiet();
        scene.elapse(20 * Scene.E);

        assertThat(scene.sent).isEmpty();
        assertThat(scene.leader()).isEqualTo(1);
        assertThat(scene.core(2).leader()).isEqualTo(1);
        assertThat(scene.core(1).nextDeadlineNanos()).as("no timer").isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aGroupStaysAwakeUnlessItIsToldOfNodes() {
        Scene scene = Scene.led(3).elapse(20 * Scene.E);
        assertThat(scene.core(1).isQuiet()).isFalse();
    }

    @Test
    void aProposalWakesAll() {
        Scene scene = quiet().propose(1).settle();

        assertThat(scene.log(1)).isEqualTo("1 1 1 |");
        assertThat(scene.log(3)).isEqualTo("1 1 1 |");
        assertThat(scene.core(1).isQuiet()).isFalse();
        assertThat(scene.core(2).isQuiet()).isFalse();
        assertThat(quietAfter(scene).leader()).as("and sleep again").isEqualTo(1);
    }

    @Test
    void aProposalAtAFollowerIsBroughtToTheLeader() {
        assertThat(quiet().propose(2).settle().log(3)).isEqualTo("1 1 1 |");
    }

    @Test
    void readsAreConfirmedByARound() {
        Scene scene = quiet().read(1, 7).read(3, 8);
        assertThat(scene.actor(1).reads).as("not without asking").isEmpty();
        scene.settle();

        assertThat(scene.actor(1).reads).containsEntry(7L, 2L);
        assertThat(scene.actor(3).reads).containsEntry(8L, 2L);
    }

    @Test
    void leadershipIsHandedOver() {
        assertThat(quiet().transfer(1, 3).settle().leader()).isEqualTo(3);
    }

    @Test
    void aLeaderDoesNotGoQuietWhileAFollowerIsBehind() {
        Scene scene = Scene.led(3);
        nodesKnowEachOther(scene);
        scene.isolate(3).propose(1).elapse(10 * Scene.E);

        assertThat(scene.core(1).isQuiet()).isFalse();
        scene.heal().elapse(4 * Scene.E);
        assertThat(scene.log(3)).isEqualTo("1 1 |");
        assertThat(scene.core(3).isQuiet()).isTrue();
    }

    @Test
    void aLeaderDoesNotGoQuietWhileANodeIsMissing() {
        Scene scene = Scene.led(3);
        nodesKnowEachOther(scene);
        node(scene, 1, 3, 0);

        assertThat(scene.elapse(10 * Scene.E).core(1).isQuiet()).isFalse();
    }

    @Test
    void aFollowerThatLacksAnEntryDoesNotGoQuiet() {
        Scene scene = Scene.led(3);
        nodesKnowEachOther(scene);
        scene.forget().deliver(new Heartbeat(1, 2, 1, 0, 0, scene.now() + 1, LIFE + 1));

        assertThat(scene.core(2).isQuiet()).isFalse();
        assertThat(scene.sent(HeartbeatReply.class)).noneMatch(HeartbeatReply::quiet);
    }

    /** What a former life of the leader's node said, and arrives late, keeps nobody quiet. */
    @Test
    void wordOfAFormerLifeCountsForNothing() {
        Scene scene = Scene.led(3);
        nodesKnowEachOther(scene);
        scene.deliver(new Heartbeat(1, 2, 1, 1, 0, scene.now() + 1, LIFE));
        assertThat(scene.core(2).isQuiet()).isFalse();
        scene.deliver(new Heartbeat(1, 2, 1, 1, 0, scene.now() + 2, LIFE + 1));
        assertThat(scene.core(2).isQuiet()).isTrue();
    }

    /** What a leader said before it went quiet, and is repeated late, does not make its followers wait for more. */
    @Test
    void oldWordsOfTheLeaderWakeNoFollower() {
        Scene scene = Scene.led(3).forget().propose(1).settle();
        List<RaftMessage> old = scene.sent.stream().filter(m -> m.from() == 1).toList();
        quietAfter(scene).elapse(10 * Scene.E);
        old.forEach(scene::deliver);
        assertThat(scene.core(2).isQuiet()).isTrue();
        scene.settle().elapse(4 * Scene.E);

        assertThat(scene.core(2).isQuiet()).isTrue();
        assertThat(scene.core(1).term()).isEqualTo(1);
    }

    /** Nor does it make a follower quiet whom its leader wants to listen again. */
    @Test
    void aHeartbeatThatWasOvertakenQuietsNobody() {
        Scene scene = quiet().propose(1).settle();
        scene.deliver(new Heartbeat(1, 2, 1, scene.core(2).commitIndex(), 0, scene.now() - Scene.E, LIFE + 1));
        assertThat(scene.core(2).isQuiet()).isFalse();
    }

    @Test
    void whenTheLeadersNodeIsSilentItsFollowersElectWithinTheUsualBound() {
        Scene scene = quiet().isolate(1);
        long heardAt = scene.now();
        scene.elapse(Scene.E - Scene.HEARTBEAT);
        for (long id = 2; id <= 3; id++) {
            scene.actor(id).input(core -> core.onNode(1, 0, heardAt, scene.now()));
        }
        assertThat(voteAnswer(scene, new RequestPreVote(3, 2, 2, new EntryId(1, 2))))
                .as("not before an election timeout is over")
                .isEqualTo(Refusal.LEADER_ALIVE);
        scene.elapse(Scene.E + 2 * Scene.HEARTBEAT);

        assertThat(scene.leader()).isIn(2L, 3L);
    }

    @Test
    void whenTheLeadersNodeHasRestartedItsFollowersElect() {
        Scene scene = quiet().restart(1);
        node(scene, 2, 1, LIFE + 77);
        node(scene, 3, 1, LIFE + 77);

        assertThat(scene.elapse(3 * Scene.E).leader()).isNotZero();
    }

    /** A follower that restarts is heard of by its leader's node, and hears of its leader before it stands. */
    @Test
    void whenAFollowersNodeHasRestartedItsLeaderSpeaks() {
        Scene scene = quiet().restart(3);
        node(scene, 1, 3, LIFE + 77);
        scene.elapse(Scene.MILLIS);

        assertThat(scene.core(3).leader()).isEqualTo(1);
    }

    @Test
    void aSignOfLifeThatWasLostCostsOneQuestion() {
        Scene scene = quiet();
        node(scene, 2, 1, 0);
        node(scene, 2, 1, LIFE + 1);
        scene.elapse(4 * Scene.E);

        assertThat(scene.leader()).isEqualTo(1);
        assertThat(scene.core(1).term()).isEqualTo(1);
        assertThat(scene.core(2).isQuiet()).isTrue();
    }

    /** Whoever doubts the leader is refused, and then everybody listens: the leader has to prove that it is there. */
    @Test
    void aVoteThatIsAskedForWakesAll() {
        Scene scene = quiet();
        assertThat(voteAnswer(scene, new RequestPreVote(3, 2, 2, new EntryId(1, 2))))
                .isEqualTo(Refusal.LEADER_ALIVE);
        assertThat(scene.core(2).isQuiet()).isFalse();
        scene.isolate(1).pass(Scene.E + 1);
        assertThat(voteAnswer(scene, new RequestPreVote(3, 2, 2, new EntryId(1, 2))))
                .isEqualTo(Refusal.NONE);
    }

    /** Its answer is on its way, the leader still speaks, and it listens again: it has to be told once more. */
    @Test
    void whoIsWokenBeforeTheLeaderFallsSilentIsHeard() {
        Scene scene = Scene.led(3).propose(1).settle();
        nodesKnowEachOther(scene);
        while (!scene.core(2).isQuiet()) {
            scene.elapse(Scene.E / 20);
        }
        assertThat(scene.core(1).isQuiet()).isFalse();
        voteAnswer(scene, new RequestPreVote(3, 2, 2, new EntryId(1, 2)));
        assertThat(scene.core(2).isQuiet()).isFalse();
        scene.settle().elapse(10 * Scene.E);

        assertThat(scene.core(2).term()).isEqualTo(1);
        assertThat(scene.core(2).isQuiet()).isTrue();
    }

    /** The leader's node is there, but the leader is not: who was not told finds out by itself. */
    @Test
    void aFollowerAsksNowAndThenWhetherItIsStillLed() {
        Scene scene = quiet();
        scene.forget().elapse(130 * Scene.E);
        assertThat(scene.sent(HeartbeatReply.class, 1)).anyMatch(reply -> reply.quiet() && reply.sentAtNanos() == 0);
        assertThat(scene.core(1).term()).as("the leader says so").isEqualTo(1);
        assertThat(scene.core(2).isQuiet()).isTrue();

        scene.isolate(1).elapse(131 * Scene.E);
        assertThat(scene.leader()).isIn(2L, 3L);
    }

    @Test
    void aLeaderThatIsCutOffStepsDown() {
        Scene scene = quiet().isolate(1);
        node(scene, 1, 2, 0);
        node(scene, 1, 3, 0);

        assertThat(scene.elapse(3 * Scene.E).role(1)).isNotEqualTo("LEADER");
    }

    /** After a long pause a quiet leader confirms itself first, like any other. */
    @Test
    void aLeaderThatStoodStillConfirmsItselfFirst() {
        Scene scene = quiet().pass(10 * Scene.E);
        scene.actor(1).input(core -> core.onPause(10 * Scene.E, scene.now()));
        scene.propose(1);
        assertThat(scene.actor(1).refusedProposals).containsValue(Refusal.NO_QUORUM);
        scene.elapse(2 * Scene.HEARTBEAT).propose(1).settle();

        assertThat(scene.log(1)).isEqualTo("1 1 1 |");
    }

    /** An answer from before the leader spoke again does not count for the next quiet. */
    @Test
    void anOldAnswerQuietsNobody() {
        Scene scene = Scene.led(3);
        nodesKnowEachOther(scene);
        scene.elapse(Scene.E).hold(m -> m instanceof HeartbeatReply reply && reply.from() == 3 && reply.quiet());
        scene.elapse(2 * Scene.E);
        assertThat(scene.held).isNotEmpty();
        List<? extends Object> old = List.copyOf(scene.held);
        scene.propose(1).settle();
        old.forEach(reply -> scene.deliver((HeartbeatReply) reply));
        scene.elapse(5 * Scene.E);

        assertThat(scene.core(1).isQuiet()).isFalse();
        scene.heal().elapse(Scene.E);
        assertThat(scene.core(1).isQuiet()).isTrue();
    }

    private static Refusal voteAnswer(Scene scene, RequestPreVote request) {
        scene.forget().deliver(request);
        return scene.sent(RequestPreVoteReply.class).get(0).refusal();
    }
}
