package io.fairlead.raft.core;

import static io.fairlead.raft.core.Figure.members;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.RequestPreVote;
import io.fairlead.raft.message.TimeoutNow;
import org.junit.jupiter.api.Test;

/** Who is a member, and how that changes (§6, dissertation §4, rules M1 to M16). */
class MembershipScenariosTest {
    private static final long CHANGE = 1;

    private static String end(Scene scene, long leader) {
        return scene.actor(leader).changes.getOrDefault(CHANGE, "under way");
    }

    @Test
    void m6NewVoterComesInAsLearnerAndIsPromotedWhenItHasCaughtUp() {
        Scene scene = Scene.led(3).propose(1).settle().newcomer(4);
        scene.hold(m -> m instanceof AppendEntriesReply && m.from() == 4);

        scene.change(1, CHANGE, members("1 2 3 4")).settle();

        assertThat(scene.core(1).configuration().voters()).containsExactly(1L, 2L, 3L);
        assertThat(scene.core(1).configuration().learners()).containsExactly(4L);
        assertThat(end(scene, 1)).isEqualTo("under way");

        scene.heal().settle();
        assertThat(scene.core(1).configuration().voters()).containsExactly(1L, 2L, 3L, 4L);
        assertThat(scene.core(4).configuration()).isEqualTo(scene.core(1).configuration());
        assertThat(end(scene, 1)).isEqualTo("NONE: done");
    }

    /** B148: what was sent is not what was acknowledged. */
    @Test
    void b148NobodyIsPromotedForWhatWasOnlySentToIt() {
        Scene scene = Scene.of("""
                1:
                2:
                3:
                4 term=1 outside:
                """).elect(1);
        scene.actor(4).diskHeld = true;

        scene.change(1, CHANGE, members("1 2 3 4")).elapse(3 * Scene.E);

        assertThat(scene.core(4).lastIndex()).isEqualTo(scene.core(1).lastIndex());
        assertThat(scene.core(1).configuration().isVoter(4)).isFalse();
    }

    @Test
    void m6NewcomerThatDoesNotAnswerIsGivenUpAndTheMembershipIsAsItWas() {
        Scene scene = Scene.led(3);
        Configuration before = scene.core(1).configuration();

        scene.change(1, CHANGE, members("1 2 3 4")).elapse(12 * Scene.E);

        assertThat(end(scene, 1)).startsWith("NO_QUORUM").contains("member 4", "does not answer", "as it was");
        assertThat(scene.core(1).configuration()).isEqualTo(before);
        assertThat(scene.core(2).configuration()).isEqualTo(before);
        assertThat(scene.leader()).isEqualTo(1);
    }

    @Test
    void m6NewcomerThatIsAlwaysAnElectionTimeoutBehindIsGivenUp() {
        Scene scene = Scene.led(1).newcomer(2);
        scene.hold(m -> m instanceof AppendEntriesReply && m.from() == 2);
        scene.change(1, CHANGE, members("1 2")).settle();

        for (int round = 0; round < CatchUp.MAX_ROUNDS + 3; round++) {
            scene.elapse(2 * Scene.E).propose(1);
            scene.held.forEach(scene::deliver);
            scene.held.clear();
        }
        scene.elapse(Scene.HEARTBEAT);

        assertThat(end(scene, 1)).startsWith("NO_QUORUM").contains("cannot keep up");
        assertThat(scene.core(1).configuration().contains(2)).isFalse();
    }

    /** Scenarios 83, 218, 221: one voter more goes in one step. */
    @Test
    void m3OneVoterMoreNeedsNoJointConfiguration() {
        Scene scene = Scene.led(1).newcomer(2);
        scene.change(1, CHANGE, members("1 2")).settle();

        assertThat(scene.core(2).configuration().voters()).containsExactly(1L, 2L);
        assertThat(scene.actor(1).configurations).noneMatch(words -> words.contains("+"));
        assertThat(scene.log(2)).isEqualTo(scene.log(1)).endsWith("|");
    }

    /** Scenarios 222 and 223: any N for M in one call, through one joint configuration that leaves by itself (M5). */
    @Test
    void m3TwoForTwoGoThroughOneJointConfigurationThatIsLeftByItself() {
        Scene scene = Scene.led(3).newcomer(4).newcomer(5);

        scene.change(1, CHANGE, members("1 4 5")).settle();

        assertThat(scene.core(1).configuration()).isEqualTo(members("1 4 5"));
        assertThat(scene.core(4).configuration()).isEqualTo(members("1 4 5"));
        assertThat(scene.actor(1).configurations)
                .containsOnlyOnce("[1, 4, 5]+[1, 2, 3]")
                .containsOnlyOnce("[1, 4, 5] committed");
        assertThat(end(scene, 1)).isEqualTo("NONE: done");
    }

    /** B32, B1 of the other kind, scenario 190: while joint, one half alone decides nothing. */
    @Test
    void m3WhileJointBothHalvesMustAgree() {
        Scene scene = Scene.led(3).newcomer(4).newcomer(5);
        scene.change(1, CHANGE, members("1 4 5"));
        scene.hold(m -> m instanceof AppendEntriesReply
                && (m.from() == 4 || m.from() == 5)
                && scene.core(1).configuration().isJoint());
        scene.settle();
        assertThat(scene.core(1).configuration().isJoint()).isTrue();
        long committed = scene.core(1).commitIndex();

        scene.propose(1).settle();
        assertThat(scene.core(1).commitIndex()).as("old half only").isEqualTo(committed);

        scene.heal().settle();
        assertThat(scene.core(1).configuration()).isEqualTo(members("1 4 5"));
        assertThat(scene.core(1).commitIndex()).isEqualTo(scene.core(1).lastIndex());
    }

    /** B141, scenario 155: a leader that inherits a joint configuration leaves it, once. */
    @Test
    void m5NewLeaderLeavesAJointConfigurationThatItInherits() {
        Scene scene = Scene.led(3).newcomer(4).newcomer(5);
        scene.change(1, CHANGE, members("2 4 5"));
        scene.drop(m ->
                m instanceof AppendEntriesReply && scene.core(1).configuration().isJoint());
        scene.settle();
        assertThat(scene.core(2).configuration().isJoint()).isTrue();

        scene.heal().crash(1).elect(2);

        assertThat(scene.core(2).configuration()).isEqualTo(members("2 4 5"));
        assertThat(scene.core(4).configuration()).isEqualTo(members("2 4 5"));
        assertThat(scene.actor(2).configurations).containsOnlyOnce("[2, 4, 5] committed");
    }

    /** B142: proposals in a joint configuration do not make it leave twice. */
    @Test
    void b142ProposalsWhileJointLeaveItOnce() {
        Scene scene = Scene.led(3);
        scene.change(1, CHANGE, members("1"));
        for (int i = 0; i < 20; i++) {
            scene.propose(1);
        }
        scene.settle();

        assertThat(scene.core(1).configuration()).isEqualTo(members("1"));
        assertThat(scene.actor(1).configurations).containsOnlyOnce("[1]");
    }

    /** Rule M4, scenario 194: a voter that becomes a learner keeps its old vote until the joint configuration is left. */
    @Test
    void m4VoterBecomesLearnerWhenTheJointConfigurationIsLeft() {
        Scene scene = Scene.led(4);
        scene.change(1, CHANGE, members("1 2 learners 3 4"));
        scene.drop(m -> m instanceof AppendEntries && m.to() != 2);
        Configuration joint = scene.core(1).configuration();

        assertThat(joint.isVoter(3)).isTrue();
        assertThat(joint.learners()).isEmpty();
        assertThat(joint.learnersNext()).containsExactly(3L, 4L);

        scene.heal().elapse(Scene.HEARTBEAT);
        assertThat(scene.core(3).configuration()).isEqualTo(members("1 2 learners 3 4"));
        assertThat(scene.role(3)).isEqualTo("LEARNER");
    }

    /** B153 (M8): compare and set. */
    @Test
    void m8AnotherVersionThanTheCallerSawIsRefused() {
        Scene scene = Scene.led(3);
        long version = scene.core(1).configurationId().index();
        scene.change(1, CHANGE, members("1 2")).settle();

        scene.actor(1).input(core -> core.changeMembership(2, members("1 2 3"), version, scene.now()));

        assertThat(scene.actor(1).changes.get(2L)).startsWith("SUPERSEDED").contains("look at it again");
        assertThat(scene.core(1).configuration()).isEqualTo(members("1 2"));
    }

    @Test
    void m8ChangeThatWouldLoseTheQuorumNowIsRefusedAndSaysWhoIsMissing() {
        Scene scene = Scene.led(5).isolate(4).isolate(5).elapse(2 * Scene.E);

        scene.change(1, CHANGE, members("1 4 5"));

        assertThat(end(scene, 1)).startsWith("NO_QUORUM").contains("[1, 4, 5]", "[4, 5]");
        assertThat(scene.core(1).configuration()).isEqualTo(members("1 2 3 4 5"));
    }

    @Test
    void m10GroupKeepsAtLeastOneVoterWhoMayLead() {
        Scene scene = Scene.led(1);
        scene.change(1, CHANGE, members("learners 1"));
        assertThat(end(scene, 1)).startsWith("NO_QUORUM").contains("at least one voter");
    }

    /** Scenario 81, M2: a second change is refused to its caller, not turned into something else. */
    @Test
    void m2OneChangeAtATime() {
        Scene scene = Scene.led(3);
        scene.drop(AppendEntries.class::isInstance);
        scene.change(1, CHANGE, members("1 2"));
        long last = scene.core(1).lastIndex();

        scene.change(1, 2, members("1 3"));

        assertThat(scene.actor(1).changes.get(2L)).contains("under way");
        assertThat(scene.core(1).lastIndex()).isEqualTo(last);
    }

    /** B140 (Ongaro 2015): a leader that has committed nothing of its own term changes nothing. */
    @Test
    void b140LeaderChangesNothingBeforeItsTermHasCommitted() {
        Scene scene = Scene.of(4);
        scene.drop(AppendEntries.class::isInstance).elect(1);

        scene.change(1, CHANGE, members("1 2 3"));

        assertThat(end(scene, 1)).contains("has not committed an entry of its term");
        assertThat(scene.core(1).configuration()).isEqualTo(members("1 2 3 4"));
    }

    /** B143, scenarios 156, 193: what is there already may be asked for again (M9). */
    @Test
    void m9SameMembershipTwiceAndThenAnother() {
        Scene scene = Scene.led(3);
        scene.change(1, 1, members("1 2 3")).settle();
        scene.change(1, 2, members("1 2 3")).settle();
        scene.change(1, 3, members("1 2")).settle();

        assertThat(scene.actor(1).changes.values()).containsOnly("NONE: done");
        assertThat(scene.core(2).configuration()).isEqualTo(members("1 2"));
    }

    /** B40, B92 of the suite: an entry that waits for a removed member commits as soon as the change is in force. */
    @Test
    void b40RemovalOfASilentVoterCommitsWhatWaitedForIt() {
        Scene scene = Scene.led(2).isolate(2).elapse(Scene.E / 2).propose(1).settle();
        assertThat(scene.log(1)).isEqualTo("1 | 1");

        scene.change(1, CHANGE, members("1")).settle();

        assertThat(scene.log(1)).isEqualTo("1 1 1 |");
        assertThat(end(scene, 1)).isEqualTo("NONE: done");
    }

    /** B54 (R5): so does a read. */
    @Test
    void b54RemovalOfASilentVoterCompletesTheReadThatWaitedForIt() {
        Scene scene = Scene.led(2).isolate(2).elapse(Scene.E / 2).read(1, 7).settle();
        assertThat(scene.actor(1).reads).isEmpty();

        scene.change(1, CHANGE, members("1")).settle();

        assertThat(scene.actor(1).reads).containsKey(7L);
    }

    /** B144, M16: two voters become one by removing the leader. */
    @Test
    void m16LeaderOfTwoRemovesItself() {
        Scene scene = Scene.led(2);

        scene.change(1, CHANGE, members("2")).settle().elapse(3 * Scene.E);

        assertThat(end(scene, 1)).isEqualTo("NONE: done");
        assertThat(scene.leader()).isEqualTo(2);
        assertThat(scene.core(2).configuration()).isEqualTo(members("2"));
    }

    /** B39, C4, scenario 219: a leader that is being removed does not count itself. */
    @Test
    void c4LeaderThatIsBeingRemovedDoesNotCountItself() {
        Scene scene = Scene.led(3);
        scene.drop(m -> m instanceof AppendEntriesReply && m.from() == 3);

        scene.change(1, CHANGE, members("2 3")).settle();
        assertThat(scene.core(1).commitIndex())
                .as("1 and 2 are no majority of 2 and 3")
                .isEqualTo(1);
        assertThat(scene.role(1)).isEqualTo("LEADER");
    }

    /** B146, B152, M11, scenarios 220 and 223: it hands over, and is silent for ever after. */
    @Test
    void m11RemovedLeaderHandsOverAndKeepsSilent() {
        Scene scene = Scene.led(3);
        scene.change(1, CHANGE, members("2 3")).settle();

        assertThat(scene.sent(TimeoutNow.class)).hasSize(1);
        assertThat(scene.leader()).isIn(2L, 3L);
        assertThat(scene.role(1)).isEqualTo("FOLLOWER");
        scene.forget().elapse(10 * Scene.E);
        assertThat(scene.sent).noneMatch(m -> m.from() == 1 && m instanceof Heartbeat);
        assertThat(scene.sent(RequestPreVote.class)).noneMatch(m -> m.from() == 1);
        scene.propose(1);
        assertThat(scene.core(2).commitIndex()).isEqualTo(scene.core(3).commitIndex());
    }

    /** M12: a removed member is told once, by the entry itself; then nobody speaks to it any more. */
    @Test
    void m12RemovedMemberHearsOfItOnce() {
        Scene scene = Scene.led(3);
        scene.change(1, CHANGE, members("1 2")).settle();

        assertThat(scene.core(3).configuration()).isEqualTo(members("1 2"));
        assertThat(scene.actor(3).configurations).contains("[1, 2] committed");
        scene.elapse(Scene.HEARTBEAT).forget().elapse(10 * Scene.E);
        assertThat(scene.sent).noneMatch(m -> m.to() == 3 || m.from() == 3);
    }

    /** B23, §12: a removed member that did not hear of it disturbs nobody. */
    @Test
    void b23RemovedMemberThatDidNotHearOfItDisturbsNobody() {
        Scene scene = Scene.led(3)
                .isolate(3)
                .change(1, CHANGE, members("1 2"))
                .settle()
                .elapse(5 * Scene.E);
        scene.heal();
        long term = scene.core(1).term();

        for (int i = 0; i < 20; i++) {
            scene.elapse(Scene.HEARTBEAT).timeout(3).settle();
        }

        assertThat(scene.core(1).term()).isEqualTo(term);
        assertThat(scene.role(1)).isEqualTo("LEADER");
        assertThat(scene.core(3).explain(scene.now()))
                .contains("member 1 refuses its vote: this member is no longer part of the group");
    }

    /** B1, B147, scenarios 10, 202: a voter that does not know yet that it is one answers votes (E6). */
    @Test
    void e6LearnerThatDoesNotKnowOfItsPromotionVotes() {
        Scene scene = Scene.led(2).newcomer(3);
        scene.drop(m -> m.to() == 3
                && m instanceof AppendEntries append
                && append.entries().stream().anyMatch(entry -> entry.index() > 2));
        scene.change(1, CHANGE, members("1 2 3")).settle();
        assertThat(scene.core(2).configuration().voters()).containsExactly(1L, 2L, 3L);
        assertThat(scene.core(3).configuration().isVoter(3)).isFalse();

        scene.heal().crash(1).elect(2);

        assertThat(scene.core(3).configuration().isVoter(3)).isTrue();
    }

    /** Scenarios 115 and 116 with our rule M1: a configuration counts as soon as it is in the log. */
    @Test
    void m1ConfigurationIsInForceBeforeItIsCommittedOrApplied() {
        Scene scene = Scene.led(3);
        scene.actor(2).applyHeld = true;
        scene.change(1, CHANGE, members("1 2")).settle().crash(3).crash(1);

        scene.timeout(2).settle();
        assertThat(scene.role(2)).as("2 alone is no majority of 1 and 2").isEqualTo("PRE_CANDIDATE");
        assertThat(scene.core(2).configuration()).isEqualTo(members("1 2"));
    }

    /** M1: and no longer when it is cut off. */
    @Test
    void m1ConfigurationThatIsCutOffIsNoLongerInForce() {
        Scene scene = Scene.led(3).isolate(1);
        scene.change(1, CHANGE, members("1 2"));
        assertThat(scene.core(1).configuration()).isEqualTo(members("1 2"));

        scene.elect(2).heal().elapse(2 * Scene.HEARTBEAT);

        assertThat(scene.core(1).configuration()).isEqualTo(members("1 2 3"));
        assertThat(end(scene, 1)).startsWith("NOT_LEADER");
    }

    /** B149, scenario 84: learner and voter in turns. */
    @Test
    void b149LearnerAndVoterInTurns() {
        Scene scene = Scene.led(3);
        for (int i = 0; i < 5; i++) {
            scene.change(1, CHANGE, members("1 2 learners 3")).settle();
            assertThat(scene.role(3)).isEqualTo("LEARNER");
            scene.change(1, CHANGE, members("1 2 3")).settle().propose(1).settle();
            assertThat(scene.log(3)).isEqualTo(scene.log(1));
        }
        assertThat(scene.core(3).configuration()).isEqualTo(members("1 2 3"));
    }

    /** B151, scenario 85: a voter that was added just now does not make the leader resign. */
    @Test
    void b151FreshVoterCountsAsHeard() {
        Scene scene = Scene.led(1).newcomer(2);
        scene.change(1, CHANGE, members("1 2")).settle();
        scene.isolate(2).elapse(Scene.E - Scene.HEARTBEAT);
        assertThat(scene.role(1)).isEqualTo("LEADER");

        scene.elapse(3 * Scene.E);
        assertThat(scene.role(1)).isNotEqualTo("LEADER");
    }

    /** Dissertation §4.2.2, figure 4.6: only the one that is removed has the entry that everybody waits for. */
    @Test
    void memberRemovedByWhatIsNotCommittedStandsAndWins() {
        Scene scene = Scene.led(2).isolate(2);
        scene.change(1, CHANGE, members("2")).settle().restart(1);
        assertThat(scene.core(1).configuration()).isEqualTo(members("2"));

        scene.heal().timeout(1).settle().elapse(3 * Scene.E);

        assertThat(scene.core(2).configuration()).isEqualTo(members("2"));
        assertThat(scene.leader()).isEqualTo(2);
        assertThat(scene.log(2)).endsWith("|");
    }
}
