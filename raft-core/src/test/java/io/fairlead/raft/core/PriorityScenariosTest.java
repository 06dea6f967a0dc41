package io.fairlead.raft.core;

import static io.fairlead.raft.core.Given.voteAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.RequestPreVote;
import org.junit.jupiter.api.Test;

/** Who is wanted as leader (rule E13). */
class PriorityScenariosTest {
    private static Scene preferring3() {
        return Scene.of("1 priority=1:\n2 priority=1:\n3 priority=5:");
    }

    @Test
    void e13WhoIsWantedMoreWaitsLess() {
        Scene scene = preferring3();
        assertThat(scene.core(1).nextDeadlineNanos() - scene.now()).isGreaterThanOrEqualTo(3 * Scene.E / 2);
        assertThat(scene.core(3).nextDeadlineNanos() - scene.now()).isLessThan(2 * Scene.E);
    }

    @Test
    void e13WhoIsWantedMoreRefusesOnceAndSaysWhy() {
        Scene scene = preferring3();
        RequestPreVote question = new RequestPreVote(1, 3, 1, EntryId.ZERO);
        assertThat(voteAnswer(scene, question)).isEqualTo(Refusal.LOWER_PRIORITY);
        assertThat(voteAnswer(scene, new RequestPreVote(1, 3, 1, new EntryId(1, 1))))
                .as("a longer log")
                .isEqualTo(Refusal.NONE);

        scene.isolate(3).timeout(3).settle();
        assertThat(voteAnswer(scene, question)).as("it had its turn").isEqualTo(Refusal.NONE);
    }

    @Test
    void e13LeadershipGoesToWhomeverIsWantedMore() {
        Scene scene = preferring3().isolate(3).elect(1);
        scene.heal().elapse(4 * Scene.E);
        assertThat(scene.leader()).isEqualTo(3);
    }

    @Test
    void e13LeadershipGoesToTheMostWantedAtOnce() {
        Scene scene = Scene.of("1:\n2 priority=2:\n3 priority=3:\n4:\n5:")
                .isolate(2)
                .isolate(3)
                .elect(1);
        scene.heal().elapse(4 * Scene.E);
        assertThat(scene.leader()).isEqualTo(3);
        assertThat(scene.core(3).term()).as("one election, one transfer").isEqualTo(2);
    }

    /** B27: priority 0 never leads. */
    @Test
    void b27PriorityZeroNeverLeads() {
        for (long dead = 2; dead <= 3; dead++) {
            Scene scene = Scene.of("1 priority=0:\n2:\n3:").crash(dead);
            scene.elapse(10 * Scene.E);
            assertThat(scene.leader()).isEqualTo(5 - dead);
            scene.transfer(5 - dead, 1).elapse(2 * Scene.E);
            assertThat(scene.leader()).isEqualTo(5 - dead);
            assertThat(scene.actor(5 - dead).changes.get(101L)).startsWith("LOWER_PRIORITY");
        }
    }
}
