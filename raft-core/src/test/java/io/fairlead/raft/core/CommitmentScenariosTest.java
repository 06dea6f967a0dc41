package io.fairlead.raft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.HeartbeatReply;
import io.fairlead.raft.message.Refusal;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is committed, when, and who hears of it (§5.3, §5.4; rules A11, C1 to C5, H1, H2). */
class CommitmentScenariosTest {
    /** C1, B31, B34, scenarios 30 and 190: the index that a majority has, against counting. */
    @Test
    void c1QuorumIndexAgainstCounting() {
        SplitMix random = new SplitMix(3);
        for (int round = 0; round < 2000; round++) {
            int voters = 1 + (int) random.below(9);
            long[] match = new long[voters + 1];
            StringBuilder words = new StringBuilder();
            for (int id = 1; id <= voters; id++) {
                match[id] = random.below(6);
                words.append(id).append(' ');
            }
            long expected = 0;
            for (long index = 1; index <= 6; index++) {
                long candidate = index;
                if (Arrays.stream(match).skip(1).filter(m -> m >= candidate).count() >= voters / 2 + 1) {
                    expected = index;
                }
            }
            assertThat(Quorum.reached(Figure.members(words.toString()), id -> match[(int) id]))
                    .as(Arrays.toString(match))
                    .isEqualTo(expected);
        }
    }

    /** Scenarios 28, 135, 136: committed iff a majority has it on disk. */
    @ParameterizedTest
    @CsvSource({"1, 0, true", "3, 1, true", "3, 0, false", "5, 2, true", "5, 1, false"})
    void c2CommittedIffAMajorityHasIt(int voters, int answering, boolean committed) {
        Scene scene = Scene.of(voters).elect(1).elapse(Scene.HEARTBEAT);
        scene.drop(m -> m instanceof AppendEntriesReply && m.from() > answering + 1)
                .propose(1)
                .settle();
        assertThat(scene.log(1)).isEqualTo(committed ? "1 1 |" : "1 | 1");
    }

    /** Scenarios 20, 21, 137: the own term's first entry commits all that was inherited. */
    @Test
    void c2NoOpCommitsTheInheritedTail() {
        Scene scene =
                Scene.of("1 term=2: 1 | 2 2\n2 term=2: 1 |\n3 term=2: 1 |").elect(1);
        assertThat(scene.log(1)).isEqualTo("1 2 2 3 |");
    }

    /** B33, scenario 18: learners get everything and decide nothing. */
    @Test
    void b33LearnersDoNotCommit() {
        Scene scene = Scene.of("1:\n2:\n3:\n4 learner:\n5 learner:").elect(1).elapse(Scene.HEARTBEAT);
        scene.isolate(2).isolate(3).propose(1).settle();
        assertThat(scene.log(4)).isEqualTo("1 | 1");
        assertThat(scene.log(1)).isEqualTo("1 | 1");
    }

    /** A11, scenario 1: the leader counts itself when its own disk is done, and not before (D§10.2.1). */
    @Test
    void a11LeaderCountsItselfWhenItsOwnDiskIsDone() {
        Scene scene = Scene.led(3).isolate(3);
        scene.actor(1).diskHeld = true;
        scene.propose(1).settle();
        assertThat(scene.log(2)).as("sent in parallel").isEqualTo("1 | 1");
        assertThat(scene.log(1)).isEqualTo("1 | 1");

        scene.actor(1).diskHeld = false;
        scene.settle();
        assertThat(scene.log(1)).isEqualTo("1 1 |");
    }

    /** The same: quicker followers may commit without the leader's disk; it applies when its own disk has it. */
    @Test
    void a11FollowersMayBeQuickerThanTheLeadersDisk() {
        Scene scene = Scene.led(3);
        scene.actor(1).diskHeld = true;
        scene.propose(1).settle();
        assertThat(scene.log(1)).isEqualTo("1 1 |");
        assertThat(scene.actor(1).applied).hasSize(1);
    }

    /** C5, B41, B34, scenarios 34, 183: never back. */
    @Test
    void c5CommitIndexNeverFalls() {
        Scene scene = Scene.led(3).propose(1).settle();
        scene.deliver(new Heartbeat(1, 2, 1, 0, 0, 1));
        scene.deliver(new AppendEntries(1, 2, 1, new EntryId(1, 1), 0, 0, 1, List.of()));
        assertThat(scene.core(2).commitIndex()).isEqualTo(2);
    }

    /** H1, B38, scenario 62: the commit index in a heartbeat is one that the follower certainly has. */
    @Test
    void h1HeartbeatNeverNamesMoreThanTheFollowerHas() {
        Scene scene = Scene.led(3)
                .drop(m -> m instanceof AppendEntries && m.to() == 3)
                .propose(1)
                .propose(1)
                .forget();
        scene.elapse(3 * Scene.HEARTBEAT);
        assertThat(scene.core(1).commitIndex()).isEqualTo(3);
        assertThat(scene.sent(Heartbeat.class, 3)).isNotEmpty().allMatch(beat -> beat.commitIndex() <= 1);
    }

    /** B38: if it ever does, acknowledged entries were lost, and the member stops rather than go on. */
    @Test
    void b38HeartbeatBeyondTheLogStopsTheMember() {
        Scene scene = Scene.of("1 term=1: 1\n2:\n3:");
        assertThatThrownBy(() -> scene.core(1).onMessage(new Heartbeat(2, 1, 1, 5, 0, 1), scene.now()))
                .hasMessageContaining("acknowledged entries were lost");
    }

    /** H2, scenario 212: followers learn of a commitment by a message of its own, not with the next heartbeat. */
    @Test
    void h2FollowersLearnOfTheCommitmentAtOnce() {
        Scene scene = Scene.led(3);
        long before = scene.now();
        scene.propose(1).settle();
        assertThat(scene.now()).isEqualTo(before);
        assertThat(scene.log(2)).isEqualTo("1 1 |");
        assertThat(scene.log(3)).isEqualTo("1 1 |");
    }

    /** B42: the state machine sees nothing that is not committed. */
    @Test
    void b42NothingIsAppliedBeforeItIsCommitted() {
        Scene scene = Scene.led(3)
                .drop(AppendEntriesReply.class::isInstance)
                .propose(1)
                .settle();
        for (long id = 1; id <= 3; id++) {
            assertThat(scene.actor(id).applied).hasSize(1);
        }
    }

    /** B44, B45, B46, scenario 159: after a restart of all, a leader applies everything again from where it stands. */
    @Test
    void b45RestartedSingleMemberAppliesEverythingAgain() {
        Scene scene = Scene.of(1).elect(1).propose(1).propose(1).settle();
        scene.actor(1).applied.clear();
        scene.restart(1).elect(1);
        assertThat(scene.actor(1).applied.stream().map(Entry::index)).containsExactly(1L, 2L, 3L, 4L);
    }

    /** Scenarios 17, 29: through whoever leads. */
    @Test
    void proposalOfAFollowerReachesTheLeader() {
        Scene scene = Scene.led(3).propose(2).settle().propose(3).settle();
        assertThat(scene.log(2)).isEqualTo("1 1 1 |");
        scene.pass(Scene.E).elapse(Scene.HEARTBEAT);
    }

    /** Scenarios 167, 169, 170: without a leader a proposal is refused at once, and never applied. */
    @Test
    void proposalWithoutALeaderIsRefused() {
        Scene scene = Scene.of(3).propose(2);
        assertThat(scene.actor(2).refusedProposals).containsValue(Refusal.NOT_LEADER);
    }

    /** A message that arrives twice appends once. */
    @Test
    void repeatedForwardedProposalIsAppendedOnce() {
        Scene scene = Scene.led(3).forget().propose(2);
        var message = scene.sent.get(0);
        scene.deliver(message).deliver(message).settle();
        assertThat(scene.core(1).lastIndex()).isEqualTo(2);
    }

    /** Scenario 2, 37: an answer to one peer releases only that one. */
    @Test
    void answerOfOnePeerReleasesOnlyThatOne() {
        Scene scene = Scene.of(3)
                .hold(m -> m instanceof AppendEntriesReply || m instanceof HeartbeatReply)
                .elect(1);
        assertThat(scene.actor(1).progressOf(2).maySend()).isFalse();
        scene.acknowledge(2, 1, 1);
        assertThat(scene.actor(1).progressOf(2).maySend()).isTrue();
        assertThat(scene.actor(1).progressOf(3).maySend()).isFalse();
    }
}
