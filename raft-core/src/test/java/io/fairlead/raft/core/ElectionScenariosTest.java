package io.fairlead.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.HeartbeatReply;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.RequestPreVote;
import io.fairlead.raft.message.RequestPreVoteReply;
import io.fairlead.raft.message.RequestVote;
import io.fairlead.raft.message.RequestVoteReply;
import io.fairlead.raft.message.TimeoutNow;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may stand, who votes for whom, and who wins (§5.2, §5.4.1, dissertation §9.6; rules T, E, K). */
class ElectionScenariosTest {
    private static Scene led() {
        return Scene.of(3).elect(1).elapse(Scene.HEARTBEAT);
    }

    private static RequestVote vote(long from, long to, long term, long lastTerm, long lastIndex) {
        return new RequestVote(from, to, term, new EntryId(lastTerm, lastIndex), false);
    }

    private static Refusal answer(Scene scene, RaftMessage request) {
        scene.forget().deliver(request).settle();
        RaftMessage reply = scene.sent.get(0);
        return reply instanceof RequestVoteReply real ? real.refusal() : ((RequestPreVoteReply) reply).refusal();
    }

    // ---------------------------------------------------------------------------- standing and winning

    /** Scenarios 123, 125, 142: a follower that hears nothing asks all others, and says how long its log is. */
    @Test
    void e2FollowerAsksAllOthersFirstAndKeepsItsTerm() {
        Scene scene = Scene.of("""
                1: 1 1 3
                2: 1 1
                3: 1
                """);
        assertThat(scene.role(1)).isEqualTo("FOLLOWER");

        scene.timeout(1);

        assertThat(scene.role(1)).isEqualTo("PRE_CANDIDATE");
        assertThat(scene.core(1).term()).isEqualTo(3);
        assertThat(scene.sent(RequestPreVote.class))
                .containsExactly(
                        new RequestPreVote(1, 2, 4, new EntryId(3, 3)), new RequestPreVote(1, 3, 4, new EntryId(3, 3)));
    }

    /** Scenarios 7, 127, 201: with a quorum of asked ones it stands in the next term, and wins by a majority. */
    @ParameterizedTest
    @CsvSource({
        "1, 0, LEADER",
        "3, 0, LEADER",
        "3, 1, LEADER",
        "3, 2, PRE_CANDIDATE",
        "5, 2, LEADER",
        "5, 3, PRE_CANDIDATE"
    })
    void e3WinsIffAMajorityAnswers(int voters, int dead, String role) {
        Scene scene = Scene.of(voters);
        for (int id = voters; id > voters - dead; id--) {
            scene.crash(id);
        }
        scene.timeout(1).settle();

        assertThat(scene.role(1)).isEqualTo(role);
        assertThat(scene.core(1).term()).isEqualTo(role.equals("LEADER") ? 1 : 0);
    }

    /** Scenario 6: a majority that refuses the vote itself makes the candidate a follower in its new term (E8). */
    @Test
    void e8CandidateThatIsRefusedByAMajorityFollows() {
        Scene scene = Scene.of(3).hold(RequestVote.class::isInstance);
        scene.timeout(1).settle();
        assertThat(scene.role(1)).isEqualTo("CANDIDATE");

        scene.deliver(new RequestVoteReply(2, 1, 1, Refusal.ALREADY_VOTED, 0));
        assertThat(scene.role(1)).isEqualTo("CANDIDATE");
        scene.deliver(new RequestVoteReply(3, 1, 1, Refusal.ALREADY_VOTED, 0));

        assertThat(scene.role(1)).isEqualTo("FOLLOWER");
        assertThat(scene.core(1).term()).isEqualTo(1);
        assertThat(scene.core(1).leader()).isZero();
    }

    /** Scenarios 25, 26, 200 and E12: one voter is enough, when its vote is on disk. */
    @Test
    void e12OnlyVoterLeadsAsSoonAsItsVoteIsDurable() {
        Scene scene = Scene.of(1);
        scene.actor(1).diskHeld = true;
        scene.timeout(1).settle();
        assertThat(scene.role(1)).isEqualTo("CANDIDATE");

        scene.actor(1).diskHeld = false;
        scene.settle();
        assertThat(scene.role(1)).isEqualTo("LEADER");
        assertThat(scene.log(1)).isEqualTo("1 |");
    }

    /** B9, B101: requests for votes leave when term and vote are on disk, not before. */
    @Test
    void b9CandidateAsksWhenItsOwnVoteIsDurable() {
        Scene scene = Scene.of(3);
        scene.actor(1).diskHeld = true;
        scene.timeout(1).settle();
        assertThat(scene.role(1)).isEqualTo("CANDIDATE");
        assertThat(scene.sent(RequestVote.class)).isEmpty();

        // The power goes: the term was never used, and grants for it make no leader.
        scene.restart(1).deliver(new RequestVoteReply(2, 1, 1, Refusal.NONE, 0));
        scene.deliver(new RequestVoteReply(3, 1, 1, Refusal.NONE, 0));
        assertThat(scene.role(1)).isEqualTo("FOLLOWER");
    }

    /** B11, B103: nor is a vote promised before it is on disk, or forgotten after it. */
    @Test
    void b11VoteIsDurableBeforeItIsTold() {
        Scene scene = Scene.of(3);
        scene.actor(3).diskHeld = true;
        scene.deliver(vote(1, 3, 1, 0, 0)).settle();
        assertThat(scene.sent(RequestVoteReply.class)).isEmpty();

        scene.actor(3).diskHeld = false;
        scene.settle();
        assertThat(scene.sent(RequestVoteReply.class)).hasSize(1);
        scene.restart(3);
        assertThat(answer(scene, vote(2, 3, 1, 5, 5))).isEqualTo(Refusal.ALREADY_VOTED);
        assertThat(answer(scene, vote(1, 3, 1, 0, 0))).isEqualTo(Refusal.NONE);
    }

    /** Scenarios 44 and 45: the own vote becoming durable after the election was lost counts for nothing. */
    @Test
    void e11OwnVoteOfALostElectionDoesNotCount() {
        Scene scene = Scene.of(3);
        scene.actor(1).diskHeld = true;
        scene.timeout(1).settle();
        scene.deliver(new RequestVoteReply(2, 1, 1, Refusal.NONE, 0));
        scene.deliver(new Heartbeat(3, 1, 2, 0, 0, 1));

        scene.actor(1).diskHeld = false;
        scene.settle();

        assertThat(scene.role(1)).isEqualTo("FOLLOWER");
        assertThat(scene.core(1).leader()).isEqualTo(3);
    }

    /** Scenario 46, B14: late answers of the round of questions neither elect a candidate nor disturb a leader. */
    @Test
    void b14LateAnswersOfAnEarlierRoundChangeNothing() {
        Scene scene = Scene.of(5)
                .hold(m -> m instanceof RequestPreVoteReply && m.from() > 3)
                .elect(1);
        long term = scene.core(1).term();

        scene.heal().settle();

        assertThat(scene.role(1)).isEqualTo("LEADER");
        assertThat(scene.core(1).term()).isEqualTo(term);
    }

    @Test
    void e7GrantsOfTheQuestionAreNoVotes() {
        Scene scene =
                Scene.of(5).hold(m -> m instanceof RequestVote || (m instanceof RequestPreVoteReply && m.from() > 3));
        scene.timeout(1).settle();
        assertThat(scene.role(1)).isEqualTo("CANDIDATE");

        scene.held.stream()
                .filter(RequestPreVoteReply.class::isInstance)
                .toList()
                .forEach(scene::deliver);

        assertThat(scene.role(1)).isEqualTo("CANDIDATE");
    }

    /** E7, B13: one answer a voter, and a refusal is none. */
    @Test
    void b13OnlyTheFirstAnswerOfAVoterCounts() {
        Scene scene = Scene.of(5).hold(RequestVote.class::isInstance);
        scene.timeout(1).settle();
        for (int i = 0; i < 3; i++) {
            scene.deliver(new RequestVoteReply(2, 1, 1, Refusal.NONE, 0));
        }
        scene.deliver(new RequestVoteReply(3, 1, 1, Refusal.ALREADY_VOTED, 4));
        scene.deliver(new RequestVoteReply(3, 1, 1, Refusal.NONE, 0));
        assertThat(scene.role(1)).isEqualTo("CANDIDATE");

        scene.deliver(new RequestVoteReply(4, 1, 1, Refusal.NONE, 0));
        assertThat(scene.role(1)).isEqualTo("LEADER");
    }

    /** B22, E8, scenario 126: a candidate that hears nothing asks again before it raises the term again. */
    @Test
    void b22CandidateWithoutAnswersAsksAgainFirst() {
        Scene scene = Scene.of(3).drop(RequestVoteReply.class::isInstance);
        scene.timeout(1).settle();
        assertThat(scene.core(1).term()).isEqualTo(1);

        scene.isolate(1).timeout(1).settle().timeout(1).settle();
        assertThat(scene.role(1)).isEqualTo("PRE_CANDIDATE");
        assertThat(scene.core(1).term()).isEqualTo(1);
    }

    /** Scenarios 11 and 12: each in turn. */
    @Test
    void leadersInTurn() {
        Scene scene = Scene.of(3);
        for (long id : new long[] {1, 2, 3, 1}) {
            scene.elect(id);
            for (long other = 1; other <= 3; other++) {
                assertThat(scene.core(other).leader()).isEqualTo(id);
            }
        }
    }

    /** Scenarios 13 and 14: a majority of older logs elects over one newer log, which is overwritten. */
    @Test
    void newerUncommittedEntryOfAMinorityIsOverwritten() {
        Scene scene = Scene.of("""
                1 term=1: 1
                2 term=1: 1
                3 term=2: 2
                4 term=2 vote=3:
                5 term=2 vote=3:
                """);
        scene.timeout(1).settle(); // Learns of term 2 from the refusals.
        assertThat(scene.core(1).term()).isEqualTo(2);
        scene.elect(1).elapse(Scene.HEARTBEAT);

        for (long id = 1; id <= 5; id++) {
            assertThat(scene.log(id)).isEqualTo("1 3 |");
        }
    }

    /** Scenario 22 and 23: with pre-vote, a cut-off member with a short log disturbs nobody when it is back. */
    @Test
    void cutOffMemberDisturbsNobodyWhenItIsBack() {
        Scene scene = led().isolate(3).propose(1).elapse(5 * Scene.E);
        long term = scene.core(1).term();

        scene.heal().timeout(3).elapse(2 * Scene.E);

        assertThat(scene.role(1)).isEqualTo("LEADER");
        assertThat(scene.core(3).term()).isEqualTo(term);
        assertThat(scene.log(3)).isEqualTo(scene.log(1));
    }

    /** Scenario 110: two win the question, split the vote; a later round elects. */
    @Test
    void splitVoteIsResolvedByALaterRound() {
        Scene scene = Scene.of("""
                1 term=1:
                2 term=1:
                3 term=1:
                """).crash(1);
        scene.hold(RequestVote.class::isInstance);
        scene.timeout(2).timeout(3).settle();
        assertThat(scene.core(2).term()).isEqualTo(2);
        assertThat(scene.core(3).term()).isEqualTo(2);
        assertThat(scene.leader()).isZero();

        scene.heal().elapse(6 * Scene.E);
        assertThat(scene.leader()).isNotZero();
    }

    // -------------------------------------------------------------------------------------------- votes

    /** Scenarios 38, 143, 178 and B12: the log comparison of §5.4.1; the voter's log ends with 2:2. */
    @ParameterizedTest
    @CsvSource({
        "1, 1, LOG_BEHIND", "1, 3, LOG_BEHIND", "1, 100, LOG_BEHIND",
        "2, 1, LOG_BEHIND", "2, 2, NONE", "2, 3, NONE",
        "3, 1, NONE", "3, 2, NONE", "3, 3, NONE"
    })
    void e4VoteNeedsALogThatIsUpToDate(long lastTerm, long lastIndex, Refusal expected) {
        Scene scene = Scene.of("""
                1 term=2:
                2 term=2: 1 2
                3 term=2: 1 2
                """);
        assertThat(answer(scene, vote(1, 2, 4, lastTerm, lastIndex))).isEqualTo(expected);
        RequestPreVote question = new RequestPreVote(1, 3, 4, new EntryId(lastTerm, lastIndex));
        assertThat(answer(scene, question)).as("asked first (scenario 39)").isEqualTo(expected);
        assertThat(scene.core(3).term()).as("a question changes nothing").isEqualTo(2);
        assertThat(scene.core(3).votedFor()).isZero();
    }

    /** Scenario 128: one vote a term, first come; the same candidate may ask again. */
    @Test
    void e4OneVoteATerm() {
        Scene scene = Scene.of(3);
        assertThat(answer(scene, vote(1, 3, 1, 0, 0))).isEqualTo(Refusal.NONE);
        assertThat(answer(scene, vote(2, 3, 1, 0, 0))).isEqualTo(Refusal.ALREADY_VOTED);
        assertThat(answer(scene, vote(1, 3, 1, 0, 0))).isEqualTo(Refusal.NONE);
        assertThat(answer(scene, vote(2, 3, 2, 0, 0))).isEqualTo(Refusal.NONE);
    }

    /** Scenarios 15 and 16: from any role. */
    @ParameterizedTest
    @ValueSource(strings = {"FOLLOWER", "PRE_CANDIDATE", "CANDIDATE", "LEARNER"})
    void e6VotesInAnyRole(String role) {
        Scene scene = role.equals("LEARNER") ? Scene.of("1:\n2:\n3 learner:") : Scene.of(3);
        scene.isolate(3);
        if (role.equals("PRE_CANDIDATE")) {
            scene.timeout(3).settle();
        } else if (role.equals("CANDIDATE")) {
            scene.deliver(new TimeoutNow(1, 3, 0)).settle();
        }
        assertThat(scene.role(3)).isEqualTo(role);
        long term = scene.core(3).term();

        assertThat(answer(scene, new RequestPreVote(1, 3, term + 1, new EntryId(9, 9))))
                .isEqualTo(Refusal.NONE);
        assertThat(scene.role(3)).isEqualTo(role);
        assertThat(scene.core(3).term()).isEqualTo(term);

        assertThat(answer(scene, vote(1, 3, term + 1, 9, 9))).isEqualTo(Refusal.NONE);
        assertThat(scene.core(3).term()).isEqualTo(term + 1);
        assertThat(scene.core(3).votedFor()).isEqualTo(1);
    }

    /** T5, T6, B4: a question or a request of a lower term is answered, with the term. */
    @Test
    void t5LowerTermsAreToldTheTerm() {
        Scene scene = Scene.of("""
                1 term=5: 5
                2 term=3: 3
                """);
        assertThat(answer(scene, new RequestPreVote(2, 1, 4, new EntryId(3, 1))))
                .isEqualTo(Refusal.STALE_TERM);
        assertThat(scene.core(2).term()).as("B5, E9: and adopt it").isEqualTo(5);
        assertThat(answer(scene, vote(2, 1, 4, 3, 1))).isEqualTo(Refusal.STALE_TERM);
    }

    /** B3, scenario 109: a member left behind in an old term comes back when the leader has died. */
    @Test
    void b3MemberOfAnOldTermHelpsToElect() {
        Scene scene = Scene.of("""
                1 term=7: 1 5
                2 term=7: 1 5
                3 term=2: 1
                """).crash(1);

        scene.elapse(6 * Scene.E);

        assertThat(scene.leader()).isEqualTo(2);
        assertThat(scene.log(3)).isEqualTo(scene.log(2));
    }

    /** B4, B5, scenarios 113 and 114: newer logs in a low term and an old log in a high one find a leader. */
    @Test
    void b5HighTermWithAnOldLogDoesNotBlockThoseWithNewerLogs() {
        Scene scene = Scene.of("""
                1 term=2: 1 2 2
                2 term=2: 1 2 2
                3 term=7: 1
                """).crash(1);
        scene.elapse(10 * Scene.E);

        assertThat(scene.leader()).isEqualTo(2);
        assertThat(scene.core(2).term()).isGreaterThanOrEqualTo(8);
    }

    // ------------------------------------------------------------------------------------ who may not stand

    /** B2, B17, scenarios 8, 9, 88, 112: learners and strangers never stand. */
    @ParameterizedTest
    @ValueSource(strings = {"learner", "outside"})
    void e1WhoHasNoVoteDoesNotStand(String part) {
        Scene scene = Scene.of("1:\n2:\n3 " + part + ":");
        scene.pass(10 * Scene.E).tick(3);
        scene.deliver(new TimeoutNow(1, 3, 0)).settle();

        assertThat(scene.role(3)).isIn("LEARNER", "FOLLOWER");
        assertThat(scene.sent).noneMatch(m -> m.from() == 3);
        assertThat(scene.core(3).nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    /** Scenarios 90 and 91. */
    @Test
    void leaderDoesNotStand() {
        Scene scene = led();
        scene.deliver(new TimeoutNow(2, 1, 1)).settle();
        assertThat(scene.core(1).term()).isEqualTo(1);
        assertThat(scene.role(1)).isEqualTo("LEADER");
    }

    /** B8: not with a snapshot under way, since its configuration is not known yet. */
    @Test
    void b8NobodyStandsWhileASnapshotComesIn() {
        Scene scene = Scene.of(3).crash(3).elect(1);
        scene.actor(1).compact(1);
        scene.restart(3);
        scene.actor(3).snapshotsHeld = true;
        scene.elapse(2 * Scene.HEARTBEAT);
        assertThat(scene.actor(3).fetching).hasSize(1);

        scene.isolate(3).timeout(3).timeout(3).settle();
        assertThat(scene.role(3)).isEqualTo("FOLLOWER");
    }

    /** Scenario 53, E6: a member outside its own configuration follows and votes. */
    @Test
    void strangerFollowsAndVotes() {
        Scene scene = Scene.of("1:\n2:\n3 outside:");
        assertThat(answer(scene, vote(1, 3, 1, 0, 0))).isEqualTo(Refusal.NONE);
        scene.deliver(new Heartbeat(2, 3, 2, 0, 0, 1)).settle();
        assertThat(scene.core(3).leader()).isEqualTo(2);
    }

    // --------------------------------------------------------------------------- stickiness, check-quorum

    /** K2, scenarios 50, 51, 111, 203 and 204: a live leader is not replaced, and the refusal says so. */
    @Test
    void k2LiveLeaderIsNotReplaced() {
        Scene scene = led().propose(1).settle();
        assertThat(answer(scene, new RequestPreVote(3, 2, 2, new EntryId(1, 2))))
                .isEqualTo(Refusal.LEADER_ALIVE);
        assertThat(answer(scene, vote(3, 2, 9, 1, 2))).isEqualTo(Refusal.LEADER_ALIVE);
        assertThat(answer(scene, vote(3, 1, 9, 1, 2))).as("the leader itself").isEqualTo(Refusal.LEADER_ALIVE);
        assertThat(scene.core(2).term()).as("T3: and the term stays").isEqualTo(1);

        scene.pass(Scene.E);
        assertThat(answer(scene, new RequestPreVote(3, 2, 2, new EntryId(1, 2))))
                .isEqualTo(Refusal.NONE);
    }

    /** T3, B16, B24: a leader that has restarted is voted for by those who still know it as leader. */
    @Test
    void b16RestartedLeaderMayBeElectedAgain() {
        Scene scene = led().restart(1);
        assertThat(answer(scene, vote(1, 2, 2, 1, 1))).isEqualTo(Refusal.NONE);
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
        Scene scene = led().isolate(1);
        scene.timeout(3);
        assertThat(scene.core(3).leader()).isZero();
        assertThat(answer(scene, new RequestPreVote(2, 3, 2, new EntryId(1, 1))))
                .isEqualTo(Refusal.NONE);
    }

    /** B15, B93: neither granting a question nor proposals, reads and refused votes make a follower wait longer. */
    @Test
    void b15OnlyTheLeaderAndRealVotesMakeAFollowerWait() {
        Scene scene = led().isolate(1);
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
        assertThat(answer(scene, vote(3, 2, 5, 1, 1))).isEqualTo(Refusal.LOG_BEHIND);
        assertThat(scene.core(2).term()).isEqualTo(5);
        assertThat(scene.core(2).nextDeadlineNanos()).isEqualTo(deadline);

        assertThat(answer(scene, vote(1, 2, 6, 1, 2))).isEqualTo(Refusal.NONE);
        assertThat(scene.core(2).nextDeadlineNanos()).as("a granted one does").isNotEqualTo(deadline);
    }

    /** Q2, B48, scenarios 48, 49 and 205. */
    @Test
    void q2LeaderStaysWhileAQuorumAnswersAndGoesWhenNoneDoes() {
        Scene scene = led().isolate(3).elapse(5 * Scene.E);
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
        Scene scene = led().isolate(1).elapse(Scene.E + 2 * Scene.HEARTBEAT);
        assertThat(scene.role(1)).isEqualTo("LEADER");
        scene.propose(1);
        assertThat(scene.actor(1).refusedProposals).containsValue(Refusal.NO_QUORUM);

        scene.heal().elapse(2 * Scene.HEARTBEAT).propose(1).settle();
        assertThat(scene.actor(1).refusedProposals).hasSize(1);
    }

    /** T4, scenarios 52 and 54: a member stuck in a higher term tells the leader, and a common term is found. */
    @Test
    void t4MemberInAHigherTermIsFreed() {
        Scene scene = led().isolate(3);
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
        Scene scene = led();
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

    // ------------------------------------------------------------------------------------------ timers

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
            Scene scene = led();
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
        Scene scene = led().pass(20 * Scene.E).tick(2);
        assertThat(scene.role(2)).isEqualTo("FOLLOWER");
        scene.isolate(1).timeout(2);
        assertThat(scene.role(2)).isEqualTo("PRE_CANDIDATE");
    }

    // ---------------------------------------------------------------------------------------- priority

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
        assertThat(answer(scene, question)).isEqualTo(Refusal.LOWER_PRIORITY);
        assertThat(answer(scene, new RequestPreVote(1, 3, 1, new EntryId(1, 1))))
                .as("a longer log")
                .isEqualTo(Refusal.NONE);

        scene.isolate(3).timeout(3).settle();
        assertThat(answer(scene, question)).as("it had its turn").isEqualTo(Refusal.NONE);
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

    // ------------------------------------------------------------------------------------------- B28

    /** B28: a member that votes and never writes does not hold the others up. */
    @Test
    void b28MemberThatOnlyVotesHoldsNobodyUp() {
        Scene scene = led().drop(m -> m.to() == 3 && m instanceof AppendEntries);
        scene.propose(1).elapse(5 * Scene.E);
        assertThat(scene.role(1)).isEqualTo("LEADER");
        assertThat(scene.log(2)).isEqualTo("1 1 |");
    }
}
