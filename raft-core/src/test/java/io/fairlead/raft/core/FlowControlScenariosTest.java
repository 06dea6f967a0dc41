package io.fairlead.raft.core;

import static io.fairlead.raft.core.Given.limits;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.HeartbeatReply;
import io.fairlead.raft.message.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much is under way to whom, and how much is taken on (rules P1 to P10). */
class FlowControlScenariosTest {
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
        Scene scene = Scene.led(3).drop(AppendEntriesReply.class::isInstance).forget();
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

    /** A follower that is far behind is fed from the disk; what the others need stays in memory. */
    @Test
    void slowFollowerDoesNotEvictWhatOthersNeed() {
        Scene scene = Scene.of(
                        "1:\n2:\n3:",
                        s -> withLogCache(limits(1000, 4, 1 << 20, 1 << 20).apply(s), 4000))
                .elect(1)
                .elapse(Scene.HEARTBEAT);
        scene.cut(1, 3);
        for (int i = 0; i < 200; i++) {
            scene.propose(1, 100).settle();
        }
        assertThat(inMemory(scene.core(1))).isBetween(20L, 40L);

        scene.heal().elapse(Scene.HEARTBEAT);
        assertThat(inMemory(scene.core(1))).as("now nobody needs it").isLessThan(20L);
        assertThat(scene.log(3)).isEqualTo(scene.log(1));
        assertThat(scene.actor(1).fedFromDisk).isNotEmpty().containsOnly(3L);
    }

    /** What every follower has is not kept in memory for long; what one of them may still ask for is. */
    @Test
    void onlyWhatIsNeededStaysInMemory() {
        Scene scene = Scene.of(
                        "1:\n2:\n3:",
                        s -> withLogCache(limits(1 << 20, 4, 1 << 20, 1 << 20).apply(s), 32 * 1000))
                .elect(1)
                .elapse(Scene.HEARTBEAT);
        for (int i = 0; i < 100; i++) {
            scene.propose(1, 100).settle();
        }
        assertThat(inMemory(scene.core(1))).isLessThan(10);
        assertThat(inMemory(scene.core(2))).isLessThan(10);

        scene.hold(m -> m instanceof AppendEntriesReply && m.from() == 3);
        for (int i = 0; i < 100; i++) {
            scene.propose(1, 100).settle();
        }
        assertThat(inMemory(scene.core(1))).isGreaterThan(90);
        assertThat(inMemory(scene.core(2))).isLessThan(10);
    }

    private static long inMemory(Server core) {
        return core.log.lastIndex() + 1 - core.log.tailFirst();
    }

    private static ServerSettings withLogCache(ServerSettings s, long bytes) {
        return new ServerSettings(
                s.memberId(),
                s.electionTimeoutNanos(),
                s.heartbeatIntervalNanos(),
                s.maxAppendBytes(),
                s.maxInflightMessages(),
                s.maxInflightBytes(),
                s.maxUncommittedBytes(),
                s.maxApplyBytes(),
                bytes);
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
        Scene scene = Scene.led(3);
        scene.actor(1).input(core -> core.onUnreachable(2, scene.now()));
        assertThat(scene.actor(1).progressOf(2).state()).isEqualTo(Progress.State.PROBE);
        scene.elapse(2 * Scene.HEARTBEAT);
        assertThat(scene.actor(1).progressOf(2).state()).isEqualTo(Progress.State.REPLICATE);
    }

    /** P9, P10, B85, B86: one peer that swallows everything neither holds up the others nor its own heartbeats. */
    @Test
    void b86SilentPeerStallsNobodyAndIsStillSpokenTo() {
        Scene scene = Scene.led(3).drop(m -> m.from() == 3);
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
        Scene scene = Scene.led(3).isolate(3);
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
}
