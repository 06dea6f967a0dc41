package io.fairlead.raft.core;

import static io.fairlead.raft.core.Given.append;
import static io.fairlead.raft.core.Given.appendAnswer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.EntryId;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a follower's log becomes like its leader's (§5.3; rules A1 to A10). */
class LogMatchingScenariosTest {
    /** A1 to A6, scenarios 33, 139, 140, 179; A3 is B78. The follower has 1 2 2, the first committed. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                // prev; entries; commit; the log after; answered index; hint, or ok
                "3:4; 3; 0; 1 | 2 2; 4; 2:3",
                "3:3; 3; 0; 1 | 2 2; 3; 2:3",
                "1:2; 3; 0; 1 | 2 2; 2; 1:1",
                "2:3; ; 0; 1 | 2 2; 3; ok",
                "2:3; 3; 0; 1 | 2 2 3; 4; ok",
                "2:2; 2; 0; 1 | 2 2; 3; ok",
                "2:2; 3; 0; 1 | 2 3; 3; ok",
                "1:1; 2; 0; 1 | 2 2; 2; ok",
                "1:1; 3 3 3; 0; 1 | 3 3 3; 4; ok",
                "1:1; ; 3; 1 | 2 2; 1; ok",
                "1:1; 2; 3; 1 2 | 2; 2; ok",
                "1:1; 2 2; 3; 1 2 2 |; 3; ok",
                "2:3; 3; 9; 1 2 2 3 |; 4; ok",
                "0:0; 1 2; 0; 1 | 2 2; 1; ok",
            })
    void a3ReceiverRules(String prev, String entries, long commit, String log, long index, String hint) {
        Scene scene = Scene.of("1 term=3: 1 | 2 2\n2 term=3:\n3 term=3:");
        long[] terms = entries == null || entries.isBlank()
                ? new long[0]
                : Arrays.stream(entries.trim().split(" ", -1))
                        .mapToLong(Long::parseLong)
                        .toArray();
        AppendEntriesReply reply = appendAnswer(scene, append(3, id(prev), commit, terms));

        assertThat(scene.log(1)).isEqualTo(log);
        assertThat(reply.index()).isEqualTo(index);
        assertThat(reply.success() ? "ok" : reply.hint().toString()).isEqualTo(hint);
    }

    private static EntryId id(String words) {
        int colon = words.indexOf(':');
        return new EntryId(Long.parseLong(words.substring(0, colon)), Long.parseLong(words.substring(colon + 1)));
    }

    /** A1, A3: what is committed is never replaced. */
    @Test
    void a1WhatIsCommittedIsNeverReplaced() {
        Scene scene = Scene.of("1 term=3: 1 2 |\n2:\n3:");
        AppendEntriesReply reply = appendAnswer(scene, append(3, new EntryId(1, 1), 0, 3));
        assertThat(reply.success())
                .as("A1: what is committed is known to match")
                .isTrue();
        assertThat(scene.log(1)).isEqualTo("1 2 |");
        assertThatThrownBy(() -> scene.core(1).log.truncateFrom(2)).isInstanceOf(InvariantViolation.class);
    }

    /** B78: a short append that comes late or twice does not cut off what followed. */
    @Test
    void b78LateDuplicateShortensNothing() {
        Scene scene = Scene.of("1 term=1:\n2:\n3:");
        scene.deliver(append(1, EntryId.ZERO, 0, 1, 1, 1, 1, 1)).settle();
        AppendEntriesReply reply = appendAnswer(scene, append(1, EntryId.ZERO, 0, 1, 1));
        assertThat(scene.log(1)).isEqualTo("1 1 1 1 1");
        assertThat(reply.index()).as("A5: what this message proves, not more").isEqualTo(2);
    }

    /** Rule D7: one answer for all appends of a step, and only when they are on disk (B101, scenario 209). */
    @Test
    void b101SuccessIsToldWhenItIsDurable() {
        Scene scene = Scene.of("1 term=1:\n2:\n3:");
        scene.actor(1).diskHeld = true;
        scene.forget().deliver(append(1, EntryId.ZERO, 1, 1, 1)).settle();
        assertThat(scene.sent(AppendEntriesReply.class)).isEmpty();
        assertThat(scene.actor(1).applied).as("nor is it applied").isEmpty();

        scene.actor(1).diskHeld = false;
        scene.settle();
        assertThat(scene.sent(AppendEntriesReply.class)).hasSize(1);
        assertThat(scene.actor(1).applied).hasSize(1);
    }

    /** B80, B71, A2: around the end of a snapshot, with every term. */
    @ParameterizedTest
    @CsvSource({"2, 1, ok", "2, 2, ok", "3, 1, no", "3, 2, ok", "4, 1, no", "4, 2, ok", "5, 2, no"})
    void b80AroundTheSnapshot(long prevIndex, long prevTerm, String expected) {
        Scene scene = Scene.of("1 term=2: 1 1 2 2 |\n2:\n3:");
        scene.settle();
        scene.actor(1).compact(3);
        assertThat(scene.log(1)).isEqualTo("..3 2 |");
        boolean belowCommit = prevIndex < 4;
        AppendEntriesReply reply = appendAnswer(scene, append(2, new EntryId(prevTerm, prevIndex), 0));
        assertThat(reply.success() ? "ok" : "no").isEqualTo(belowCommit ? "ok" : expected);
        assertThat(scene.log(1)).isEqualTo("..3 2 |");
    }

    /** Scenario 117 (A6, A7): where a follower points, and where the leader looks next. */
    @ParameterizedTest
    @CsvSource({
        "1 2 2 4 4 4 4, 1 2 2 3 3 3 3 3 3 3 3, 3@7, 2@3",
        "1 2 2 3 4 4 4 5, 1 2 2 3 3 3 3 3 3 3 3, 3@8, 3@4",
        "1 1 1 1, 1 2 2 4, 1@1, 1@1",
        "1 1 1 1 1 1, 1 2 2 4, 1@1, 1@1",
        "1 1 1 1, 1 2 2 4 4 4, 1@1, 1@1",
        "1 1 1 4 5, 1 1 1 4, 4@4, 4@4",
        "2 5 5 5 5 5 5 5 5, 2 4 4 4 4 4, 4@6, 2@1",
        "2 2 2 2 2, 2 4 4 4 4 4 4 4, 2@1, 2@1",
    })
    void a7FastBacktracking(String leaderLog, String followerLog, String hint, String probe) {
        Scene scene = Scene.of("1 term=9: " + leaderLog + "\n2 term=9: " + followerLog);
        RaftLog leader = scene.core(1).log;
        RaftLog follower = scene.core(2).log;
        EntryId told = follower.conflictHint(leader.last());
        long next = leader.probeAfter(told);
        assertThat(told.term() + "@" + told.index()).isEqualTo(hint);
        assertThat(leader.termAt(next) + "@" + next).isEqualTo(probe);
    }

    /** B77, scenario 213: as many probes as terms at most, not as entries. */
    @Test
    void b77LongDivergentTailTakesFewProbes() {
        StringBuilder figure = new StringBuilder("1 term=5: 1");
        figure.append(" 5".repeat(300)).append("\n2 term=4: 1");
        for (int term = 2; term <= 4; term++) {
            figure.append((" " + term).repeat(400));
        }
        Scene scene = Scene.of(figure + "\n3 term=5: 1");
        scene.elect(1).elapse(2 * Scene.HEARTBEAT);
        assertThat(scene.log(2)).isEqualTo(scene.log(1));
        assertThat(scene.sent(AppendEntriesReply.class).stream().filter(r -> r.from() == 2 && !r.success()))
                .hasSizeLessThanOrEqualTo(4);
    }

    /** B79, B72, A8, scenarios 61 and 118: a refusal that comes late lowers nothing. */
    @Test
    void a8LateRefusalLowersNothing() {
        Scene scene = Scene.led(3).propose(1).propose(1).settle();
        Progress progress = scene.actor(1).progressOf(2);
        long next = progress.nextIndex();

        scene.deliver(new AppendEntriesReply(2, 1, 1, false, 1, EntryId.ZERO, 0, 1, 0));
        assertThat(progress.nextIndex()).isEqualTo(next);

        scene.actor(1).input(core -> core.onUnreachable(2, scene.now()));
        scene.deliver(new AppendEntriesReply(2, 1, 1, false, 2, EntryId.ZERO, 0, 1, 0));
        assertThat(progress.nextIndex()).isGreaterThan(progress.matchIndex());
    }

    /** B36, A10, B82: heartbeats and answers to them prove nothing about logs. */
    @Test
    void b36HeartbeatsMoveNeitherMatchNorNext() {
        Scene scene = Scene.led(3).drop(AppendEntries.class::isInstance).propose(1);
        Progress progress = scene.actor(1).progressOf(2);
        long match = progress.matchIndex();
        scene.elapse(3 * Scene.HEARTBEAT);
        assertThat(progress.matchIndex()).isEqualTo(match);
        assertThat(scene.core(1).commitIndex()).isEqualTo(1);
    }

    /** B35, B37, T7: what a member said in an earlier term says nothing about this one. */
    @Test
    void b35AnswersOfAnEarlierTermDoNotCount() {
        Scene scene = Scene.of("1 term=3: 1 1\n2 term=3: 1\n3 term=3: 1")
                .drop(AppendEntries.class::isInstance)
                .elect(1);
        scene.deliver(new AppendEntriesReply(2, 1, 3, true, 3, EntryId.ZERO, 0, 1, 0));
        assertThat(scene.actor(1).progressOf(2).matchIndex()).isZero();
        assertThat(scene.core(1).commitIndex()).isZero();
    }
}
