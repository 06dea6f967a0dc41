package io.fairlead.raft.core;

import static io.fairlead.raft.core.Figure.members;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.RequestPreVote;
import io.fairlead.raft.message.RequestVote;
import io.fairlead.raft.message.TimeoutNow;
import org.junit.jupiter.api.Test;

/** Handing leadership over (dissertation §3.10; rules X1 to X9, M11). */
class TransferScenariosTest {
    private static String end(Scene scene, long target) {
        return scene.actor(1).changes.getOrDefault(100 + target, "under way");
    }

    /** Scenarios 93, 95; B162, B163: there and back, though all voters hear a live leader, and without asking first. */
    @Test
    void x6TransferThereAndBack() {
        Scene scene = Scene.led(3).forget().transfer(1, 2).settle();
        assertThat(scene.leader()).isEqualTo(2);
        assertThat(end(scene, 2)).startsWith("NONE");
        assertThat(scene.sent(RequestPreVote.class)).isEmpty();
        assertThat(scene.sent(RequestVote.class)).allMatch(RequestVote::transfer);

        scene.transfer(2, 1).settle();
        assertThat(scene.leader()).isEqualTo(1);
    }

    /** B163 with leases: promises do not hold up what the leader itself asks for. */
    @Test
    void b163TransferWithLeases() {
        Scene scene = Scene.of("1 lease:\n2:\n3:")
                .elect(1)
                .elapse(Scene.HEARTBEAT)
                .transfer(1, 3)
                .settle();
        assertThat(scene.leader()).isEqualTo(3);
    }

    /** X4, B160, scenario 96: the target is brought up to date first. */
    @Test
    void x4TargetIsCaughtUpFirst() {
        Scene scene = Scene.led(3).isolate(3).propose(1).propose(1).elapse(Scene.HEARTBEAT);
        scene.transfer(1, 3);
        assertThat(scene.sent(TimeoutNow.class)).isEmpty();

        scene.heal().elapse(2 * Scene.HEARTBEAT);

        assertThat(scene.leader()).isEqualTo(3);
        assertThat(scene.log(3)).startsWith("1 1 1 2");
    }

    /** Scenario 97: by a snapshot if it has to be. */
    @Test
    void x4TargetThatNeedsASnapshotGetsItFirst() {
        Scene scene = Scene.led(3).isolate(3).propose(1).propose(1).settle();
        scene.actor(1).compact(3);
        scene.heal().elapse(Scene.HEARTBEAT);
        scene.transfer(1, 3).elapse(2 * Scene.HEARTBEAT);
        assertThat(scene.leader()).isEqualTo(3);
    }

    /** X7, B113: what the target has only in memory does not count. */
    @Test
    void x7TargetMustHaveEverythingOnDisk() {
        Scene scene = Scene.led(3);
        scene.actor(2).diskHeld = true;
        scene.propose(1).settle().transfer(1, 2).settle();
        assertThat(scene.sent(TimeoutNow.class)).isEmpty();

        scene.actor(2).diskHeld = false;
        scene.settle();
        assertThat(scene.leader()).isEqualTo(2);
    }

    /** X8: without a name, whoever has everything. */
    @Test
    void x8BestIsWhoHasMost() {
        Scene scene = Scene.led(3)
                .isolate(2)
                .propose(1)
                .elapse(Scene.HEARTBEAT)
                .transfer(1, 0)
                .settle();
        assertThat(scene.leader()).isEqualTo(3);
    }

    /** X8: and among those whose disk is well. */
    @Test
    void x8SickDiskIsNotChosen() {
        Scene scene = Scene.led(3);
        scene.actor(2).input(core -> core.onDiskDelay(2 * Scene.E, scene.now()));
        scene.elapse(2 * Scene.HEARTBEAT).transfer(1, 0).settle();
        assertThat(scene.leader()).isEqualTo(3);
    }

    @Test
    void x8NobodyToHandOverTo() {
        Scene scene = Scene.led(3).isolate(1).elapse(2 * Scene.E).transfer(1, 0);
        assertThat(end(scene, 0)).startsWith("NO_QUORUM");
    }

    /** X2, scenarios 98 and 105: to itself has no effect, or ends what is under way. */
    @Test
    void x2TransferToItselfEndsAPendingOne() {
        Scene scene = Scene.led(3).transfer(1, 1);
        assertThat(end(scene, 1)).startsWith("NONE");

        scene.isolate(3).propose(1).elapse(Scene.HEARTBEAT).transfer(1, 3).transfer(1, 1);
        assertThat(end(scene, 3)).startsWith("SUPERSEDED");
        scene.propose(1).settle();
        assertThat(scene.actor(1).refusedProposals).isEmpty();
    }

    /** X1, scenarios 99 and 112. */
    @Test
    void x1OnlyVotersTakeOver() {
        Scene scene = Scene.of("1:\n2:\n3 learner:")
                .elect(1)
                .transfer(1, 9)
                .transfer(1, 3)
                .settle();
        assertThat(end(scene, 9)).startsWith("REMOVED");
        assertThat(end(scene, 3)).startsWith("REMOVED");
        assertThat(scene.sent(TimeoutNow.class)).isEmpty();
    }

    /** X5, scenario 100: an election timeout, not longer. */
    @Test
    void x5TransferThatGetsNowhereIsGivenUp() {
        Scene scene = Scene.led(3).isolate(3).propose(1).elapse(Scene.HEARTBEAT).transfer(1, 3);
        scene.elapse(Scene.E - Scene.MILLIS);
        assertThat(end(scene, 3)).isEqualTo("under way");
        scene.elapse(2 * Scene.MILLIS);
        assertThat(end(scene, 3)).startsWith("NO_QUORUM");
        assertThat(scene.role(1)).isEqualTo("LEADER");
    }

    /** X3, scenario 101: what is proposed meanwhile is refused for now; the runtime holds it. */
    @Test
    void x3ProposalsWait() {
        Scene scene = Scene.led(3).isolate(3).propose(1).elapse(Scene.HEARTBEAT).transfer(1, 3);
        long last = scene.core(1).lastIndex();
        scene.propose(1).propose(2).settle();
        assertThat(scene.core(1).lastIndex()).isEqualTo(last);
        assertThat(scene.actor(1).refusedProposals).containsValue(Refusal.TRANSFER_IN_PROGRESS);
        assertThat(scene.actor(2).refusedProposals).containsValue(Refusal.TRANSFER_IN_PROGRESS);

        scene.elapse(Scene.E).propose(1).settle();
        assertThat(scene.core(1).lastIndex()).isEqualTo(last + 1);
    }

    /** Scenario 102: someone else's election ends it. */
    @Test
    void x5HigherTermEndsIt() {
        Scene scene = Scene.led(3).isolate(3).propose(1).elapse(Scene.HEARTBEAT).transfer(1, 3);
        scene.deliver(new Heartbeat(2, 1, 5, 0, 0, 1));
        assertThat(end(scene, 3)).startsWith("NONE");
        assertThat(scene.role(1)).isEqualTo("FOLLOWER");
    }

    /** Scenario 106: another target replaces the first. */
    @Test
    void x2AnotherTargetReplacesTheFirst() {
        Scene scene = Scene.led(3)
                .isolate(3)
                .propose(1)
                .elapse(Scene.HEARTBEAT)
                .transfer(1, 3)
                .transfer(1, 2)
                .settle();
        assertThat(end(scene, 3)).startsWith("SUPERSEDED");
        assertThat(scene.leader()).isEqualTo(2);
    }

    /** Scenario 107: the same target again does not extend the time. */
    @Test
    void x2SameTargetAgainDoesNotExtendTheTime() {
        Scene scene = Scene.led(3).isolate(3).propose(1).elapse(Scene.HEARTBEAT).transfer(1, 3);
        scene.elapse(Scene.E / 2).transfer(1, 3);
        assertThat(end(scene, 3)).startsWith("TRANSFER_IN_PROGRESS");
        scene.elapse(Scene.E / 2 + Scene.MILLIS);
        assertThat(end(scene, 3)).startsWith("NO_QUORUM");
    }

    /** Scenarios 103 and 104 under our rule X3: a target does not lose its vote meanwhile, since changes have to wait. */
    @Test
    void x3MembershipDoesNotChangeMeanwhile() {
        Scene scene = Scene.led(3).isolate(3).propose(1).elapse(Scene.HEARTBEAT).transfer(1, 3);
        scene.change(1, 1, members("1 2"));
        assertThat(scene.actor(1).changes.get(1L)).startsWith("TRANSFER_IN_PROGRESS");
    }

    /** Scenarios 103 and 104, X5: a change that began before and takes the target's vote aborts the transfer. */
    @Test
    void x5TargetThatLosesItsVoteMeanwhileAborts() {
        Scene scene = Scene.led(3).newcomer(4).hold(m -> m instanceof AppendEntriesReply && m.from() == 4);
        scene.change(1, 1, members("1 2 4")).settle();
        scene.drop(m -> m instanceof TimeoutNow).transfer(1, 3);
        assertThat(end(scene, 3)).isEqualTo("under way");

        for (int i = 0; i < 5; i++) {
            scene.held.forEach(scene::deliver);
            scene.held.clear();
            scene.settle();
        }

        assertThat(scene.core(1).configuration().voters()).doesNotContain(3L);
        assertThat(end(scene, 3)).startsWith("REMOVED");
    }

    /** Scenario 108, X6: TimeoutNow at a removed member or of an old term is not obeyed. */
    @Test
    void x6OldTimeoutNowIsNotObeyed() {
        Scene scene = Scene.led(3).transfer(1, 2).settle();
        long term = scene.core(3).term();
        scene.deliver(new TimeoutNow(1, 3, term - 1)).settle();
        assertThat(scene.core(3).term()).isEqualTo(term);

        scene.change(2, 1, members("1 2"))
                .settle()
                .deliver(new TimeoutNow(2, 3, term))
                .settle();
        assertThat(scene.role(3)).isEqualTo("FOLLOWER");
        assertThat(scene.core(3).term()).isEqualTo(term);
    }

    /** B161: the old leader's heartbeat does not stop the target. */
    @Test
    void b161HeartbeatOfTheOldLeaderDoesNotStopTheTarget() {
        Scene scene =
                Scene.led(3).hold(RequestVote.class::isInstance).transfer(1, 2).settle();
        assertThat(scene.role(2)).isEqualTo("CANDIDATE");
        scene.deliver(new Heartbeat(1, 2, 1, 1, 0, 1));
        scene.deliver(new AppendEntries(1, 2, 1, new EntryId(1, 1), 1, 0, 1, java.util.List.of()));
        assertThat(scene.role(2)).isEqualTo("CANDIDATE");
        scene.heal().settle();
        assertThat(scene.leader()).isEqualTo(2);
    }
}
