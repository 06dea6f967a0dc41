package io.fairlead.raft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.InstallSnapshot;
import io.fairlead.raft.message.RequestPreVote;
import io.fairlead.raft.message.SnapshotMeta;
import org.junit.jupiter.api.Test;

/** Restarts, pauses, slow disks, slow state machines, and what a leader does with its time. */
class MemberLifeScenariosTest {
    /** Scenarios 63, 124: only a leader speaks, to all, every heartbeat interval, and with nothing in its hands. */
    @Test
    void leaderSpeaksEveryHeartbeatInterval() {
        Scene scene = Scene.led(3).forget().elapse(10 * Scene.HEARTBEAT);
        assertThat(scene.sent(Heartbeat.class, 2)).hasSize(10).allMatch(beat -> beat.from() == 1);
        assertThat(scene.sent(Heartbeat.class, 3)).hasSize(10);
        assertThat(scene.sent(AppendEntries.class)).isEmpty();
    }

    /** B21: beats that are late by a part of the interval do not push the later ones back. */
    @Test
    void b21LateBeatsDoNotPushTheLaterOnesBack() {
        Scene scene = Scene.led(3);
        long first = scene.core(1).nextDeadlineNanos();
        for (int i = 1; i <= 200; i++) {
            scene.pass(scene.core(1).nextDeadlineNanos() - scene.now() + (i * 7919L) % (Scene.HEARTBEAT / 2))
                    .tick(1)
                    .settle();
        }
        assertThat(scene.core(1).nextDeadlineNanos()).isEqualTo(first + 200 * Scene.HEARTBEAT);
    }

    /** B24, B169: a leader that was paused for long finds its place again, and the group a leader. */
    @Test
    void b24GroupRecoversFromALongPauseOfItsLeader() {
        Scene scene = Scene.led(3).isolate(1).elapse(5 * Scene.E).heal().elapse(3 * Scene.E);
        assertThat(scene.leader()).isNotZero();
        long term = scene.core(scene.leader()).term();
        for (long id = 1; id <= 3; id++) {
            assertThat(scene.core(id).leader()).isEqualTo(scene.leader());
            assertThat(scene.core(id).term()).isEqualTo(term);
        }
    }

    /** B84: a follower whose disk stands still for long goes on when it moves again, and nothing is left behind. */
    @Test
    void b84SlowDiskHoldsUpNobodyAndCatchesUp() {
        Scene scene = Scene.led(3);
        scene.actor(3).diskHeld = true;
        for (int i = 0; i < 200; i++) {
            scene.propose(1).settle();
        }
        assertThat(scene.core(1).commitIndex()).isEqualTo(201);
        scene.elapse(2_000 * Scene.MILLIS);

        scene.actor(3).diskHeld = false;
        scene.elapse(2 * Scene.HEARTBEAT);
        assertThat(scene.core(3).commitIndex()).isEqualTo(201);
        assertThat(scene.actor(1).progressOf(3).inflights.count()).isZero();
        assertThat(scene.actor(1).progressOf(3).inflights.bytes()).isZero();
    }

    /** B87: a busy state machine delays nobody's heartbeat. */
    @Test
    void b87BusyStateMachineCausesNoElection() {
        Scene scene = Scene.led(3);
        for (long id = 1; id <= 3; id++) {
            scene.actor(id).applyHeld = true;
        }
        scene.propose(1).forget().elapse(10 * Scene.E);
        assertThat(scene.sent(RequestPreVote.class)).isEmpty();
        assertThat(scene.core(1).term()).isEqualTo(1);
    }

    /** B91, T8: numbers near the largest. */
    @Test
    void b91TermsNearTheLargest() {
        long term = Long.MAX_VALUE - 10;
        Scene scene = Scene.of("1 term=" + term + ": " + term + "\n2 term=" + term + ": " + term);
        scene.elect(1).elapse(Scene.HEARTBEAT);
        assertThat(scene.core(2).term()).isEqualTo(term + 1);
        assertThat(scene.log(2)).endsWith("|");
    }

    /** Scenario 35: each answer of a follower that lags brings it an append; one that has everything gets none. */
    @Test
    void answersOfALaggingFollowerBringItAppends() {
        Scene scene = Scene.led(3)
                .drop(m -> m instanceof AppendEntries && m.to() == 2)
                .propose(1)
                .settle()
                .forget();
        scene.elapse(3 * Scene.HEARTBEAT);
        assertThat(scene.sent(AppendEntries.class, 2)).hasSizeGreaterThanOrEqualTo(2);

        scene.heal().elapse(2 * Scene.HEARTBEAT).forget().elapse(3 * Scene.HEARTBEAT);
        assertThat(scene.sent(AppendEntries.class, 2)).isEmpty();
    }

    /** Scenario 47: a write that completes after the leadership has ended commits nothing. */
    @Test
    void writeThatCompletesAfterTheLeadershipCommitsNothing() {
        Scene scene = Scene.of(1).elect(1);
        scene.actor(1).diskHeld = true;
        scene.propose(1);
        scene.deliver(new Heartbeat(2, 1, 9, 0, 0, 1));
        scene.actor(1).diskHeld = false;
        scene.settle();
        assertThat(scene.core(1).durableIndex()).isEqualTo(2);
        assertThat(scene.core(1).commitIndex()).isEqualTo(1);
    }

    /** Scenario 82, M2: a leader that inherits a configuration that is not committed does not change it yet. */
    @Test
    void m2NewLeaderFirstCommitsTheConfigurationThatItInherits() {
        Scene scene = Scene.led(3).drop(m -> m instanceof AppendEntriesReply && m.to() == 1);
        scene.change(1, 1, Figure.members("1 2")).settle();
        scene.drop(m -> m instanceof AppendEntries && m.from() == 2)
                .crash(3)
                .restart(1)
                .timeout(2)
                .settle();
        assertThat(scene.role(2)).isEqualTo("LEADER");

        scene.change(2, 2, Figure.members("1 2 3"));
        assertThat(scene.actor(2).changes.get(2L)).contains("under way");
    }

    /** Scenarios 158 to 160, B44, B46: a restart from a snapshot and what follows it. */
    @Test
    void b44RestartFromASnapshotAndItsTail() {
        Scene scene = Scene.led(3).propose(1).propose(1).propose(1).settle();
        scene.actor(2).compact(3);
        scene.restart(2);
        assertThat(scene.log(2)).startsWith("..3");
        assertThat(scene.core(2).appliedIndex()).isEqualTo(3);
        assertThat(scene.role(2)).isEqualTo("FOLLOWER");
        assertThat(scene.core(2).leader()).isZero();

        scene.elapse(2 * Scene.HEARTBEAT);
        assertThat(scene.log(2)).isEqualTo("..3 1 |");
        assertThat(scene.core(2).appliedIndex()).isEqualTo(4);
    }

    /** B111: a leader whose first entry is not on disk may die; nothing that was acknowledged is lost. */
    @Test
    void b111LeaderDiesRightAfterItsElection() {
        Scene scene = Scene.led(3).propose(1).settle().isolate(1);
        scene.elect(2);
        scene.restart(2).elapse(4 * Scene.E);
        assertThat(scene.leader()).isIn(2L, 3L);
        assertThat(scene.log(scene.leader())).startsWith("1 1 ").endsWith("|");
    }

    /** B102: a leader's entries are not on disk before the term in which they came. */
    @Test
    void b102TermIsOnDiskWithOrBeforeTheEntriesOfIt() {
        Scene scene = Scene.of(3).elect(1);
        scene.restart(3);
        assertThat(scene.core(3).term()).isEqualTo(1);
        assertThat(scene.log(3)).startsWith("1");
        scene.actor(3)
                .disk
                .values()
                .forEach(entry -> assertThat(entry.term())
                        .isLessThanOrEqualTo(scene.core(3).term()));
    }

    /** S6, B121: a snapshot that contradicts what is committed stops the member. */
    @Test
    void s6SnapshotThatContradictsTheLogStopsTheMember() {
        Scene scene = Scene.of("1 term=2: 1 2 |\n2 term=2:");
        SnapshotMeta wrong =
                new SnapshotMeta(1, new EntryId(1, 2), scene.core(1).configuration(), 0, 0, 0);
        assertThatThrownBy(() -> scene.core(1).onMessage(new InstallSnapshot(2, 1, 2, wrong), scene.now()))
                .hasMessageContaining("contradicts the committed entry");
    }

    /** T9, S1: two leaders of one term are never taken for one. */
    @Test
    void t9TwoLeadersOfOneTermStopTheMember() {
        Scene scene = Scene.led(3);
        assertThatThrownBy(() -> scene.core(1).onMessage(new Heartbeat(2, 1, 1, 0, 0, 1), scene.now()))
                .hasMessageContaining("both lead in term 1");
    }

    /** Scenario 87, 173, 198: learners come and go, and so do addresses, without a change of voters (M13). */
    @Test
    void m13LearnersAndAddressesChangeInOneStep() {
        Scene scene = Scene.led(3)
                .newcomer(4)
                .change(1, 1, Figure.members("1 2 3 learners 4"))
                .settle()
                .propose(1)
                .settle();
        assertThat(scene.log(4)).isEqualTo(scene.log(1));
        assertThat(scene.role(4)).isEqualTo("LEARNER");

        scene.change(1, 2, Figure.members("1 2 3")).settle();
        assertThat(scene.core(1).configuration().learners()).isEmpty();
        assertThat(scene.actor(1).changes.values()).containsOnly("NONE: done");
        assertThat(scene.actor(1).configurations).noneMatch(words -> words.contains("+"));
    }
}
