package io.fairlead.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.InstallSnapshot;
import io.fairlead.raft.message.InstallSnapshotReply;
import org.junit.jupiter.api.Test;

/** Followers that need what the log no longer has (§7; rules S1 to S9, P5, P7). */
class SnapshotScenariosTest {
    /** B70, B81, P7, scenarios 76, 79, 145, 148, 149, 215, 216: a follower behind the log's start gets a snapshot. */
    @Test
    void p7FollowerBehindTheLogsStartGetsASnapshot() {
        Scene scene = Scene.led(3).isolate(3).propose(1).propose(1).settle();
        scene.actor(1).compact(3);
        scene.heal().elapse(2 * Scene.HEARTBEAT);
        assertThat(scene.sent(InstallSnapshot.class, 3)).hasSize(1);
        assertThat(scene.log(3)).isEqualTo("..3");
        assertThat(scene.actor(1).progressOf(3).state()).isEqualTo(Progress.State.REPLICATE);

        scene.propose(1).settle();
        assertThat(scene.log(3)).isEqualTo("..3 1 |");
    }

    /** P5, scenarios 67, 146: meanwhile nothing else is sent to it, and heartbeats are. */
    @Test
    void p5NothingIsSentToAPeerThatTakesInASnapshot() {
        Scene scene = Scene.led(3).isolate(3).propose(1).settle();
        scene.actor(1).compact(2);
        scene.actor(3).snapshotsHeld = true;
        scene.heal().elapse(2 * Scene.HEARTBEAT).forget();
        scene.propose(1).propose(1).elapse(Scene.HEARTBEAT);
        assertThat(scene.sent(AppendEntries.class, 3)).isEmpty();
        assertThat(scene.sent(Heartbeat.class, 3)).isNotEmpty();
    }

    /** P7, scenario 77: nobody makes a snapshot for a peer that does not answer. */
    @Test
    void p7SilentPeerGetsNoSnapshot() {
        Scene scene = Scene.led(3).isolate(3).propose(1).elapse(2 * Scene.E);
        scene.actor(1).compact(2);
        scene.forget().actor(1).input(core -> core.onUnreachable(3, scene.now()));
        scene.elapse(Scene.E);
        assertThat(scene.sent(InstallSnapshot.class)).isEmpty();
    }

    /** S1, S2, B120, scenario 75: a snapshot that tells nothing new only moves the commit index. */
    @Test
    void s2SnapshotOfWhatIsThereCutsNothingOff() {
        Scene scene = Scene.led(3).propose(1).propose(1).settle();
        Scene other = Scene.of("1 term=1: 1 1 1\n2 term=1: 1 1 1 1 1");
        scene.actor(1).compact(2);
        InstallSnapshot offer = new InstallSnapshot(1, 2, 1, java.util.Objects.requireNonNull(scene.actor(1).snapshot));
        other.deliver(offer).settle();
        assertThat(other.log(2)).isEqualTo("1 1 1 | 1 1");
        assertThat(other.core(2).leader()).as("scenario 78").isEqualTo(1);
        assertThat(other.actor(2).fetching).isEmpty();
    }

    /** S9, B126, scenario 147: a snapshot that fails is offered again. */
    @Test
    void s9FailedSnapshotIsOfferedAgain() {
        Scene scene = Scene.led(3).isolate(3).propose(1).settle();
        scene.actor(1).compact(2);
        scene.actor(3).snapshotsHeld = true;
        scene.heal().elapse(2 * Scene.HEARTBEAT);
        long id = scene.actor(3).fetching.get(0).id();
        scene.actor(3).input(core -> core.onSnapshotFailed(id, scene.now()));
        scene.actor(3).snapshotsHeld = false;
        scene.actor(3).fetching.clear();
        scene.elapse(2 * Scene.HEARTBEAT);
        assertThat(scene.sent(InstallSnapshot.class)).hasSize(2);
        assertThat(scene.core(3).commitIndex()).isEqualTo(2);
    }

    /** B127, S8: a snapshot is given up when nothing moves, and not because it takes long. */
    @Test
    void b127SnapshotThatMovesIsNotGivenUpHoweverLongItTakes() {
        Scene scene = Scene.led(3).isolate(3).propose(1).settle();
        scene.actor(1).compact(2);
        scene.actor(3).snapshotsHeld = true;
        scene.heal().elapse(2 * Scene.HEARTBEAT);
        long id = scene.actor(3).fetching.get(0).id();
        for (int i = 0; i < 10; i++) {
            scene.elapse(5 * Scene.E);
            scene.deliver(new InstallSnapshotReply(3, 1, 1, id, InstallSnapshotReply.Status.FETCHING, i));
        }
        assertThat(scene.sent(InstallSnapshot.class)).hasSize(1);

        scene.elapse(12 * Scene.E);
        assertThat(scene.sent(InstallSnapshot.class))
                .as("nothing has moved for long")
                .hasSizeGreaterThan(1);
    }

    /** B75, scenario 217: whatever reconnects the peer will do, not only the snapshot that was offered. */
    @Test
    void b75AnyAnswerThatReconnectsEndsTheSnapshot() {
        Scene scene = Scene.led(3).isolate(3).propose(1).propose(1).settle();
        scene.actor(1).compact(2);
        scene.actor(3).snapshotsHeld = true;
        scene.heal().elapse(2 * Scene.HEARTBEAT);
        assertThat(scene.actor(1).progressOf(3).state()).isEqualTo(Progress.State.SNAPSHOT);

        scene.acknowledge(3, 1, 1);
        assertThat(scene.actor(1).progressOf(3).state()).isEqualTo(Progress.State.SNAPSHOT);
        scene.acknowledge(3, 1, 2);
        assertThat(scene.actor(1).progressOf(3).state()).isEqualTo(Progress.State.REPLICATE);
    }

    /** S7, B122, B123, scenarios 70 to 74: the configuration comes with the snapshot, whatever was in the log. */
    @Test
    void s7SnapshotBringsItsConfiguration() {
        Scene scene = Scene.led(3).isolate(3);
        scene.change(1, 1, Figure.members("1 2 learners 3")).settle();
        scene.actor(1).compact(2);
        scene.heal().elapse(2 * Scene.HEARTBEAT);
        assertThat(scene.role(3)).isEqualTo("LEARNER");
        assertThat(scene.core(3).configuration()).isEqualTo(scene.core(1).configuration());
    }

    /** S5, B130: while the state machine is replaced nothing is handed to it. */
    @Test
    void s5NothingIsAppliedWhileAStateIsReplaced() {
        Scene scene = Scene.led(3).isolate(3).propose(1).propose(1).settle();
        scene.actor(1).compact(3);
        scene.heal().elapse(2 * Scene.HEARTBEAT).propose(1).settle();
        assertThat(scene.actor(3).applied.stream().map(Entry::index)).containsExactly(1L, 4L);
    }
}
