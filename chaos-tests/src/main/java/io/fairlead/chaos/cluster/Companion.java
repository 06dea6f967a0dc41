package io.fairlead.chaos.cluster;

import io.fairlead.chaos.invariant.Invariants;
import io.fairlead.chaos.sim.Randomness;
import io.fairlead.raft.Consistency;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.spi.Command;
import java.nio.ByteBuffer;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One more group of the founders, in the same processes: idle most of the time, asked for something now and then, and
 * held to the same invariants as the group that the simulation is about.
 *
 * <p><b>Threads:</b> one.
 */
final class Companion {
    private static final long LABEL = 11;
    private static final long MEAN_THINK_TIME = 3_000_000_000L;

    private final SimCluster<?> cluster;
    private final long groupId;
    private final Randomness random;
    private final TreeMap<Long, CompanionMember> members = new TreeMap<>();
    private final Invariants checks = new Invariants(members);
    private long acknowledged;
    private boolean running;

    Companion(SimCluster<?> cluster, long groupId) {
        this.cluster = cluster;
        this.groupId = groupId;
        this.random = Randomness.of(cluster.seed(), "companion", groupId);
    }

    long groupId() {
        return groupId;
    }

    void add(SimMember<?> member) {
        members.put(member.id(), new CompanionMember(this, member));
    }

    @Nullable CompanionMember member(long id) {
        return members.get(id);
    }

    // ---------------------------------------------------------------------------------------- its clients

    void start() {
        running = true;
        think();
    }

    void stop() {
        running = false;
    }

    private void think() {
        cluster.scheduler().after(random.exponential(MEAN_THINK_TIME), LABEL, () -> {
            if (running) {
                ask(random.chance(0.5));
                think();
            }
        });
    }

    /** A write, or a read that must see all writes that were acknowledged before it. */
    private void ask(boolean write) {
        RaftGroup<Long> group = anybody();
        if (group == null) {
            return;
        }
        long before = acknowledged;
        CompletionStage<Long> answer =
                write ? group.propose(ByteBuffer.allocate(8)) : group.readBarrier(Consistency.LINEARIZABLE);
        answer.handle((index, failure) -> {
                    if (failure == null) {
                        onAnswer(write, index, before);
                    }
                    return failure == null;
                })
                .toCompletableFuture()
                .isDone();
    }

    private void onAnswer(boolean write, long index, long before) {
        if (write) {
            acknowledged = Math.max(acknowledged, index);
        } else if (index < before) {
            cluster.failed(new AssertionError("W3 a read of group " + groupId + " is served at " + index
                    + ", the write at " + before + " was acknowledged before"));
        }
    }

    private @Nullable RaftGroup<Long> anybody() {
        CompanionMember chosen = members.get(random.between(1L, members.size()));
        return chosen == null ? null : chosen.group();
    }

    // ------------------------------------------------------------------------------------------ its checks

    void onStarted(long member) {
        CompanionMember started = members.get(member);
        if (started != null && started.server() != null) {
            checks.onStarted(started);
        }
    }

    void afterStep(long member) {
        CompanionMember stepped = members.get(member);
        if (stepped != null) {
            checks.afterStep(stepped);
        }
    }

    void onSend(RaftMessage message) {
        CompanionMember sender = members.get(message.from());
        if (sender != null) {
            checks.onSend(sender, message);
        }
    }

    void onApplied(CompanionMember member, Command command) {
        cluster.invariants(() -> checks.onApplied(member, command));
    }

    Invariants checks() {
        return checks;
    }

    /** Tells if all of its members are up and hold the same, led by one of them. */
    boolean hasComeTogether() {
        Server leader = leader();
        return leader != null
                && leader.commitIndex() == leader.lastIndex()
                && members.values().stream()
                        .map(CompanionMember::server)
                        .allMatch(server -> server != null
                                && server.leader() == leader.leader()
                                && server.appliedIndex() == leader.lastIndex());
    }

    private @Nullable Server leader() {
        for (CompanionMember member : members.values()) {
            Server server = member.server();
            if (server != null && server.isReady()) {
                return server;
            }
        }
        return null;
    }
}
