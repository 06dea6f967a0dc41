package io.fairlead.raft.runtime;

import static io.fairlead.raft.runtime.TestCluster.add;
import static io.fairlead.raft.runtime.TestCluster.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.Membership;
import io.fairlead.raft.RaftConfig;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.RaftNode;
import io.fairlead.raft.core.PersistBatch;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.spi.Clock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoopWaitsTest {
    private static final String LOOP = "raft-loop";
    private static final String WRITER = "raft-log";
    /** So that a busy machine does not make a disk in memory a slow one. */
    private static final RaftConfig PATIENT =
            TestCluster.quickConfig().electionTimeout(Duration.ofSeconds(2)).build();

    private final MemoryNetwork network = new MemoryNetwork();
    private final List<RaftNode> nodes = new ArrayList<>();

    /** A member whose disk takes as long as it is told, and which knows where it was written. */
    private static final class WatchedMember implements Clock {
        private final MemoryStores stores = new MemoryStores();
        private final AtomicLong jumps = new AtomicLong();
        private volatile long syncNanos;
        private volatile String syncedOn = "";

        WatchedMember() {
            stores.synced = () -> {
                jumps.addAndGet(syncNanos);
                syncedOn = Thread.currentThread().getName();
            };
        }

        @Override
        public long nanoTime() {
            return System.nanoTime() + jumps.get();
        }

        @Override
        public long wallMillis() {
            return System.currentTimeMillis();
        }
    }

    private RaftGroup<Long> start(long id, WatchedMember member, Membership founders, RaftConfig config) {
        RaftNode node = RaftNode.builder()
                .clusterId(1)
                .memberId(id)
                .disk(new MemoryDisk())
                .stores(member.stores)
                .clock(member)
                .transport(network.transport(id))
                .config(config)
                .loops(1)
                .build();
        nodes.add(node);
        RaftGroup<Long> group = node.openGroup(founders, new Counter());
        node.start();
        return group;
    }

    @AfterEach
    void close() {
        nodes.forEach(RaftNode::close);
    }

    /** Writes one after the other until the last one was synced there. */
    private static void writeUntil(RaftGroup<Long> group, WatchedMember member, String thread) {
        do {
            get(group.propose(add(1)));
        } while (!member.syncedOn.equals(thread));
    }

    @Test
    void a_lone_voter_s_loop_waits_for_the_disk_while_that_is_quick() {
        WatchedMember member = new WatchedMember();
        RaftGroup<Long> group = start(1, member, Membership.of(Member.of(1, "a")), PATIENT);

        writeUntil(group, member, LOOP);

        member.syncNanos = PATIENT.electionTimeout().toNanos();
        get(group.propose(add(1)));
        assertThat(member.syncedOn)
                .as("the loop finds out what the disk has come to")
                .isEqualTo(LOOP);
        for (int i = 0; i < 10; i++) {
            get(group.propose(add(1)));
            assertThat(member.syncedOn).as("and leaves it to the writer").isEqualTo(WRITER);
        }

        member.syncNanos = 0;
        writeUntil(group, member, LOOP);
    }

    @Test
    void what_is_large_is_always_the_writer_s() {
        WatchedMember member = new WatchedMember();
        RaftGroup<Long> group = start(1, member, Membership.of(Member.of(1, "a")), PATIENT);
        writeUntil(group, member, LOOP);
        ByteBuffer large = ByteBuffer.allocate(8 << 10).putLong(0, 1);
        get(group.propose(large));
        assertThat(member.syncedOn).isEqualTo(WRITER);
    }

    @Test
    void the_loops_of_several_voters_wait_if_they_are_told_to() {
        assertThat(syncThreads(true)).containsOnly(LOOP);
    }

    @Test
    void the_loops_of_several_voters_do_not_wait_by_default() {
        assertThat(syncThreads(false)).containsOnly(WRITER);
    }

    private List<String> syncThreads(boolean loopWaits) {
        RaftConfig config =
                TestCluster.quickConfig().loopWaitsForDisk(loopWaits).build();
        Membership founders = Membership.of(Member.of(1, "a"), Member.of(2, "b"), Member.of(3, "c"));
        List<WatchedMember> members = new ArrayList<>();
        List<RaftGroup<Long>> groups = new ArrayList<>();
        for (long id = 1; id <= 3; id++) {
            members.add(new WatchedMember());
            groups.add(start(id, members.get((int) id - 1), founders, config));
        }
        for (int i = 0; i < 300; i++) {
            get(groups.get(0).propose(add(1)));
        }
        if (loopWaits) {
            members.forEach(member -> writeUntil(groups.get(0), member, LOOP));
        }
        return members.stream().map(member -> member.syncedOn).toList();
    }

    @Test
    void the_loop_of_one_group_at_a_time_waits() {
        AtomicBoolean somebodyWaits = new AtomicBoolean();
        LoopWaits one = quick(somebodyWaits);
        LoopWaits other = quick(somebodyWaits);
        assertThat(one.begin(batch(null))).isTrue();
        assertThat(other.begin(batch(null))).isFalse();
        one.end();
        assertThat(other.begin(batch(null))).isTrue();
    }

    @Test
    void nobody_waits_for_what_takes_files_away_nor_with_a_segment_to_be_made() {
        LoopWaits waits = quick(new AtomicBoolean());
        assertThat(waits.begin(batch(new EntryId(3, 7)))).isFalse();
        waits.onSynced(0, true);
        assertThat(waits.begin(batch(null))).isFalse();
    }

    private static LoopWaits quick(AtomicBoolean somebodyWaits) {
        LoopWaits waits = new LoopWaits(somebodyWaits, 150_000_000);
        assertThat(waits.begin(batch(null))).as("before anything is known").isFalse();
        for (int i = 0; i < 20; i++) {
            waits.onSynced(100_000, false);
        }
        return waits;
    }

    private static PersistBatch batch(@Nullable EntryId reset) {
        return new PersistBatch(1, reset, 0, List.of(Entry.noOp()), null, false, true, List.of());
    }
}
