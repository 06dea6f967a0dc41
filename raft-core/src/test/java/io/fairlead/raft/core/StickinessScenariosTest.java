package io.fairlead.raft.core;

import static io.fairlead.raft.core.Given.vote;
import static io.fairlead.raft.core.Given.voteAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.HeartbeatReply;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.RequestPreVote;
import io.fairlead.raft.message.TimeoutNow;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A live leader is not replaced, a lost one is; whose term counts; how long members wait (dissertation §4.2.3; rules K, Q, T). */
class StickinessScenariosTest {
    /** K2, scenarios 50, 51, 111, 203 and 204: a live leader is not replaced, and the refusal says so. */
    @Test
    void k2LiveLeaderIsNotReplaced() {
        Scene scene = Scene.led(3).propose(1).settle();
        assertThat(voteAnswer(scene, new RequestPreVote(3, 2, 2, new EntryId(1, 2))))
                .isEqualTo(Refusal.LEADER_ALIVE);
        assertThat(voteAnswer(scene, vote(3, 2, 9, 1, 2))).isEqualTo(Refusal.LEADER_ALIVE);
        assertThat(voteAnswer(scene, vote(3, 1, 9, 1, 2)))
                .as("the leader itself")
                .isEqualTo(Refusal.LEADER_ALIVE);
        assertThat(scene.core(2).term()).as("T3: and the term stays").isEqualTo(1);

        scene.pass(Scene.E);
        assertThat(voteAnswer(scene, new RequestPreVote(3, 2, 2, new EntryId(1, 2))))
                .isEqualTo(Refusal.NONE);
    }

    /** T3, B16, B24: a leader that has restarted is voted for by those who still know it as leader. */
    @Test
    void b16RestartedLeaderMayBeElectedAgain() {
        Scene scene = Scene.led(3).restart(1);
        assertThat(voteAnswer(scene, vote(1, 2, 2, 1, 1))).isEqualTo(Refusal.NONE);
    }

    /** E14, scenario 204: a quorum that no longer hears the leader may replace it though a follower does. */
    @Test
    void e14QuorumMayReplaceALeaderThatOneFollowerHears() {
        Scene scene = Scene.of(5).elect(1).elapse(Scene.HEARTBEAT);
        scene.cut(1, 3).cut(1, 4).cut(1, 5).elapse(4 * Scene.E);
        assertThat(scene.leader()).isIn(3L, 4L, 5L);
    }

    /** B6: whoever stands has given up its leader, and does not refuse others in that leader's name. */
    @Test
    void b6WhoeverStandsKnowsNoLeader() {
        Scene scene = Scene.led(3).isolate(1);
        scene.timeout(3);
        assertThat(scene.core(3).leader()).isZero();
        assertThat(voteAnswer(scene, new RequestPreVote(2, 3, 2, new EntryId(1, 1))))
                .isEqualTo(Refusal.NONE);
    }

    /** B15, B93: neither granting a question nor proposals, reads and refused votes make a follower wait longer. */
    @Test
    void b15OnlyTheLeaderAndRealVotesMakeAFollowerWait() {
        Scene scene = Scene.led(3).isolate(1);
        long deadline = scene.core(2).nextDeadlineNanos();
        scene.pass(Scene.E);

        scene.deliver(new RequestPreVote(3, 2, 2, new EntryId(1, 1)));
        scene.deliver(new RequestPreVote(3, 2, 2, new EntryId(0, 0)));
        scene.deliver(vote(3, 2, 2, 0, 0));
        scene.propose(2);

        assertThat(scene.core(2).nextDeadlineNanos()).isEqualTo(deadline);
    }

    /** T10, B19: a stale log that raises the term does not silence those who could win. */
    @Test
    void t10RefusedVoteDoesNotResetTheElectionTimer() {
        Scene scene = Scene.of("1: 1 1\n2: 1 1\n3: 1");
        long deadline = scene.core(2).nextDeadlineNanos();
        assertThat(voteAnswer(scene, vote(3, 2, 5, 1, 1))).isEqualTo(Refusal.LOG_BEHIND);
        assertThat(scene.core(2).term()).isEqualTo(5);
        assertThat(scene.core(2).nextDeadlineNanos()).isEqualTo(deadline);

        assertThat(voteAnswer(scene, vote(1, 2, 6, 1, 2))).isEqualTo(Refusal.NONE);
        assertThat(scene.core(2).nextDeadlineNanos()).as("a granted one does").isNotEqualTo(deadline);
    }

    /** Q2, B48, scenarios 48, 49 and 205. */
    @Test
    void q2LeaderStaysWhileAQuorumAnswersAndGoesWhenNoneDoes() {
        Scene scene = Scene.led(3).isolate(3).elapse(5 * Scene.E);
        assertThat(scene.role(1)).isEqualTo("LEADER");

        scene.isolate(2).elapse(2 * Scene.E + 2 * Scene.HEARTBEAT);
        assertThat(scene.role(1)).isNotEqualTo("LEADER");
        assertThat(scene.core(1).term()).isEqualTo(1);
        assertThat(scene.actor(1).roles).anyMatch(role -> role.contains("no answer from a quorum"));
    }

    /** B48: a group of one asks nobody. */
    @Test
    void b48OnlyVoterNeverResigns() {
        Scene scene = Scene.of("1:\n2 learner:").elect(1).isolate(2).elapse(20 * Scene.E);
        assertThat(scene.role(1)).isEqualTo("LEADER");
    }

    /** B58: learners do not keep a leader in office. */
    @Test
    void b58LearnersAreNoQuorum() {
        Scene scene = Scene.of("1:\n2:\n3:\n4 learner:\n5 learner:\n6 learner:").elect(1);
        scene.isolate(2).isolate(3).elapse(3 * Scene.E);
        assertThat(scene.role(1)).isNotEqualTo("LEADER");
    }

    /** Q3: a leader that has not heard from a quorum for an election timeout takes nothing on. */
    @Test
    void q3LeaderWithoutAQuorumRefusesProposals() {
        Scene scene = Scene.led(3).isolate(1).elapse(Scene.E + 2 * Scene.HEARTBEAT);
        assertThat(scene.role(1)).isEqualTo("LEADER");
        scene.propose(1);
        assertThat(scene.actor(1).refusedProposals).containsValue(Refusal.NO_QUORUM);

        scene.heal().elapse(2 * Scene.HEARTBEAT).propose(1).settle();
        assertThat(scene.actor(1).refusedProposals).hasSize(1);
    }

    /** T4, scenarios 52 and 54: a member stuck in a higher term tells the leader, and a common term is found. */
    @Test
    void t4MemberInAHigherTermIsFreed() {
        Scene scene = Scene.led(3).isolate(3);
        scene.deliver(new TimeoutNow(1, 3, 1)).settle();
        assertThat(scene.core(3).term()).isEqualTo(2);

        scene.heal().elapse(6 * Scene.E);

        long term = scene.core(3).term();
        assertThat(scene.core(1).term()).isEqualTo(term).isGreaterThanOrEqualTo(2);
        assertThat(scene.core(2).term()).isEqualTo(term);
        assertThat(scene.leader()).isNotZero();
    }

    /** T1, scenarios 41 to 43, 119 to 121, 129: a higher term makes anyone a follower; only a leader's own words name it. */
    @Test
    void t1HigherTermMakesAFollower() {
        Scene scene = Scene.led(3);
        scene.deliver(new HeartbeatReply(2, 1, 3, 0, 0, 0));
        assertThat(scene.role(1)).isEqualTo("FOLLOWER");
        assertThat(scene.core(1).leader()).isZero();

        scene.deliver(new Heartbeat(3, 1, 4, 0, 0, 1));
        assertThat(scene.core(1).leader()).isEqualTo(3);
        assertThat(scene.core(1).term()).isEqualTo(4);
    }

    /** T9, scenarios 24 and 129: a candidate concedes to the leader of its own term. */
    @Test
    void t9CandidateConcedes() {
        Scene scene = Scene.of(3).isolate(1);
        scene.deliver(new TimeoutNow(2, 1, 0)).settle();
        assertThat(scene.role(1)).isEqualTo("CANDIDATE");

        scene.deliver(new Heartbeat(2, 1, 1, 0, 0, 1));

        assertThat(scene.role(1)).isEqualTo("FOLLOWER");
        assertThat(scene.core(1).leader()).isEqualTo(2);
    }

    /** Scenarios 27, 32, 122: what an old leader says is not done. */
    @Test
    void t6OldLeaderIsNotObeyed() {
        Scene scene = Scene.of("1 term=3: 1 2\n2 term=3: 1 2");
        scene.deliver(new AppendEntries(2, 1, 2, new EntryId(1, 1), 2, 0, 1, List.of()))
                .settle();
        assertThat(scene.core(1).commitIndex()).isZero();
        assertThat(scene.core(1).leader()).isZero();
    }

    /** Scenarios 31, 130 to 133, B20: waits are spread over [E, 2E), and members seldom wait alike. */
    @Test
    void b20WaitsAreSpreadAndSeldomEqual() {
        int equal = 0;
        TreeSet<Long> tenths = new TreeSet<>();
        for (int round = 0; round < 1000; round++) {
            List<Long> waits = new ArrayList<>();
            for (long id = 1; id <= 5; id++) {
                SplitMix random = new SplitMix(round * 1000L + id);
                long wait = Scene.E + random.below(Scene.E);
                waits.add(wait / Scene.MILLIS);
                tenths.add(wait / (Scene.E / 10));
            }
            long first = waits.stream().sorted().findFirst().orElseThrow();
            equal += waits.stream().filter(wait -> wait == first).count() > 1 ? 1 : 0;
        }
        assertThat(equal).isLessThan(300);
        assertThat(tenths).containsExactly(10L, 11L, 12L, 13L, 14L, 15L, 16L, 17L, 18L, 19L);
    }

    @Test
    void followerWaitsBetweenOneAndTwoElectionTimeouts() {
        for (int i = 0; i < 100; i++) {
            Scene scene = Scene.led(3);
            for (int j = 0; j < i; j++) {
                scene.nextSeed();
            }
            scene.restart(2);
            assertThat(scene.core(2).nextDeadlineNanos() - scene.now()).isBetween(Scene.E, 2 * Scene.E - 1);
        }
    }

    /** B169: a follower that was paused listens once before it stands. */
    @Test
    void b169PausedFollowerListensBeforeItStands() {
        Scene scene = Scene.led(3).pass(20 * Scene.E).tick(2);
        assertThat(scene.role(2)).isEqualTo("FOLLOWER");
        scene.isolate(1).timeout(2);
        assertThat(scene.role(2)).isEqualTo("PRE_CANDIDATE");
    }

    /** B28: a member that votes and never writes does not hold the others up. */
    @Test
    void b28MemberThatOnlyVotesHoldsNobodyUp() {
        Scene scene = Scene.led(3).drop(m -> m.to() == 3 && m instanceof AppendEntries);
        scene.propose(1).elapse(5 * Scene.E);
        assertThat(scene.role(1)).isEqualTo("LEADER");
        assertThat(scene.log(2)).isEqualTo("1 1 |");
    }

    /** K1, seed 50085741: however often a network repeats what a dead leader said, late, another one is elected in time. */
    @Test
    void k1OldWordsOfADeadLeaderKeepNobodyFromElecting() {
        Scene scene = Scene.led(3).forget().propose(1).settle().elapse(3 * Scene.HEARTBEAT);
        List<RaftMessage> old = scene.sent.stream().filter(m -> m.from() == 1).toList();
        assertThat(old).hasAtLeastOneElementOfType(AppendEntries.class).hasAtLeastOneElementOfType(Heartbeat.class);
        scene.crash(1);
        for (long waited = 0; waited < 4 * Scene.E && scene.leader() == 0; waited += Scene.HEARTBEAT) {
            old.forEach(scene::deliver);
            scene.elapse(Scene.HEARTBEAT);
        }
        assertThat(scene.leader()).isIn(2L, 3L);
    }

    /** K1: whoever has given up its leader goes on asking for votes when something old arrives, and ends at something new. */
    @Test
    void k1OldWordsDoNotEndACampaign() {
        Scene scene = Scene.led(3).isolate(1).isolate(3).timeout(3);
        scene.deliver(new Heartbeat(1, 3, 1, 1, 0, 1));
        scene.deliver(new Heartbeat(1, 3, 1, 1, 0, 0));
        assertThat(scene.role(3)).isEqualTo("PRE_CANDIDATE");
        assertThat(scene.core(3).leader()).isZero();

        scene.deliver(new Heartbeat(1, 3, 1, 1, 0, scene.now()));
        assertThat(scene.role(3)).isEqualTo("FOLLOWER");
        assertThat(scene.core(3).leader()).isEqualTo(1);
    }

    /** K1: entries that were overtaken are taken all the same, but for as long as before. */
    @Test
    void k1WhatWasOvertakenIsHeededButIsNoSignOfLife() {
        Scene scene = Scene.led(3).hold(m -> m.to() == 3 && m instanceof AppendEntries);
        scene.propose(1).settle().elapse(3 * Scene.HEARTBEAT);
        long deadline = scene.core(3).nextDeadlineNanos();
        scene.pass(Scene.HEARTBEAT);
        scene.held.forEach(scene::deliver);

        assertThat(scene.core(3).lastIndex()).isEqualTo(2);
        assertThat(scene.core(3).nextDeadlineNanos()).isEqualTo(deadline);
    }
}
