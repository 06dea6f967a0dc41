package io.fairlead.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.HeartbeatReply;
import io.fairlead.raft.message.ReadIndexReply;
import io.fairlead.raft.message.ReadIndexRequest;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.RequestPreVote;
import io.fairlead.raft.message.RequestVote;
import io.fairlead.raft.message.RequestVoteReply;
import io.fairlead.raft.message.TimeoutNow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Linearizable reads, in rounds and by lease (dissertation §6.4; rules R1 to R9, L1 to L9, K4). */
class ReadScenariosTest {
    private static final String LEASES = "1 lease:\n2:\n3:";

    private static Scene leased() {
        return Scene.of(LEASES).elect(1).elapse(Scene.HEARTBEAT);
    }

    /** The leader's answer to its own read, without any message getting through. */
    private static boolean readsAlone(Scene scene, long leader) {
        long id = 1000 + scene.sent.size() + scene.now();
        scene.read(leader, id);
        return scene.actor(leader).reads.containsKey(id);
    }

    // ------------------------------------------------------------------------------------------- rounds

    /** R2, R3, B57, scenario 56: a read is answered when a quorum has confirmed the leader after it came in. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5})
    void r3ReadNeedsAQuorumThatWasAskedAfterIt(int voters) {
        Scene scene = Scene.of(voters).elect(1).propose(1).settle();
        scene.hold(HeartbeatReply.class::isInstance).read(1, 7).settle();
        int needed = voters / 2; // Besides the leader.

        for (int i = 0; i < needed; i++) {
            assertThat(scene.actor(1).reads).as("after %s answers", i).isEmpty();
            scene.deliver(scene.held.get(i));
        }
        assertThat(scene.actor(1).reads).containsEntry(7L, scene.core(1).commitIndex());
    }

    @Test
    void r3AnswersToWhatWasSentBeforeTheReadConfirmNothing() {
        Scene scene = Scene.led(3).hold(HeartbeatReply.class::isInstance).elapse(Scene.HEARTBEAT);
        assertThat(scene.held).isNotEmpty();
        scene.isolate(2).isolate(3).read(1, 7);

        scene.held.forEach(scene::deliver);

        assertThat(scene.actor(1).reads).isEmpty();
    }

    /** B56, scenario 57: learners confirm nothing. */
    @Test
    void b56LearnersConfirmNoRead() {
        Scene scene = Scene.of("1:\n2:\n3:\n4 learner:\n5 learner:").elect(1);
        scene.isolate(2).isolate(3).read(1, 7).settle();
        assertThat(scene.actor(1).reads).isEmpty();

        scene.heal().elapse(Scene.HEARTBEAT);
        assertThat(scene.actor(1).reads).containsKey(7L);
    }

    /** R1, B50, B66, scenario 59: not before an entry of the leader's own term is committed, and then at its index. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void r1NewLeaderReadsWhenItsTermHasCommitted(int voters) {
        Scene scene = Scene.of(voters == 1 ? "1 term=1: 1 1 1" : "1 term=1: 1 1 1\n2 term=1: 1 1\n3 term=1: 1 1");
        scene.drop(AppendEntries.class::isInstance).timeout(1).settle();
        if (voters == 1) {
            scene = Scene.of("1 term=1: 1 1 1");
            scene.timeout(1);
            while (!scene.role(1).equals("LEADER")) {
                scene.actor(1).sync();
            }
        }
        scene.read(1, 7);
        assertThat(scene.role(1)).isEqualTo("LEADER");
        assertThat(scene.core(1).commitIndex()).isLessThan(4);
        assertThat(scene.actor(1).reads).isEmpty();

        scene.heal().elapse(2 * Scene.HEARTBEAT);
        assertThat(scene.actor(1).reads).containsEntry(7L, 4L);
    }

    /** R4: while one round is under way all further reads share the next. */
    @Test
    void r4ReadsShareRounds() {
        Scene scene =
                Scene.led(3).hold(HeartbeatReply.class::isInstance).forget().read(1, 1);
        for (long id = 2; id <= 50; id++) {
            scene.read(1, id);
        }
        scene.settle();
        assertThat(scene.sent(Heartbeat.class, 2)).hasSize(1);

        scene.heal().settle();
        assertThat(scene.actor(1).reads).hasSize(50);
        assertThat(scene.sent(Heartbeat.class, 2)).hasSize(2);
    }

    /** R6, B67, scenario 36: whoever stops leading fails the reads it was asked for, its own and others'. */
    @Test
    void r6ReadsOfAFormerLeaderAreRefused() {
        Scene scene = Scene.led(3)
                .hold(HeartbeatReply.class::isInstance)
                .read(1, 7)
                .read(2, 8)
                .settle();
        scene.deliver(new HeartbeatReply(3, 1, 9, 0, 0, 0)).settle();

        assertThat(scene.actor(1).refusedReads).containsEntry(7L, Refusal.NOT_LEADER);
        assertThat(scene.actor(2).refusedReads).containsEntry(8L, Refusal.NOT_LEADER);
        scene.heal().settle();
        assertThat(scene.actor(1).reads).isEmpty();
        assertThat(scene.actor(2).reads).isEmpty();
    }

    /** B51, scenarios 60: equal numbers and late answers confirm no read of a deposed leader. */
    @Test
    void b51LateAnswersConfirmNoLaterReadOfADeposedLeader() {
        Scene scene = Scene.led(3).hold(m -> m instanceof HeartbeatReply && m.to() == 1);
        scene.read(1, 7).settle();
        scene.isolate(1).elect(2).propose(2).settle();

        scene.read(1, 8);
        scene.held.forEach(scene::deliver);
        scene.settle();

        assertThat(scene.actor(1).reads).as("7 began when 1 still led").containsOnlyKeys(7L);
    }

    /** R7, B52, B53, scenarios 57, 157, 168: followers and learners ask the leader, whoever that is by then. */
    @Test
    void r7FollowersAndLearnersAskTheLeader() {
        Scene scene = Scene.of("1:\n2 learner:").elect(1).propose(1).settle();
        scene.elapse(Scene.HEARTBEAT).read(2, 7).settle();
        assertThat(scene.actor(2).reads).containsEntry(7L, 2L);
        assertThat(scene.sent(ReadIndexRequest.class)).hasSize(1);
        assertThat(scene.sent(ReadIndexReply.class)).hasSize(1);
    }

    @Test
    void r7WithoutALeaderAReadFailsAtOnce() {
        Scene scene = Scene.of(3).read(2, 7);
        assertThat(scene.actor(2).refusedReads).containsEntry(7L, Refusal.NOT_LEADER);
    }

    /** R8: a question that is lost is given up, so that the reader may ask again. */
    @Test
    void r8LostQuestionIsGivenUp() {
        Scene scene =
                Scene.led(3).drop(ReadIndexRequest.class::isInstance).read(2, 7).elapse(2 * Scene.E);
        assertThat(scene.actor(2).refusedReads).containsEntry(7L, Refusal.NO_QUORUM);
    }

    // ------------------------------------------------------------------------------------------ leases

    @Test
    void l1LeaderWithALeaseReadsAlone() {
        Scene scene = leased().isolate(1);
        assertThat(readsAlone(scene, 1)).isTrue();
    }

    /** L7, B61: off unless the replicated configuration says so. */
    @Test
    void l7WithoutLeasesTheLeaderAsks() {
        assertThat(readsAlone(Scene.led(3).isolate(1), 1)).isFalse();
    }

    /** L1: counted from when the question was sent, with room for clocks that differ. */
    @Test
    void l1LeaseEndsBeforeTheVotersPromises() {
        Scene scene = leased().isolate(1);
        long left = scene.core(1).leaseRemainingNanos(scene.now());
        assertThat(left).isBetween(1L, Scene.E * 85 / 100);

        scene.pass(left - 1);
        assertThat(readsAlone(scene, 1)).isTrue();
        scene.pass(2);
        assertThat(readsAlone(scene, 1)).isFalse();
        RequestVote request = new RequestVote(3, 2, 5, new EntryId(1, 1), false);
        scene.forget().deliver(request).settle();
        assertThat(scene.sent(RequestVoteReply.class).get(0).granted())
                .as("the promise still holds")
                .isFalse();
    }

    /** B62: what counts is when the question left, not when its answer came. */
    @Test
    void b62SlowAnswersMakeNoLease() {
        Scene scene = leased().hold(m -> m instanceof HeartbeatReply || m instanceof AppendEntriesReply);
        scene.elapse(Scene.HEARTBEAT);
        scene.pass(Scene.E);
        scene.held.forEach(scene::deliver);
        assertThat(readsAlone(scene, 1)).isFalse();
    }

    /** B58, L3: learners and a minority make no lease. */
    @Test
    void b58LearnersMakeNoLease() {
        Scene scene =
                Scene.of("1 lease:\n2:\n3:\n4 learner:\n5 learner:").elect(1).elapse(Scene.HEARTBEAT);
        scene.isolate(2).isolate(3).elapse(Scene.E);
        assertThat(scene.role(1)).isEqualTo("LEADER");
        assertThat(readsAlone(scene, 1)).isFalse();
    }

    /** L1: an election alone makes no lease; nor does a leader read that has committed nothing of its term. */
    @Test
    void l1ElectionAloneMakesNoLease() {
        Scene scene =
                Scene.of(LEASES).drop(AppendEntries.class::isInstance).elect(1).elapse(Scene.HEARTBEAT);
        assertThat(scene.core(1).isReady()).isFalse();
        assertThat(readsAlone(scene, 1)).isFalse();
    }

    /** L4, B59: whoever has told another to campaign reads alone no more in this term, even if it goes on leading. */
    @Test
    void b59TransferEndsTheLeaseForTheTerm() {
        Scene scene = leased().drop(TimeoutNow.class::isInstance).transfer(1, 2).settle();
        assertThat(readsAlone(scene, 1)).isFalse();

        scene.elapse(2 * Scene.E);
        assertThat(scene.actor(1).changes.get(102L)).startsWith("NO_QUORUM");
        assertThat(scene.role(1)).isEqualTo("LEADER");
        scene.isolate(1);
        assertThat(readsAlone(scene, 1)).isFalse();
    }

    /** B59 as it happened: the message is late, the target is elected, the old leader does not know. */
    @Test
    void b59LateTimeoutNowElectsAnotherAndTheOldLeaderDoesNotReadAlone() {
        Scene scene = leased().hold(TimeoutNow.class::isInstance).transfer(1, 2).elapse(2 * Scene.E);
        TimeoutNow late = (TimeoutNow) scene.held.get(0);
        scene.heal().isolate(1).deliver(late).settle();
        assertThat(scene.role(2)).isEqualTo("LEADER");
        scene.propose(2).settle();

        assertThat(readsAlone(scene, 1)).isFalse();
    }

    /** K4, B60: a voter that restarts keeps the promise of its former life, says why, and then votes. */
    @Test
    void b60RestartedVoterKeepsItsPromise() {
        Scene scene = leased().isolate(1).restart(2);
        RequestVote request = new RequestVote(3, 2, 5, new EntryId(1, 1), false);
        scene.forget().deliver(request).settle();
        assertThat(scene.sent(RequestVoteReply.class).get(0).refusal()).isEqualTo(Refusal.RESTART_SILENCE);
        assertThat(scene.core(2).term()).isEqualTo(1);

        scene.pass(Scene.E).forget().deliver(request).settle();
        assertThat(scene.sent(RequestVoteReply.class).get(0).granted()).isTrue();
    }

    @Test
    void k4WithoutLeasesAndInAFreshGroupNobodyIsSilent() {
        Scene scene = Scene.of(LEASES);
        scene.deliver(new RequestPreVote(1, 2, 1, EntryId.ZERO));
        assertThat(scene.sent.toString()).contains("NONE");

        Scene without = Scene.led(3).isolate(1).restart(2).forget();
        without.deliver(new RequestVote(3, 2, 5, new EntryId(1, 1), false)).settle();
        assertThat(without.sent(RequestVoteReply.class).get(0).granted()).isTrue();
    }

    /** L5: a clock that goes back proves nothing any more. */
    @Test
    void l5ClockThatGoesBackEndsTheLease() {
        Scene scene = leased().isolate(1);
        assertThat(readsAlone(scene, 1)).isTrue();
        scene.pass(-Scene.MILLIS);
        assertThat(readsAlone(scene, 1)).isFalse();
    }

    /** L7: switched on, it counts with those who have the entry; switched off, it ends at once. */
    @Test
    void l7LeasesAreSwitchedOnAndOffByConfiguration() {
        Scene scene = Scene.led(3);
        scene.drop(m -> m instanceof AppendEntriesReply)
                .change(1, 1, leases(true))
                .elapse(Scene.HEARTBEAT);
        assertThat(readsAlone(scene, 1)).as("nobody has promised").isFalse();

        scene.heal().elapse(2 * Scene.HEARTBEAT);
        assertThat(readsAlone(scene, 1)).isTrue();

        scene.isolate(1).change(1, 2, leases(false));
        assertThat(readsAlone(scene, 1)).isFalse();
    }

    private static Configuration leases(boolean on) {
        Configuration plain = Figure.members("1 2 3");
        return new Configuration(
                plain.members(),
                plain.voters(),
                plain.outgoingVoters(),
                plain.learners(),
                plain.learnersNext(),
                false,
                on);
    }

    /** L9: without a lease a read is asked for in a round, and answered. */
    @Test
    void l9WithoutALeaseAReadIsAskedFor() {
        Scene scene = leased().pass(Scene.E).read(1, 7);
        assertThat(scene.actor(1).reads).isEmpty();
        scene.settle();
        assertThat(scene.actor(1).reads).containsKey(7L);
    }

    /** L3: while joint, both halves. */
    @Test
    void l3WhileJointBothHalvesMustHavePromised() {
        Scene scene = leased().newcomer(4).newcomer(5);
        Configuration target = Figure.members("1 4 5");
        Configuration withLeases = new Configuration(
                target.members(),
                target.voters(),
                target.outgoingVoters(),
                target.learners(),
                target.learnersNext(),
                false,
                true);
        scene.hold(m -> m.from() > 3 && scene.core(1).configuration().isJoint());
        scene.change(1, 1, withLeases).settle();
        assertThat(scene.core(1).configuration().isJoint()).isTrue();

        assertThat(scene.pass(Scene.E / 2).elapse(Scene.E / 2 + Scene.HEARTBEAT).role(1))
                .isEqualTo("LEADER");
        assertThat(readsAlone(scene, 1)).as("4 and 5 are silent").isFalse();
    }
}
