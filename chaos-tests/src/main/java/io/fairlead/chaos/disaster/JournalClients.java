package io.fairlead.chaos.disaster;

import io.fairlead.chaos.cluster.SimCluster;
import io.fairlead.chaos.cluster.SimMember;
import io.fairlead.chaos.sim.Randomness;
import io.fairlead.raft.Consistency;
import io.fairlead.raft.RaftGroup;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Clients of one cluster: they write numbers through any of its members, each number once, read now and then, and remember
 * what they were told was done.
 *
 * <p><b>Threads:</b> one.
 */
final class JournalClients {
    private static final long LABEL = 13;
    private static final long MEAN_THINK_TIME = 40_000_000L;

    private final SimCluster<Long> cluster;
    private final long clusterId;
    private final long firstNumber;
    private final Randomness random;
    private final TreeMap<Long, Long> acknowledged = new TreeMap<>();
    private long written;
    private boolean running = true;

    /** @param firstNumber what they write counts from here on, so that no two clusters write the same */
    JournalClients(SimCluster<Long> cluster, long clusterId, long firstNumber) {
        this.cluster = cluster;
        this.clusterId = clusterId;
        this.firstNumber = firstNumber;
        this.random = Randomness.of(cluster.seed(), "journal-clients", firstNumber);
        think();
    }

    /** The numbers that were said to be written, by the index that was told. */
    SortedMap<Long, Long> acknowledged() {
        return acknowledged;
    }

    /** Tells if this number may have been written by them. */
    boolean mayHaveWritten(long number) {
        return number >= firstNumber && number < firstNumber + written;
    }

    void stop() {
        running = false;
    }

    private void think() {
        cluster.scheduler().after(random.exponential(MEAN_THINK_TIME), LABEL, () -> {
            if (running) {
                ask();
                think();
            }
        });
    }

    private void ask() {
        List<SimMember<Long>> members = cluster.members().values().stream()
                .filter(member -> member.clusterId() == clusterId && member.isUp())
                .toList();
        RaftGroup<Long> group = members.isEmpty() ? null : random.pick(members).group();
        if (group == null) {
            return;
        }
        if (random.chance(0.7)) {
            write(group);
        } else {
            read(group);
        }
    }

    private void write(RaftGroup<Long> group) {
        long number = firstNumber + written++;
        group.propose(ByteBuffer.allocate(8).putLong(0, number))
                .handle((index, failure) -> failure == null && acknowledged.put(index, number) == null)
                .toCompletableFuture()
                .isDone();
    }

    private void read(RaftGroup<Long> group) {
        long before = acknowledged.isEmpty() ? 0 : acknowledged.lastKey();
        group.readBarrier(Consistency.LINEARIZABLE)
                .handle((index, failure) -> {
                    if (failure == null && index < before) {
                        cluster.failed(new AssertionError("W3 a read is served at " + index + ", the write at " + before
                                + " was acknowledged before"));
                    }
                    return failure == null;
                })
                .toCompletableFuture()
                .isDone();
    }
}
