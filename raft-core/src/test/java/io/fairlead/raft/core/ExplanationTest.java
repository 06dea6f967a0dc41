package io.fairlead.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.TimeoutNow;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a member says about itself when somebody asks why there is no leader, or why it is slow. */
class ExplanationTest {
    private static List<String> explain(Scene scene, long id) {
        return scene.core(id).explain(scene.now());
    }

    @Test
    void healthyMembersHaveLittleToSay() {
        Scene scene = Scene.of(3).elect(1).elapse(Scene.HEARTBEAT);
        assertThat(explain(scene, 1)).containsExactly("leads in term 1");
        assertThat(explain(scene, 2)).singleElement().asString().startsWith("follows member 1 in term 1, heard of");
    }

    @Test
    void refusedVotesAreTold() {
        Scene scene = Scene.of("1 term=2: 1\n2 term=2: 1 2\n3 term=2: 1").crash(3);
        scene.timeout(1).settle();
        assertThat(explain(scene, 1))
                .anyMatch(line -> line.startsWith("no leader is known in term 2; one was last heard of never"))
                .contains("member 2 refuses its vote: its log is more complete")
                .contains("members [3] do not answer; [1] would vote for this member");
    }

    @Test
    void membersThatMayNotStandSayWhy() {
        Scene scene = Scene.of("1:\n2 priority=0:\n3 learner:\n4 outside:");
        assertThat(explain(scene, 2)).contains("this member has priority 0 and does not stand for election");
        assertThat(explain(scene, 3)).anyMatch(line -> line.contains("is not a voter of [1, 2]"));
        assertThat(explain(scene, 4)).anyMatch(line -> line.contains("waits to be added"));
    }

    @Test
    void promisesAreTold() {
        Scene scene = Scene.of("1 lease:\n2:\n3:")
                .elect(1)
                .elapse(Scene.HEARTBEAT)
                .isolate(1)
                .restart(2);
        assertThat(explain(scene, 2))
                .anyMatch(line -> line.contains("promised to vote for nobody, for another 150 ms"));
    }

    @Test
    void leaderTellsWhoHoldsItUp() {
        Scene scene = Scene.of(3).elect(1).elapse(Scene.HEARTBEAT).isolate(3);
        scene.drop(m -> m instanceof AppendEntriesReply).propose(1).propose(1);
        assertThat(explain(scene, 1))
                .contains("2 entries (16 bytes) are not committed yet")
                .contains("member 2 is 2 entries behind");

        scene.isolate(2).elapse(Scene.E + 2 * Scene.HEARTBEAT);
        assertThat(explain(scene, 1))
                .anyMatch(line -> line.startsWith("no quorum has answered for"))
                .anyMatch(line -> line.startsWith("member 3 is 2 entries behind, it last answered what was sent"));
    }

    @Test
    void leaderTellsOfSlowDisksTransfersAndChanges() {
        Scene scene =
                Scene.of("1 lease:\n2:\n3:").elect(1).elapse(Scene.HEARTBEAT).drop(TimeoutNow.class::isInstance);
        scene.actor(3).input(core -> core.onDiskDelay(2 * Scene.E, scene.now()));
        scene.actor(1).input(core -> core.onDiskDelay(Scene.E, scene.now()));
        scene.elapse(Scene.HEARTBEAT);
        assertThat(explain(scene, 1))
                .anyMatch(line -> line.startsWith("the lease lasts another"))
                .contains("member 3 is 0 entries behind, its oldest write has been waiting for 300 ms")
                .contains("this member's disk is slow: its oldest write has been waiting for a sync for 150 ms");

        scene.drop(AppendEntries.class::isInstance).change(1, 1, Figure.members("1 2"));
        assertThat(explain(scene, 1)).contains("the membership is changing: not committed: members [1, 2]");

        scene.transfer(1, 2);
        assertThat(explain(scene, 1)).contains("leadership is being handed to member 2; proposals wait");
    }
}
