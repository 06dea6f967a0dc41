package io.fairlead.chaos.cluster;

import io.fairlead.chaos.sim.Randomness;
import io.fairlead.chaos.sim.SimDisk;
import io.fairlead.chaos.sim.SimWorkers;
import io.fairlead.chaos.sim.Trace;
import io.fairlead.raft.Membership;
import io.fairlead.raft.Metric;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.RaftListener;
import io.fairlead.raft.RaftNode;
import io.fairlead.raft.RaftStatus;
import io.fairlead.raft.core.Server;
import io.fairlead.raft.runtime.Group;
import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.Metrics;
import io.fairlead.raft.spi.StateMachine;
import io.fairlead.raft.spi.Stores;
import io.fairlead.raft.storage.FileStores;
import java.io.IOException;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One life of a member: a process with a real {@link RaftNode}, its groups and its workers, from its start to its death.
 *
 * <p><b>Threads:</b> one.
 */
final class Life<R> {
    /** In one of so many lives of a member its state machine says that it never waits. */
    private static final int LIVES_PER_KIND = 3;

    private final SimCluster<R> cluster;
    private final SimMember<R> member;
    private final int number;
    private final SimWorkers workers;

    private @Nullable Group<R> group;
    private @Nullable StateMachine<R> machine;
    private ToLongFunction<Metric> gauges = metric -> 0;

    Life(SimCluster<R> cluster, SimMember<R> member, int number) {
        this.cluster = cluster;
        this.member = member;
        this.number = number;
        this.workers = new SimWorkers(
                member.id(),
                cluster.scheduler(),
                cluster.tasks(),
                member.clock(),
                Randomness.of(cluster.seed(), "workers-" + member.id(), number),
                cluster::failed);
        DiskFaults faults = member.diskFaults();
        DiskQueue queue = member.diskQueue();
        workers.waiting(name -> name.startsWith("raft-log") ? faults.nextLatency() + queue.waitNanos() : 0);
    }

    SimWorkers workers() {
        return workers;
    }

    @Nullable Group<R> group() {
        return group;
    }

    @Nullable StateMachine<R> machine() {
        return machine;
    }

    @Nullable Server server() {
        return group == null ? null : group.core();
    }

    long gauge(Metric metric) {
        return gauges.applyAsLong(metric);
    }

    /** Starts the node and opens its groups. */
    void open(Membership initial, Randomness random) {
        StateMachine<R> made = cluster.newMachine(member.id());
        RaftNode node = RaftNode.builder()
                .clusterId(member.clusterId())
                .memberId(member.id())
                .disk(member.disk().mount(this::beforeDiskOperation))
                .stores(new StoresOfGroups(this::storesOf))
                .transport(cluster.network().transport(member.clusterId(), member.id(), workers))
                .config(cluster.config())
                .workers(workers)
                .loops(1)
                .clock(member.clock())
                .randomness(random::next)
                .metrics((groupId, measured) -> {
                    gauges = measured;
                    return Metrics.NONE.open(groupId, measured);
                })
                .build();
        for (Long peer : cluster.members().keySet()) {
            if (peer != member.id()) {
                node.addPeer(peer, SimCluster.addressOf(peer));
            }
        }
        RaftGroup<R> opened = node.openGroup(
                SimCluster.GROUP,
                initial,
                new ObservedMachine<>(made, number % LIVES_PER_KIND == LIVES_PER_KIND - 1, this::onApplied));
        opened.addListener(new Watcher());
        opened.addListener(new ListenerContract(cluster::failed));
        group = (Group<R>) opened;
        machine = made;
        for (Companion companion : cluster.companions()) {
            CompanionMember part = companion.member(member.id());
            if (part != null) {
                part.open(node, initial);
            }
        }
        node.start();
        cluster.invariants(() -> {
            member.checks().onStarted(member);
            cluster.companions().forEach(companion -> companion.onStarted(member.id()));
        });
    }

    private void onApplied(Command command) {
        if (cluster.isFine()) {
            try {
                member.checks().onApplied(member, command);
            } catch (AssertionError violation) {
                cluster.failed(violation);
            }
        }
    }

    private Stores storesOf(long groupId) {
        for (Companion companion : cluster.companions()) {
            CompanionMember part = companion.member(member.id());
            if (part != null && companion.groupId() == groupId) {
                return new ObservedStores(
                        new FileStores(),
                        part.survivingLog(),
                        snapshot -> cluster.invariants(() -> companion.checks().onSnapshot(part, snapshot)));
            }
        }
        return new ObservedStores(
                new FileStores(),
                member.survivingLog(),
                snapshot -> cluster.invariants(() -> member.checks().onSnapshot(member, snapshot)));
    }

    private void beforeDiskOperation(SimDisk.Operation operation, String path, int bytes) throws IOException {
        if (cluster.trace().isEchoing() && operation != SimDisk.Operation.READ) {
            cluster.trace().add(member.id(), "disk: " + operation + " " + bytes, path);
        }
        member.diskFaults().before(member, operation, path, bytes);
        if (operation == SimDisk.Operation.SYNC && cluster.tasks().isOnLoop()) {
            // The loop waits for the disk itself; the log's writer has waited before its task began.
            cluster.tasks()
                    .use(member.diskFaults().nextLatency() + member.diskQueue().waitNanos());
        }
        member.diskQueue().before(operation, path, bytes);
    }

    /** Hears how the group fares. */
    private final class Watcher implements RaftListener {
        @Override
        public void onRoleChanged(RaftStatus.Role role, long term, long leader, String why) {
            cluster.trace()
                    .becomes(
                            member.id(),
                            stateOf(role),
                            "is " + role + " in term " + term + ", leader " + leader + ":",
                            why);
            if (number == member.life() && role == RaftStatus.Role.LEADER) {
                cluster.onLeader(member);
            }
        }

        @Override
        public void onStopped(@Nullable Throwable cause) {
            member.groupStopped(number, cause);
        }
    }

    private static Trace.State stateOf(RaftStatus.Role role) {
        return switch (role) {
            case LEADER -> Trace.State.LEADER;
            case PRE_CANDIDATE, CANDIDATE -> Trace.State.CANDIDATE;
            default -> Trace.State.FOLLOWER;
        };
    }

    /** The process is no more. */
    void end() {
        workers.kill();
        group = null;
        machine = null;
        for (Companion companion : cluster.companions()) {
            CompanionMember part = companion.member(member.id());
            if (part != null) {
                part.end();
            }
        }
    }
}
