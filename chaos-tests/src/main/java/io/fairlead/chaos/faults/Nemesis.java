package io.fairlead.chaos.faults;

import io.fairlead.chaos.cluster.DiskFaults;
import io.fairlead.chaos.cluster.SimCluster;
import io.fairlead.chaos.cluster.SimMember;
import io.fairlead.chaos.sim.LinkFaults;
import io.fairlead.chaos.sim.Randomness;
import io.fairlead.chaos.sim.SimWorkers;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.InstallSnapshot;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.ReadIndexReply;
import io.fairlead.raft.message.RequestVote;
import io.fairlead.raft.message.RequestVoteReply;
import io.fairlead.raft.message.SnapshotChunk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Carries out a plan of faults on a cluster, and undoes it.
 *
 * <p><b>Threads:</b> one.
 */
public final class Nemesis {
    private static final long LABEL = 8;
    private static final long MILLIS = 1_000_000;
    private static final long MAX_PAUSE = 4_000 * MILLIS;
    private static final List<Class<? extends RaftMessage>> FILTERED = List.of(
            AppendEntries.class,
            AppendEntriesReply.class,
            Heartbeat.class,
            RequestVote.class,
            RequestVoteReply.class,
            InstallSnapshot.class,
            SnapshotChunk.class,
            ReadIndexReply.class);

    private final SimCluster<?> cluster;
    private final List<Long> ids;
    private final Partitions partitions;
    private final Triggers triggers;
    private final MembershipNemesis membership;
    private final Damage damage;
    private final Map<FaultKind, Long> counts = new EnumMap<>(FaultKind.class);
    private boolean active = true;

    /** A nemesis of this cluster, which may change who is a member if the plan says so. */
    public Nemesis(SimCluster<?> cluster) {
        this.cluster = cluster;
        this.ids = List.copyOf(cluster.members().keySet());
        this.partitions = new Partitions(cluster.network(), ids);
        this.triggers = new Triggers(this, cluster);
        this.membership = new MembershipNemesis(cluster);
        this.damage = new Damage(this, cluster, membership);
    }

    /** Sets everything up to go wrong as planned. */
    public void carryOut(FaultPlan plan) {
        for (Fault fault : plan.faults()) {
            cluster.scheduler().at(fault.at(), LABEL, () -> {
                if (active) {
                    begin(fault);
                }
            });
        }
    }

    /** How often each kind of fault was injected. */
    public Map<FaultKind, Long> counts() {
        return counts;
    }

    void count(FaultKind kind) {
        counts.merge(kind, 1L, Long::sum);
    }

    private void begin(Fault fault) {
        count(fault.kind());
        Randomness random = Randomness.of(fault.choice(), "fault");
        cluster.trace().add(0, "fault:", fault);
        switch (fault.kind()) {
            case NET_DELAY, NET_LOSS, NET_DUPLICATE, NET_OLD_TERM, NET_CAPACITY -> spoilLinks(fault.kind(), random);
            case NET_CLOG -> link(random).cloggedUntil = cluster.scheduler().now() + fault.duration();
            case NET_RESET -> cluster.network().reset(random.pick(ids), random.pick(ids));
            case NET_TYPE_FILTER -> filter(fault, random);
            case PART_HALVES, PART_SPLIT, PART_ISOLATE, PART_ASYMMETRIC, PART_BRIDGE, PART_RING ->
                partition(fault, random);
            case PROC_TRIGGER -> triggers.arm(random);
            case PROC_CRASH -> down(target(random), member -> member.crash("the plan says so"), fault, random);
            case PROC_CRASH_ALL ->
                ids.forEach(id -> down(cluster.member(id), member -> member.crash("all at once"), fault, random));
            case PROC_EXIT -> down(target(random), member -> member.exit("the plan says so"), fault, random);
            case PROC_STOP -> stop(target(random), fault, random);
            case PROC_PAUSE, PROC_SLOW -> slow(target(random), fault, random);
            case DISK_CRASH ->
                cluster.members()
                        .values()
                        .forEach(member ->
                                member.diskFaults().crashAtOperation = random.chance(0.5) ? random.unit() * 0.01 : 0);
            case DISK_SLOW, DISK_STUCK, DISK_ERROR, DISK_READ_ERROR, DISK_FULL ->
                spoilDisk(target(random), fault, random);
            case DISK_ROT, DISK_MISDIRECT, DISK_WIPE -> damage.inflict(fault, target(random), random);
            case CLOCK_DRIFT -> {} // The cluster was built with it.
            case CLOCK_STEP -> target(random).clock().stepWall(random.between(-288_000, 288_000));
            case CLOCK_JUMP -> target(random).clock().jump(random.logUniform(MILLIS, 5_000 * MILLIS));
            case CONFIG_CHANGE -> {
                if (!damage.isFresh()) {
                    membership.change(random);
                }
            }
            case CONFIG_TRANSFER -> transfer(random);
            case SNAPSHOT -> snapshot(target(random));
            case LOSS_BIT, LOSS_LOG, LOSS_DISK -> damage.lose(fault, random);
        }
    }

    private void later(long delay, Runnable undo) {
        cluster.scheduler().after(delay, LABEL, () -> {
            if (active) {
                undo.run();
            }
        });
    }

    /** The leader more often than chance would have it: that is where faults hurt. */
    private SimMember<?> target(Randomness random) {
        SimMember<?> leader = cluster.leader().orElse(null);
        return leader != null && random.chance(0.5) ? leader : cluster.member(random.pick(ids));
    }

    // ---------------------------------------------------------------------------------------------- network

    private LinkFaults link(Randomness random) {
        return cluster.network().link(random.pick(ids), random.pick(ids));
    }

    private void spoilLinks(FaultKind kind, Randomness random) {
        double strength = random.unit();
        for (Long from : ids) {
            for (Long to : ids) {
                LinkFaults link = cluster.network().link(from, to);
                double share = strength * random.unit();
                switch (kind) {
                    case NET_DELAY -> {
                        link.minDelay = (long) (share * 20 * MILLIS);
                        link.meanExtraDelay = random.unit() * strength * 60 * MILLIS;
                    }
                    case NET_LOSS -> link.loss = share * 0.3;
                    case NET_DUPLICATE -> {
                        link.duplicate = share * 0.5;
                        link.duplicateSpread = random.logUniform(MILLIS, 10_000 * MILLIS);
                    }
                    case NET_OLD_TERM -> link.replayLate = share * 0.02;
                    default -> link.capacity = random.between(2, 20);
                }
            }
        }
    }

    private void filter(Fault fault, Randomness random) {
        LinkFaults link = link(random);
        link.droppedKind = random.pick(FILTERED);
        later(fault.duration(), () -> link.droppedKind = null);
    }

    private void partition(Fault fault, Randomness random) {
        Partitions.Partition partition = draw(fault.kind(), random);
        partitions.add(partition);
        later(fault.duration(), () -> partitions.remove(partition));
    }

    private Partitions.Partition draw(FaultKind kind, Randomness random) {
        List<Long> order = new ArrayList<>(ids);
        random.shuffle(order);
        long lonely = target(random).id();
        int half = 1 + (int) random.below(Math.max(1, ids.size() - 1));
        boolean deaf = random.chance(0.5);
        return switch (kind) {
            case PART_SPLIT -> (from, to) -> order.indexOf(from) < half != order.indexOf(to) < half;
            case PART_HALVES ->
                (from, to) -> order.indexOf(from) < ids.size() / 2 != order.indexOf(to) < ids.size() / 2;
            case PART_ISOLATE -> (from, to) -> from == lonely || to == lonely;
            case PART_ASYMMETRIC -> (from, to) -> deaf ? to == lonely : from == lonely;
            case PART_BRIDGE ->
                (from, to) -> order.indexOf(from) > 0
                        && order.indexOf(to) > 0
                        && order.indexOf(from) <= ids.size() / 2 != order.indexOf(to) <= ids.size() / 2;
            default ->
                (from, to) -> {
                    int distance = Math.abs(order.indexOf(from) - order.indexOf(to));
                    return Math.min(distance, ids.size() - distance) > (ids.size() / 2 + 1) / 2;
                };
        };
    }

    // -------------------------------------------------------------------------------------------- processes

    private void down(SimMember<?> member, Consumer<SimMember<?>> how, Fault fault, Randomness random) {
        how.accept(member);
        restartLater(member, random.chance(0.3) ? random.below(5 * MILLIS) : fault.duration());
    }

    /** Starts a member again, if it is down by then; some stay down until all is healed. */
    void restartLater(SimMember<?> member, long delay) {
        later(delay, member::start);
    }

    private void stop(SimMember<?> member, Fault fault, Randomness random) {
        member.stopGracefully(Duration.ofMillis(random.below(2_000)));
        later(3_000 * MILLIS + fault.duration(), () -> {
            member.exit("it did not stop in time");
            member.start();
        });
    }

    private void slow(SimMember<?> member, Fault fault, Randomness random) {
        SimWorkers workers = member.workers();
        if (workers == null) {
            return;
        }
        if (fault.kind() == FaultKind.PROC_PAUSE) {
            workers.pauseUntil(cluster.scheduler().now() + Math.min(MAX_PAUSE, fault.duration()));
        } else {
            workers.slowDown(2 + 50 * random.unit());
            later(fault.duration(), () -> workers.slowDown(1));
        }
    }

    private void spoilDisk(SimMember<?> member, Fault fault, Randomness random) {
        DiskFaults disk = member.diskFaults();
        switch (fault.kind()) {
            case DISK_SLOW -> {
                disk.meanExtraLatency = random.logUniform(MILLIS, 500 * MILLIS);
                later(fault.duration(), () -> disk.meanExtraLatency = 100_000);
            }
            case DISK_STUCK -> disk.stickUntil(cluster.scheduler().now() + fault.duration());
            case DISK_ERROR -> {
                disk.failure = random.unit() * 0.2;
                later(fault.duration(), () -> {
                    disk.failure = 0;
                    restartLater(member, 10 * MILLIS);
                });
            }
            case DISK_READ_ERROR -> {
                disk.readFailure = random.unit() * 0.2;
                later(fault.duration(), () -> {
                    disk.readFailure = 0;
                    restartLater(member, 10 * MILLIS);
                });
            }
            default -> {
                member.mayFail("its disk gets full");
                member.disk().setCapacity(member.disk().usedBytes() + random.below(20_000));
                later(fault.duration(), () -> {
                    member.disk().setCapacity(Long.MAX_VALUE);
                    restartLater(member, 10 * MILLIS);
                });
            }
        }
    }

    // ---------------------------------------------------------------------------------------- administration

    private void transfer(Randomness random) {
        RaftGroup<?> group = target(random).group();
        if (group != null) {
            ignored(group.transferLeadership(random.chance(0.5) ? 0 : random.pick(ids)));
        }
    }

    private static void snapshot(SimMember<?> member) {
        RaftGroup<?> group = member.group();
        if (group != null) {
            ignored(group.takeSnapshot());
        }
    }

    static void ignored(java.util.concurrent.CompletionStage<?> stage) {
        stage.exceptionally(failure -> null).toCompletableFuture().isDone();
    }

    /** Ends all faults: the network, disks and clocks behave, everybody is up. */
    public void healAll() {
        end();
        cluster.members().values().forEach(SimMember::start);
    }

    /** Ends all faults; who is down stays down. */
    public void end() {
        active = false;
        triggers.disarm();
        partitions.clear();
        cluster.network().stopReplays();
        for (Long from : ids) {
            for (Long to : ids) {
                LinkFaults link = cluster.network().link(from, to);
                link.heal();
                link.minDelay = 50_000;
                link.meanExtraDelay = 200_000;
            }
        }
        for (SimMember<?> member : cluster.members().values()) {
            member.diskFaults().heal();
            member.disk().setCapacity(Long.MAX_VALUE);
            SimWorkers workers = member.workers();
            if (workers != null) {
                workers.slowDown(1);
            }
        }
    }
}
