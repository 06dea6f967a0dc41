package io.fairlead.chaos.cluster;

import io.fairlead.chaos.invariant.DurableImage;
import io.fairlead.chaos.invariant.Invariants;
import io.fairlead.chaos.invariant.MemberView;
import io.fairlead.chaos.sim.Randomness;
import io.fairlead.chaos.sim.SimClock;
import io.fairlead.chaos.sim.SimDisk;
import io.fairlead.chaos.sim.SimWorkers;
import io.fairlead.chaos.sim.SimulatedCrash;
import io.fairlead.chaos.sim.Trace;
import io.fairlead.raft.Membership;
import io.fairlead.raft.Metric;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.runtime.Group;
import io.fairlead.raft.spi.StateMachine;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One member of a simulated cluster, through all its {@linkplain Life lives}: a disk and a clock that stay, and a real
 * {@link io.fairlead.raft.RaftNode} that comes and goes.
 *
 * <p><b>Threads:</b> one.
 */
public final class SimMember<R> implements MemberView {
    private final SimCluster<R> cluster;
    private final long id;
    private final SimDisk disk;
    private final SimClock clock;
    private final Randomness random;
    private final ObservedLog.SurvivingLog survivingLog;
    private final DiskFaults diskFaults;
    private final DiskQueue diskQueue;

    private long clusterId = SimCluster.CLUSTER;
    private Membership initial;
    private @Nullable Invariants checks;
    private int life;
    private int stoppingLife;
    private @Nullable Life<R> present;
    private boolean mayFail;
    private boolean damaged;
    private boolean givenUp;
    private boolean mayBeRefused;

    SimMember(SimCluster<R> cluster, long id, Membership founders, double clockRate) {
        this.cluster = cluster;
        this.id = id;
        this.initial = founders;
        long seed = cluster.seed();
        this.random = Randomness.of(seed, "member", id);
        this.disk = new SimDisk(Randomness.of(seed, "disk", id));
        this.clock = new SimClock(cluster.tasks(), random.below(1_000_000_000_000L), clockRate);
        this.survivingLog = new ObservedLog.SurvivingLog(id);
        this.diskQueue = new DiskQueue(cluster.scheduler(), cluster.tasks());
        this.diskFaults = new DiskFaults(Randomness.of(seed, "disk-faults", id), cluster.scheduler());
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public int life() {
        return life;
    }

    @Override
    public @Nullable Server server() {
        return present == null ? null : present.server();
    }

    @Override
    public DurableImage durable() {
        return survivingLog.image();
    }

    /** Tells if the member's process runs. */
    public boolean isUp() {
        return present != null && present.workers().isAlive();
    }

    /** Tells if the member takes itself for a leader. */
    public boolean leads() {
        Server server = server();
        return server != null && isUp() && server.leads();
    }

    /** Tells if the member's process runs, and was asked to end. */
    public boolean isStopping() {
        return isUp() && stoppingLife == life;
    }

    /** The group as its user sees it; null while the member is down. */
    public @Nullable RaftGroup<R> group() {
        return present != null && isUp() ? present.group() : null;
    }

    /** The present life's state machine; null while the member is down. */
    public @Nullable StateMachine<R> machine() {
        return present != null && isUp() ? present.machine() : null;
    }

    /** The present life's workers; null while the member is down. */
    public @Nullable SimWorkers workers() {
        return present != null && isUp() ? present.workers() : null;
    }

    /** What the present life's group measures. */
    public long gauge(Metric metric) {
        return present == null ? 0 : present.gauge(metric);
    }

    /** What survives the lives. */
    public SimDisk disk() {
        return disk;
    }

    /** The member's own time. */
    public SimClock clock() {
        return clock;
    }

    ObservedLog.SurvivingLog survivingLog() {
        return survivingLog;
    }

    /** What is wrong with the disk. */
    public DiskFaults diskFaults() {
        return diskFaults;
    }

    /** How fast the disk is. */
    public DiskQueue diskQueue() {
        return diskQueue;
    }

    /** Begins a life. A crash on the way is one more that is over. */
    public void start() {
        if (isUp() || givenUp) {
            return;
        }
        life++;
        Life<R> begun = new Life<>(cluster, this, life);
        present = begun;
        mayFail = damaged || diskFaults.isFailing() || disk.isLimited();
        cluster.trace().becomes(id, Trace.State.UP, "starts", "life " + life);
        try {
            begun.open(initial, random);
        } catch (SimulatedCrash crash) {
            cluster.trace().becomes(id, Trace.State.DOWN, "dies while it starts", crash.getMessage());
        } catch (RuntimeException | AssertionError failure) {
            startFailed(failure);
        }
    }

    /** Begins a life that its data directory should not allow; tells if it does. */
    public boolean startsWrongly() {
        mayBeRefused = true;
        start();
        mayBeRefused = false;
        return isUp();
    }

    /** Which cluster the member is configured for. */
    public long clusterId() {
        return clusterId;
    }

    /** From the next life on the member is configured for this cluster, as one that others add; the disk stays. */
    public void isOf(long newClusterId) {
        clusterId = newClusterId;
        checks = null;
        initial = new Membership(List.of(), List.of());
    }

    /** Somebody has been at the disk while the member was down: what the next life finds is what there is. */
    public void diskChanged() {
        survivingLog.anew();
    }

    /** The invariants of the cluster that the member is configured for. */
    Invariants checks() {
        Invariants known = checks;
        if (known == null) {
            known = cluster.checks(clusterId);
            checks = known;
        }
        return known;
    }

    private void startFailed(Throwable failure) {
        cluster.trace().becomes(id, Trace.State.DOWN, "cannot start", failure);
        kill();
        disk.crash();
        if (failure instanceof AssertionError) {
            cluster.failed(failure);
        } else if (damaged) {
            givenUp = true;
        } else if (!mayFail && !mayBeRefused) {
            cluster.failed(new AssertionError("member " + id + " cannot start: " + failure, failure));
        }
    }

    /** A group of a life has stopped: if it was not asked to, the life is over. */
    void groupStopped(int ofLife, @Nullable Throwable cause) {
        if (ofLife != life || !isUp() || cause == null) {
            return;
        }
        cluster.trace().add(id, "stops:", cause);
        if (!mayFail) {
            cluster.failed(
                    cause instanceof AssertionError
                            ? cause
                            : new AssertionError("member " + id + " stopped: " + cause, cause));
        }
        cluster.scheduler().after(1_000_000, id, () -> {
            if (ofLife == life && isUp()) {
                crash("its group has stopped");
            }
        });
    }

    /** A fault was injected that this life need not survive. */
    public void mayFail(String why) {
        cluster.trace().add(id, "may fail:", why);
        mayFail = true;
    }

    /** What this member had promised to keep was destroyed: it may refuse to go on, but must not be wrong. */
    public void damaged(String how) {
        cluster.trace().add(id, "is damaged:", how);
        damaged = true;
        mayFail = true;
    }

    /** Tells if the member was damaged, refused to start, and stays down for ever. */
    public boolean isGivenUp() {
        return givenUp;
    }

    /** Called with every message before the network gets it. */
    void onSend(RaftMessage message) {
        if (cluster.isFine()) {
            try {
                checks().onSend(this, message);
            } catch (AssertionError violation) {
                cluster.failed(violation);
            }
        }
    }

    private void kill() {
        if (present != null) {
            present.end();
        }
        cluster.network().disconnect(id);
    }

    /** The process dies, and with it whatever the disk had not synced. */
    public void crash(String why) {
        if (isUp()) {
            cluster.trace().becomes(id, Trace.State.DOWN, "CRASHES:", why);
            kill();
            disk.crash();
        }
    }

    /** The process dies; its machine, and so what was written, stays. */
    public void exit(String why) {
        if (isUp()) {
            cluster.trace().becomes(id, Trace.State.DOWN, "EXITS:", why);
            kill();
            disk.processExit();
        }
    }

    /** Ends the life in the orderly way, handing over leadership. */
    public void stopGracefully(Duration patience) {
        Group<R> stopping = present == null ? null : present.group();
        if (stopping == null) {
            return;
        }
        int thisLife = life;
        stoppingLife = life;
        cluster.trace().add(id, "is asked to stop", null);
        stopping.beginClose(patience);
        stopping.stopped()
                .handle((none, failure) -> {
                    if (life == thisLife) {
                        exit(failure == null ? "stopped in the orderly way" : "its log could not be closed");
                    }
                    return failure == null;
                })
                .isDone();
    }

    /** The process dies; then one bit of its log turns over, with something behind it that tells of the loss. */
    public void rot(Randomness choice) {
        crash("its disk rots");
        List<String> segments =
                logFiles().stream().filter(path -> path.endsWith(".log")).toList();
        if (segments.size() > 1) {
            String path = choice.pick(segments.subList(0, segments.size() - 1));
            disk.flipBit(path, choice.below(disk.writtenBytes(path) + 1L), choice.between(0, 7));
            survivingLog.forget();
        }
    }

    /** The process dies; then all files of its log are gone. */
    public void loseLog() {
        crash("its log is lost");
        logFiles().forEach(disk::lose);
        survivingLog.forget();
    }

    private List<String> logFiles() {
        return disk.files().keySet().stream()
                .filter(path -> path.contains("/log/"))
                .toList();
    }

    /**
     * The disk is replaced by an empty one. Whoever does that says who the members are now: one that was told once more to
     * found a cluster alone would do so.
     */
    public void wipe() {
        crash("its disk is lost");
        disk.wipe();
        survivingLog.forget();
        if (initial.voters().size() == 1) {
            initial = new Membership(List.of(), List.of());
        }
    }

    /** One line: who, how, and where in its log. */
    public String statusLine() {
        Server server = server();
        if (server == null) {
            return String.format("n%d life %-3d down      disk: %s", id, life, durable());
        }
        return String.format(
                "n%d life %-3d %-13s term %-4d vote %-2d leader %-2d log %d..%d durable %d commit %d applied %d"
                        + " config %s voters %s%s",
                id,
                life,
                server.role(),
                server.term(),
                server.votedFor(),
                server.leader(),
                server.firstIndex(),
                server.lastIndex(),
                server.durableIndex(),
                server.commitIndex(),
                server.appliedIndex(),
                server.configurationId(),
                server.configuration().voters(),
                server.configuration().isJoint()
                        ? " + " + server.configuration().outgoingVoters()
                        : "");
    }

    @Override
    public String toString() {
        return statusLine();
    }
}
