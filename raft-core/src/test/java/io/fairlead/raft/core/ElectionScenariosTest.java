package io.fairlead.raft.core;

import static io.fairlead.raft.core.Given.vote;
import static io.fairlead.raft.core.Given.voteAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.RequestPreVote;
import io.fairlead.raft.message.RequestPreVoteReply;
import io.fairlead.raft.message.RequestVote;
import io.fairlead.raft.message.RequestVoteReply;
import io.fairlead.raft.message.TimeoutNow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may stand, who votes for whom, and who wins (§5.2, §5.4.1, dissertation §9.6; rules T, E). */
class ElectionScenariosTest {
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
        assertThat(voteAnswer(scene, vote(2, 3, 1, 5, 5))).isEqualTo(Refusal.ALREADY_VOTED);
        assertThat(voteAnswer(scene, vote(1, 3, 1, 0, 0))).isEqualTo(Refusal.NONE);
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
        Scene scene = Scene.led(3).isolate(3).propose(1).elapse(5 * Scene.E);
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
        assertThat(voteAnswer(scene, vote(1, 2, 4, lastTerm, lastIndex))).isEqualTo(expected);
        RequestPreVote question = new RequestPreVote(1, 3, 4, new EntryId(lastTerm, lastIndex));
        assertThat(voteAnswer(scene, question)).as("asked first (scenario 39)").isEqualTo(expected);
        assertThat(scene.core(3).term()).as("a question changes nothing").isEqualTo(2);
        assertThat(scene.core(3).votedFor()).isZero();
    }

    /** Scenario 128: one vote a term, first come; the same candidate may ask again. */
    @Test
    void e4OneVoteATerm() {
        Scene scene = Scene.of(3);
        assertThat(voteAnswer(scene, vote(1, 3, 1, 0, 0))).isEqualTo(Refusal.NONE);
        assertThat(voteAnswer(scene, vote(2, 3, 1, 0, 0))).isEqualTo(Refusal.ALREADY_VOTED);
        assertThat(voteAnswer(scene, vote(1, 3, 1, 0, 0))).isEqualTo(Refusal.NONE);
        assertThat(voteAnswer(scene, vote(2, 3, 2, 0, 0))).isEqualTo(Refusal.NONE);
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

        assertThat(voteAnswer(scene, new RequestPreVote(1, 3, term + 1, new EntryId(9, 9))))
                .isEqualTo(Refusal.NONE);
        assertThat(scene.role(3)).isEqualTo(role);
        assertThat(scene.core(3).term()).isEqualTo(term);

        assertThat(voteAnswer(scene, vote(1, 3, term + 1, 9, 9))).isEqualTo(Refusal.NONE);
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
        assertThat(voteAnswer(scene, new RequestPreVote(2, 1, 4, new EntryId(3, 1))))
                .isEqualTo(Refusal.STALE_TERM);
        assertThat(scene.core(2).term()).as("B5, E9: and adopt it").isEqualTo(5);
        assertThat(voteAnswer(scene, vote(2, 1, 4, 3, 1))).isEqualTo(Refusal.STALE_TERM);
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
        Scene scene = Scene.led(3);
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
        assertThat(voteAnswer(scene, vote(1, 3, 1, 0, 0))).isEqualTo(Refusal.NONE);
        scene.deliver(new Heartbeat(2, 3, 2, 0, 0, 1)).settle();
        assertThat(scene.core(3).leader()).isEqualTo(2);
    }
}
