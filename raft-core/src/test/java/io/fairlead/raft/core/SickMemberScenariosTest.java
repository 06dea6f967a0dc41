package io.fairlead.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.RequestPreVote;
import io.fairlead.raft.message.RequestPreVoteReply;
import io.fairlead.raft.message.TimeoutNow;
import org.junit.jupiter.api.Test;

/** Disks that do not answer, and processes that stood still. */
class SickMemberScenariosTest {
    private static void diskWaits(Scene scene, long member, long nanos) {
        scene.actor(member).input(core -> core.onDiskDelay(nanos, scene.now()));
    }

    @Test
    void aLeaderWhoseDiskDoesNotAnswerHandsOver() {
        Scene scene = Scene.led(3).elapse(Scene.HEARTBEAT);
        diskWaits(scene, 1, Scene.E);
        scene.settle();
        assertThat(scene.leader()).isEqualTo(1);

        diskWaits(scene, 1, 2 * Scene.E);
        scene.settle();
        assertThat(scene.leader()).isNotEqualTo(1);
    }

    @Test
    void itStepsDownIfNobodyTakesOver() {
        Scene scene = Scene.led(3).elapse(Scene.HEARTBEAT).drop(TimeoutNow.class::isInstance);
        diskWaits(scene, 1, 2 * Scene.E);
        scene.elapse(2 * Scene.E);
        assertThat(scene.role(1)).isEqualTo("LEADER");

        diskWaits(scene, 1, 5 * Scene.E);

        assertThat(scene.role(1)).isEqualTo("FOLLOWER");
    }

    @Test
    void itGoesOnLeadingIfAllDisksAreSick() {
        Scene scene = Scene.led(3);
        diskWaits(scene, 2, 3 * Scene.E);
        diskWaits(scene, 3, 3 * Scene.E);
        scene.elapse(Scene.HEARTBEAT);
        diskWaits(scene, 1, 9 * Scene.E);
        scene.settle();
        assertThat(scene.leader()).isEqualTo(1);
    }

    @Test
    void aVoterWithASickDiskHoldsBack() {
        Scene scene = Scene.of(3);
        diskWaits(scene, 2, 2 * Scene.E);
        scene.forget().timeout(2);
        assertThat(scene.sent(RequestPreVote.class)).isEmpty();

        scene.timeout(1);
        scene.settle();
        assertThat(scene.sent(RequestPreVoteReply.class))
                .anyMatch(reply -> reply.from() == 2 && reply.refusal() == Refusal.SICK_DISK);

        diskWaits(scene, 2, 0);
        scene.forget().timeout(2);
        assertThat(scene.core(2).explain(scene.now())).isNotEmpty();
    }

    @Test
    void aLeaderThatStoodStillConfirmsItselfFirst() {
        Scene scene = Scene.led(3).elapse(Scene.HEARTBEAT).settle();
        long before = scene.core(1).lastIndex();
        scene.isolate(1);
        scene.actor(1).input(core -> core.onPause(3 * Scene.E, scene.now() + 1));
        scene.propose(1);
        assertThat(scene.core(1).lastIndex()).isEqualTo(before);

        scene.heal().elapse(2 * Scene.HEARTBEAT).propose(1);
        assertThat(scene.core(1).lastIndex()).isEqualTo(before + 1);
    }
}
