package io.fairlead.raft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.HeartbeatReply;
import io.fairlead.raft.message.InstallSnapshot;
import io.fairlead.raft.message.InstallSnapshotReply;
import io.fairlead.raft.message.Refusal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How logs become alike and entries committed (§5.3, §5.4; rules A1 to A11, P1 to P10, H1, H2, C1 to C5). */
class ReplicationScenariosTest {
    private static Scene led() {
        return Scene.of(3).elect(1).elapse(Scene.HEARTBEAT);
    }

    private static UnaryOperator<ServerSettings> limits(int appendBytes, int messages, long bytes, long uncommitted) {
        return s -> new ServerSettings(
                s.memberId(),
                s.electionTimeoutNanos(),
                s.heartbeatIntervalNanos(),
                appendBytes,
                messages,
                bytes,
                uncommitted,
                s.maxApplyBytes(),
                s.logCacheBytes());
    }

    /** AppendEntries from member 2 as leader, with entries of these terms behind {@code prev}. */
    private static AppendEntries append(long term, EntryId prev, long commit, long... terms) {
        List<Entry> entries = new ArrayList<>();
        for (long entryTerm : terms) {
            entries.add(Entry.proposal(EntryKind.COMMAND, 2, 0, ByteBuffer.allocate(8))
                    .stamp(entryTerm, prev.index() + entries.size() + 1));
        }
        return new AppendEntries(2, 1, term, prev, commit, 0, 1, entries);
    }

    private static AppendEntriesReply answer(Scene scene, AppendEntries request) {
        scene.forget().deliver(request).settle();
        List<AppendEntriesReply> replies = scene.sent(AppendEntriesReply.class);
        return replies.get(replies.size() - 1);
    }

    // ---------------------------------------------------------------------------- follower: log matching

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
        AppendEntriesReply reply = answer(scene, append(3, id(prev), commit, terms));

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
        AppendEntriesReply reply = answer(scene, append(3, new EntryId(1, 1), 0, 3));
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
        AppendEntriesReply reply = answer(scene, append(1, EntryId.ZERO, 0, 1, 1));
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
        AppendEntriesReply reply = answer(scene, append(2, new EntryId(prevTerm, prevIndex), 0));
        assertThat(reply.success() ? "ok" : "no").isEqualTo(belowCommit ? "ok" : expected);
        assertThat(scene.log(1)).isEqualTo("..3 2 |");
    }

    // ---------------------------------------------------------------------------------- backtracking

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
        Scene scene = led().propose(1).propose(1).settle();
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
        Scene scene = led().drop(AppendEntries.class::isInstance).propose(1);
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

    // ------------------------------------------------------------------------------------- commitment

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
            assertThat(Quorum.reached(Scene.members(words.toString()), id -> match[(int) id]))
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
        Scene scene = led().isolate(3);
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
        Scene scene = led();
        scene.actor(1).diskHeld = true;
        scene.propose(1).settle();
        assertThat(scene.log(1)).isEqualTo("1 1 |");
        assertThat(scene.actor(1).applied).hasSize(1);
    }

    /** C5, B41, B34, scenarios 34, 183: never back. */
    @Test
    void c5CommitIndexNeverFalls() {
        Scene scene = led().propose(1).settle();
        scene.deliver(new Heartbeat(1, 2, 1, 0, 0, 1));
        scene.deliver(new AppendEntries(1, 2, 1, new EntryId(1, 1), 0, 0, 1, List.of()));
        assertThat(scene.core(2).commitIndex()).isEqualTo(2);
    }

    /** H1, B38, scenario 62: the commit index in a heartbeat is one that the follower certainly has. */
    @Test
    void h1HeartbeatNeverNamesMoreThanTheFollowerHas() {
        Scene scene = led().drop(m -> m instanceof AppendEntries && m.to() == 3)
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
        Scene scene = led();
        long before = scene.now();
        scene.propose(1).settle();
        assertThat(scene.now()).isEqualTo(before);
        assertThat(scene.log(2)).isEqualTo("1 1 |");
        assertThat(scene.log(3)).isEqualTo("1 1 |");
    }

    /** B42: the state machine sees nothing that is not committed. */
    @Test
    void b42NothingIsAppliedBeforeItIsCommitted() {
        Scene scene =
                led().drop(AppendEntriesReply.class::isInstance).propose(1).settle();
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

    // ---------------------------------------------------------------------------------- flow control

    /** P1, scenarios 3 and 65: to a peer whose log is not known, one message at a time. */
    @Test
    void p1ProbesOneAtATime() {
        Scene scene =
                Scene.of(2).drop(AppendEntriesReply.class::isInstance).elect(1).forget();
        scene.propose(1).propose(1).propose(1);
        assertThat(scene.sent(AppendEntries.class)).isEmpty();

        scene.elapse(3 * Scene.HEARTBEAT);
        assertThat(scene.sent(AppendEntries.class))
                .as("one for each heartbeat's answer")
                .hasSameSizeAs(scene.sent(HeartbeatReply.class));
    }

    /** Scenarios 64 and 66: to one whose log is known, everything goes out as it comes. */
    @Test
    void p2SendsAheadToAPeerThatFollows() {
        Scene scene = led().drop(AppendEntriesReply.class::isInstance).forget();
        scene.propose(1).propose(1).propose(1);
        assertThat(scene.sent(AppendEntries.class, 2)).hasSize(3);
        assertThat(scene.actor(1).progressOf(2).nextIndex()).isEqualTo(5);
    }

    /** P2, scenarios 4, 150 and 174: by bytes, with one message over. */
    @Test
    void p2WindowIsFullByBytes() {
        Scene scene =
                Scene.of("1:\n2:", limits(500, 100, 1000, 1 << 20)).elect(1).elapse(Scene.HEARTBEAT);
        scene.drop(AppendEntriesReply.class::isInstance).forget();
        for (int i = 0; i < 10; i++) {
            scene.propose(1, 359); // 400 bytes with its header.
        }
        assertThat(scene.sent(AppendEntries.class)).hasSize(3);
    }

    /** P2: by messages; what waits goes out together as soon as there is room. */
    @Test
    void p2BatchesFormWhileTheWindowIsFull() {
        Scene scene = Scene.of("1:\n2:", limits(1 << 16, 4, 1 << 20, 1 << 20))
                .elect(1)
                .elapse(Scene.HEARTBEAT);
        scene.hold(AppendEntriesReply.class::isInstance).forget();
        for (int i = 0; i < 50; i++) {
            scene.propose(1).settle();
        }
        assertThat(scene.sent(AppendEntries.class)).hasSize(4);

        scene.heal().settle();
        assertThat(scene.sent(AppendEntries.class)).hasSizeLessThanOrEqualTo(6);
        assertThat(scene.log(2)).isEqualTo(scene.log(1)).endsWith("|");
    }

    /** P3, B76, scenarios 152 and 214: everything under way was lost; the follower still catches up. */
    @Test
    void b76WholeWindowLost() {
        Scene scene = Scene.of("1:\n2:", limits(1 << 16, 4, 1 << 20, 1 << 20))
                .elect(1)
                .elapse(Scene.HEARTBEAT);
        scene.drop(AppendEntries.class::isInstance);
        for (int i = 0; i < 10; i++) {
            scene.propose(1).settle();
        }
        scene.heal().forget().elapse(2 * Scene.HEARTBEAT);
        assertThat(scene.log(2)).isEqualTo(scene.log(1)).endsWith("|");
    }

    /** P6, B74, scenarios 68 and 211: a peer that was reported unreachable is back after a heartbeat. */
    @Test
    void b74UnreachablePeerIsBackAfterAHeartbeat() {
        Scene scene = led();
        scene.actor(1).input(core -> core.onUnreachable(2, scene.now()));
        assertThat(scene.actor(1).progressOf(2).state()).isEqualTo(Progress.State.PROBE);
        scene.elapse(2 * Scene.HEARTBEAT);
        assertThat(scene.actor(1).progressOf(2).state()).isEqualTo(Progress.State.REPLICATE);
    }

    /** P9, P10, B85, B86: one peer that swallows everything neither holds up the others nor its own heartbeats. */
    @Test
    void b86SilentPeerStallsNobodyAndIsStillSpokenTo() {
        Scene scene = led().drop(m -> m.from() == 3);
        for (int i = 0; i < 100; i++) {
            scene.propose(1).settle();
        }
        assertThat(scene.core(1).commitIndex()).isEqualTo(101);
        scene.forget().elapse(2 * Scene.HEARTBEAT);
        assertThat(scene.sent(Heartbeat.class, 3)).hasSizeGreaterThanOrEqualTo(2);
    }

    /** B88: what cannot be read is not skipped. */
    @Test
    void b88EntriesThatCannotBeReadAreNotSkipped() {
        Scene scene = led().isolate(3);
        for (int i = 0; i < 5; i++) {
            scene.propose(1).settle();
        }
        scene.actor(1).input(core -> core.onEntriesRead(3, 2, List.of(), scene.now()));
        scene.heal().elapse(2 * Scene.HEARTBEAT);
        assertThat(scene.log(3)).isEqualTo(scene.log(1));
    }

    /** B73, scenarios 151 and 188: the window's bytes against counting them again. */
    @Test
    void b73BytesUnderWayAgainstCounting() {
        SplitMix random = new SplitMix(7);
        Inflights window = new Inflights(64, 1 << 20);
        ArrayList<long[]> model = new ArrayList<>();
        long index = 0;
        for (int step = 0; step < 20_000; step++) {
            long what = random.below(20);
            if (what == 0) {
                window.clear();
                model.clear();
            } else if (what < 11 && !window.isFull()) {
                index += 1 + random.below(3);
                int size = (int) random.below(1000);
                window.add(index, size, step);
                model.add(new long[] {index, size});
            } else {
                long acked = index - random.below(10);
                window.freeTo(acked, step);
                model.removeIf(entry -> entry[0] <= acked);
            }
            assertThat(window.count()).isEqualTo(model.size());
            assertThat(window.bytes())
                    .isEqualTo(model.stream().mapToLong(entry -> entry[1]).sum());
            assertThat(window.window()).isBetween(Inflights.SMALLEST_WINDOW, 64);
        }
    }

    /** The window widens while answers are quick, however long the way, and narrows when messages queue up. */
    @ParameterizedTest
    @ValueSource(longs = {200_000, 50_000_000})
    void p2WindowAdapts(long roundTrip) {
        Inflights window = new Inflights(256, 1 << 20);
        long now = 0;
        long index = 0;
        for (int round = 0; round < 100; round++) {
            long first = index + 1;
            while (!window.isFull()) {
                window.add(++index, 100, now);
            }
            now += roundTrip;
            for (long i = first; i <= index; i++) {
                window.freeTo(i, now);
            }
        }
        assertThat(window.window()).as("quick answers").isGreaterThan(100);

        for (int round = 0; round < 20; round++) {
            while (!window.isFull()) {
                window.add(++index, 100, now);
            }
            now += 10 * roundTrip;
            window.freeTo(index, now);
        }
        assertThat(window.window()).as("answers that waited").isLessThan(20);
    }

    // -------------------------------------------------------------------------------------- limits

    /** B89, scenarios 5 and 163: the limit holds, is given back by commitment, and lets one large entry pass alone. */
    @Test
    void b89UncommittedBytesAreLimitedAndGivenBack() {
        Scene scene =
                Scene.of("1:\n2:\n3:", limits(4096, 64, 1 << 20, 1000)).elect(1).elapse(Scene.HEARTBEAT);
        for (int round = 0; round < 50; round++) {
            scene.drop(AppendEntriesReply.class::isInstance);
            for (int i = 0; i < 10; i++) {
                scene.propose(1, 100);
            }
            assertThat(scene.actor(1).refusedProposals).isEmpty();
            scene.propose(1, 100);
            assertThat(scene.actor(1).refusedProposals).containsValue(Refusal.OVERLOADED);
            scene.propose(1, 0);
            assertThat(scene.actor(1).refusedProposals)
                    .as("an empty one always passes")
                    .hasSize(1);
            scene.actor(1).refusedProposals.clear();
            scene.heal().elapse(2 * Scene.HEARTBEAT);
        }
        scene.propose(1, 5000).settle();
        assertThat(scene.actor(1).refusedProposals).isEmpty();
        assertThat(scene.core(1).commitIndex()).isEqualTo(scene.core(1).lastIndex());
    }

    /** B89: and by losing leadership. */
    @Test
    void b89NewLeadershipStartsFromZero() {
        Scene scene =
                Scene.of("1:\n2:\n3:", limits(4096, 64, 1 << 20, 1000)).elect(1).elapse(Scene.HEARTBEAT);
        scene.isolate(1).propose(1, 1000).elapse(3 * Scene.E).heal();
        scene.elapse(4 * Scene.E);
        long leader = scene.leader();
        scene.propose(leader, 900).settle();
        assertThat(scene.actor(leader).refusedProposals).isEmpty();
    }

    /** B90: a new leader's work does not depend on the length of what is not committed. */
    @Test
    void b90NewLeaderDoesNotScanItsLog() {
        Scene scene = Scene.of("1 term=1: 1" + " 1".repeat(5000) + "\n2 term=1: 1\n3 term=1: 1");
        scene.drop(AppendEntries.class::isInstance).elect(1);
        assertThat(scene.actor(1).progressOf(2).nextIndex()).isEqualTo(5002);
        assertThat(scene.core(1).lastIndex()).isEqualTo(5002);
    }

    /** Scenario 175, 181: what may wait to be applied is limited by bytes; replication goes on meanwhile. */
    @Test
    void handOutsAreLimitedByBytes() {
        Scene scene = Scene.of(
                        "1:",
                        s -> new ServerSettings(
                                s.memberId(),
                                s.electionTimeoutNanos(),
                                s.heartbeatIntervalNanos(),
                                4096,
                                16,
                                1 << 20,
                                1 << 24,
                                500,
                                1 << 20))
                .elect(1);
        scene.actor(1).applyHeld = true;
        for (int i = 0; i < 20; i++) {
            scene.propose(1, 100).settle();
        }
        assertThat(scene.core(1).commitIndex()).isEqualTo(21);
        assertThat(scene.actor(1).applied).hasSizeLessThan(8);

        scene.actor(1).applyHeld = false;
        scene.settle();
        assertThat(scene.actor(1).applied.stream().map(Entry::index).toList())
                .hasSize(21)
                .isSorted();
    }

    // ----------------------------------------------------------------------------------- snapshots

    /** B70, B81, P7, scenarios 76, 79, 145, 148, 149, 215, 216: a follower behind the log's start gets a snapshot. */
    @Test
    void p7FollowerBehindTheLogsStartGetsASnapshot() {
        Scene scene = led().isolate(3).propose(1).propose(1).settle();
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
        Scene scene = led().isolate(3).propose(1).settle();
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
        Scene scene = led().isolate(3).propose(1).elapse(2 * Scene.E);
        scene.actor(1).compact(2);
        scene.forget().actor(1).input(core -> core.onUnreachable(3, scene.now()));
        scene.elapse(Scene.E);
        assertThat(scene.sent(InstallSnapshot.class)).isEmpty();
    }

    /** S1, S2, B120, scenario 75: a snapshot that tells nothing new only moves the commit index. */
    @Test
    void s2SnapshotOfWhatIsThereCutsNothingOff() {
        Scene scene = led().propose(1).propose(1).settle();
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
        Scene scene = led().isolate(3).propose(1).settle();
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
        Scene scene = led().isolate(3).propose(1).settle();
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
        assertThat(scene.sent(InstallSnapshot.class)).as("nothing has moved for long").hasSizeGreaterThan(1);
    }

    /** B75, scenario 217: whatever reconnects the peer will do, not only the snapshot that was offered. */
    @Test
    void b75AnyAnswerThatReconnectsEndsTheSnapshot() {
        Scene scene = led().isolate(3).propose(1).propose(1).settle();
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
        Scene scene = led().isolate(3);
        scene.change(1, 1, Scene.members("1 2 learners 3")).settle();
        scene.actor(1).compact(2);
        scene.heal().elapse(2 * Scene.HEARTBEAT);
        assertThat(scene.role(3)).isEqualTo("LEARNER");
        assertThat(scene.core(3).configuration()).isEqualTo(scene.core(1).configuration());
    }

    /** S5, B130: while the state machine is replaced nothing is handed to it. */
    @Test
    void s5NothingIsAppliedWhileAStateIsReplaced() {
        Scene scene = led().isolate(3).propose(1).propose(1).settle();
        scene.actor(1).compact(3);
        scene.heal().elapse(2 * Scene.HEARTBEAT).propose(1).settle();
        assertThat(scene.actor(3).applied.stream().map(Entry::index)).containsExactly(1L, 4L);
    }

    // ------------------------------------------------------------------------------------- durability

    /** B100, D3, scenarios 209 and 210: an old write that completes late says nothing about what replaced it. */
    @Test
    void d3CompletionOfWhatWasOverwrittenSaysNothing() {
        Scene scene = Scene.of("1 term=1:\n2:\n3:");
        scene.actor(1).diskHeld = true;
        scene.deliver(append(1, EntryId.ZERO, 0, 1, 1));
        scene.deliver(new AppendEntries(
                3, 1, 2, EntryId.ZERO, 0, 0, 1, append(2, EntryId.ZERO, 0, 2).entries()));
        scene.deliver(new AppendEntries(
                2, 1, 3, EntryId.ZERO, 0, 0, 1, append(3, EntryId.ZERO, 0, 1, 1).entries()));
        assertThat(scene.log(1)).isEqualTo("1 1");

        scene.actor(1).sync();
        assertThat(scene.core(1).durableIndex())
                .as("D5: the first write was overwritten since")
                .isZero();
        scene.actor(1).sync();
        assertThat(scene.core(1).durableIndex()).isZero();
        scene.actor(1).sync();
        assertThat(scene.core(1).durableIndex()).isEqualTo(2);
    }

    /** B107: an old write that completes behind a snapshot. */
    @Test
    void b107CompletionBehindASnapshotSaysNothing() {
        Scene scene = led().isolate(3).propose(1).propose(1).settle();
        scene.actor(1).compact(3);
        scene.actor(3).diskHeld = true;
        scene.deliver(new AppendEntries(
                1,
                3,
                1,
                new EntryId(1, 1),
                1,
                0,
                1,
                append(1, new EntryId(1, 1), 1, 1).entries()));
        scene.heal().elapse(2 * Scene.HEARTBEAT);
        scene.actor(3).diskHeld = false;
        scene.settle();
        assertThat(scene.core(3).durableIndex()).isEqualTo(scene.core(3).lastIndex());
        assertThat(scene.core(3).durableIndex()).isEqualTo(3);
    }

    /** B103: a change of term, of vote, and of entries alone each need a sync; a commit index does not. */
    @Test
    void b103WhatNeedsASync() {
        Scene scene = Scene.of("1 term=1: 1\n2:\n3:");
        scene.actor(1).diskHeld = true;
        scene.deliver(new Heartbeat(2, 1, 1, 1, 0, 0));
        assertThat(scene.actor(1).writing).noneMatch(PersistBatch::mustSync);
        scene.deliver(new Heartbeat(2, 1, 2, 1, 0, 0));
        assertThat(scene.actor(1).writing.stream().filter(PersistBatch::mustSync))
                .hasSize(1);
        scene.deliver(append(2, new EntryId(1, 1), 0, 2));
        assertThat(scene.actor(1).writing.stream().filter(PersistBatch::mustSync))
                .hasSize(2);
    }

    // -------------------------------------------------------------------------- proposals of followers

    /** Scenarios 17, 29: through whoever leads. */
    @Test
    void proposalOfAFollowerReachesTheLeader() {
        Scene scene = led().propose(2).settle().propose(3).settle();
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
        Scene scene = led().forget().propose(2);
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
