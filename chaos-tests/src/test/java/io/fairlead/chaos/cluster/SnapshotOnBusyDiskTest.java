package io.fairlead.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.RaftConfig;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.core.Server;
import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** All members write large snapshots to the disks that the log is on, again and again, while clients write. */
class SnapshotOnBusyDiskTest {
    private static final long MILLIS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long BYTES_PER_SECOND = 80L << 20;
    private static final int SNAPSHOT_BYTES = 24 << 20;
    private static final int EVERY_ENTRIES = 400;
    private static final int WRITES = 1_000;
    private static final long WRITE_EVERY_NANOS = 5 * MILLIS;

    /** What may be in front of the log's sync (4 MiB), and as much again for all else, on a leader and on a follower. */
    private static final long BOUND_NANOS = 2 * TimeUnit.SECONDS.toNanos(8 << 20) / BYTES_PER_SECOND;

    private final SimCluster<Long> cluster = new SimCluster<>(
            132,
            RaftConfig.builder().snapshotEveryEntries(EVERY_ENTRIES).build(),
            3,
            0,
            0.0001,
            member -> new LargeCounter());
    private final List<Long> latencies = new ArrayList<>();

    @Test
    void b132_writes_are_answered_within_a_bound_while_snapshots_keep_the_disks_busy() {
        cluster.startAll();
        pass(2_000 * MILLIS);
        SimMember<Long> leader = leader();
        long term = server(leader).term();
        cluster.members().values().forEach(member -> member.diskQueue().limit(BYTES_PER_SECOND));
        for (int i = 0; i < WRITES; i++) {
            write(leader);
            pass(WRITE_EVERY_NANOS);
        }
        pass(2_000 * MILLIS);

        assertThat(cluster.members().values())
                .allSatisfy(member -> assertThat(member.disk().files())
                        .as("snapshots of member " + member.id())
                        .anySatisfy((file, bytes) -> assertThat(bytes).isGreaterThan(SNAPSHOT_BYTES)));
        assertThat(server(leader).term()).as("nobody took the leader for dead").isEqualTo(term);
        assertThat(latencies).as("nanoseconds until a write was answered").hasSize(WRITES);
        assertThat(Collections.max(latencies)).isLessThan(BOUND_NANOS);
    }

    private void write(SimMember<Long> leader) {
        RaftGroup<Long> group = Objects.requireNonNull(leader.group());
        long begun = cluster.scheduler().now();
        group.propose(ByteBuffer.allocate(Long.BYTES))
                .thenRun(() -> latencies.add(cluster.scheduler().now() - begun));
    }

    private void pass(long nanos) {
        assertThat(cluster.runUntil(cluster.scheduler().now() + nanos))
                .as(() -> String.valueOf(cluster.failure()))
                .isTrue();
    }

    private SimMember<Long> leader() {
        return cluster.members().values().stream()
                .filter(SimMember::leads)
                .findFirst()
                .orElseThrow();
    }

    private static Server server(SimMember<?> member) {
        return Objects.requireNonNull(member.server());
    }

    /** A counter with much ballast. */
    private static final class LargeCounter implements StateMachine<Long> {
        private static final byte[] BALLAST = new byte[1 << 20];

        private long count;

        @Override
        public Long apply(Command command) {
            return ++count;
        }

        @Override
        public Snapshot snapshot() {
            long frozen = count;
            return out -> {
                DataOutputStream data = new DataOutputStream(out);
                data.writeLong(frozen);
                for (int written = 0; written < SNAPSHOT_BYTES; written += BALLAST.length) {
                    data.write(BALLAST);
                }
                data.flush();
            };
        }

        @Override
        public void restore(InputStream snapshot, long lastIncludedIndex) throws IOException {
            count = new DataInputStream(snapshot).readLong();
        }
    }
}
