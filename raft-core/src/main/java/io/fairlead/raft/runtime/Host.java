package io.fairlead.raft.runtime;

import io.fairlead.raft.Membership;
import io.fairlead.raft.RaftConfig;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.HeartbeatBundle;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.spi.Clock;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.LogStore;
import io.fairlead.raft.spi.Metrics;
import io.fairlead.raft.spi.SnapshotStore;
import io.fairlead.raft.spi.StateMachine;
import io.fairlead.raft.spi.Stores;
import io.fairlead.raft.spi.Transport;
import io.fairlead.raft.spi.Worker;
import io.fairlead.raft.spi.Workers;
import io.fairlead.raft.storage.MemberFile;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All groups of one process: they share its transport and a few workers, however many they are.
 *
 * <p><b>Threads:</b> any may call; {@link #open} and {@link #close} wait for the disk.
 */
public final class Host implements Transport.Receiver {
    private static final Logger log = LoggerFactory.getLogger(Host.class);

    private final long memberId;
    private final RaftConfig config;
    private final MemberFile.Origin origin;
    private final Disk disk;
    private final Stores stores;
    private final Transport transport;
    private final Clock clock;
    private final Metrics metrics;
    private final AtomicBoolean advised = new AtomicBoolean();
    private final AtomicBoolean loopWaits = new AtomicBoolean();
    private final LongSupplier randomness;
    private final SnapshotRates snapshotRates;
    private final Peers peers;
    private final Bundler bundler;
    private final @Nullable Pulse pulse;
    private final Pool loops;
    private final Pool logWriters;
    private final Pool appliers;
    private final Pool background;
    private final Pool snapshots;
    private final Pool notifiers;
    private final Pool sessions;
    private final ConcurrentSkipListMap<Long, Group<?>> groups = new ConcurrentSkipListMap<>();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger openGroups = new AtomicInteger();
    private final LongAdder droppedMessages = new LongAdder();
    private volatile boolean closed;

    /** Workers of one kind, started when they are first needed. */
    private static final class Pool {
        private final Workers workers;
        private final String name;
        private final ConcurrentSkipListMap<Integer, Worker> started = new ConcurrentSkipListMap<>();
        private final int size;

        Pool(Workers workers, String name, int size) {
            this.workers = workers;
            this.name = name;
            this.size = size;
        }

        Worker worker(int number) {
            int position = Math.floorMod(number, size);
            Worker known = started.get(position);
            if (known != null) {
                return known;
            }
            Worker made = workers.start(size == 1 ? name : name + "-" + position);
            Worker other = started.putIfAbsent(position, made);
            if (other != null) {
                made.close();
                return other;
            }
            return made;
        }

        void close() {
            started.values().forEach(Worker::close);
        }
    }

    /**
     * @param origin what the logs name as the cluster and the disk
     * @param loops how many loops, log writers and appliers the groups share
     */
    public Host(
            long memberId,
            MemberFile.Origin origin,
            RaftConfig config,
            Disk disk,
            Stores stores,
            Transport transport,
            Workers workers,
            int loops,
            Clock clock,
            Metrics metrics,
            LongSupplier randomness) {
        this.memberId = memberId;
        this.origin = origin;
        this.config = config;
        this.disk = disk;
        this.stores = stores;
        this.transport = transport;
        this.clock = clock;
        this.metrics = metrics;
        this.randomness = randomness;
        this.snapshotRates = SnapshotRates.of(config.snapshotBytesPerSecond(), clock);
        this.peers = new Peers(memberId, transport);
        this.loops = new Pool(transport.loops(workers), "raft-loop", loops);
        this.logWriters = new Pool(workers, "raft-log", loops);
        this.appliers = new Pool(workers, "raft-apply", loops);
        this.background = new Pool(workers, "raft-background", 1);
        this.snapshots = new Pool(workers, "raft-snapshot", 1);
        this.notifiers = new Pool(workers, "raft-notify", 1);
        this.bundler = new Bundler(memberId, transport, this.loops.worker(0), this::hostsSeveralGroups);
        this.sessions = new Pool(workers, "raft-session", 1);
        this.pulse = config.idleGroupsGoQuiet() ? newPulse() : null;
        if (pulse != null) {
            pulse.start();
        }
    }

    private Pulse newPulse() {
        return new Pulse(
                memberId,
                config.heartbeatInterval().toNanos(),
                config.electionTimeout().toNanos(),
                loops.worker(0),
                loops.started::values,
                bundler,
                peers,
                groups::values,
                clock,
                randomness);
    }

    /**
     * Opens a group: recovers what its directory holds and takes part.
     *
     * @throws IOException if the disk fails
     */
    public <R> Group<R> open(long groupId, String directory, Membership initial, StateMachine<R> stateMachine)
            throws IOException {
        if (closed) {
            throw new IllegalStateException("the node is closed");
        }
        if (groups.containsKey(groupId)) {
            throw new IllegalStateException("group " + groupId + " is open already");
        }
        Configuration configuration = Memberships.toConfiguration(initial, Configuration.empty());
        Stores.LogSettings settings = new Stores.LogSettings(
                config.segmentBytes(),
                config.logCacheBytes(),
                origin.clusterId(),
                groupId,
                memberId,
                origin.incarnation());
        LogStore entries = stores.openLog(disk, directory + "/log", settings);
        @Nullable SnapshotStore snapshotStore = null;
        try {
            snapshotStore = stores.openSnapshots(disk, directory + "/snapshot");
            int number = opened.getAndIncrement();
            Worker loop = loops.worker(number);
            GroupParts<R> parts = new GroupParts<>(
                    groupId,
                    memberId,
                    config,
                    entries,
                    snapshotStore,
                    ConfigurationFile.ofBeginning(disk, directory),
                    NewestConfiguration.open(disk, directory),
                    new StandingFile(disk, directory),
                    stateMachine,
                    transport,
                    bundler,
                    peers,
                    clock,
                    metrics,
                    advised,
                    loopWaits,
                    new GroupWorkers(
                            loop,
                            logWriters.worker(number),
                            stateMachine.neverWaits() ? loop : appliers.worker(number),
                            background.worker(0),
                            snapshots.worker(0),
                            notifiers.worker(0)),
                    snapshotRates,
                    new SplitMix(randomness.getAsLong()));
            Recovery recovery = Recovery.of(parts, configuration);
            Group<R> group = new Group<>(parts, recovery, this::groupEnds, () -> forget(groupId));
            if (groups.putIfAbsent(groupId, group) != null) {
                throw new IllegalStateException("group " + groupId + " is open already");
            }
            openGroups.incrementAndGet();
            group.start();
            if (pulse != null) {
                pulse.introduce(group);
            }
            return group;
        } catch (IOException | RuntimeException e) {
            closeQuietly(entries, e);
            if (snapshotStore != null) {
                closeQuietly(snapshotStore, e);
            }
            throw e;
        }
    }

    private static void closeQuietly(AutoCloseable store, Exception cause) {
        try {
            store.close();
        } catch (Exception e) {
            cause.addSuppressed(e);
        }
    }

    private void groupEnds() {
        if (pulse != null && !closed) {
            pulse.renew();
        }
    }

    private void forget(long groupId) {
        Group<?> group = groups.remove(groupId);
        if (group != null) {
            openGroups.decrementAndGet();
            for (Member member : group.configuration().members()) {
                peers.remove(groupId, member.id());
            }
        }
    }

    @Override
    public void onMessage(long groupId, RaftMessage message) {
        if (message instanceof HeartbeatBundle bundle) {
            if (bundle.life() != 0 && pulse != null) {
                pulse.onSignOfLife(bundle.from(), bundle.life(), bundle.beat());
            }
            bundle.parts().forEach(part -> onMessage(part.groupId(), part.message()));
            return;
        }
        Group<?> group = groups.get(groupId);
        if (group == null || message.to() != memberId || !group.receive(message)) {
            droppedMessages.increment();
            log.trace("member={} group={} dropped {}", memberId, groupId, message);
        }
    }

    @Override
    public void onUnreachable(long member) {
        groups.values().forEach(group -> group.onUnreachable(member));
    }

    private boolean hostsSeveralGroups() {
        return openGroups.get() > 1;
    }

    /** Where time comes from. */
    public Clock clock() {
        return clock;
    }

    /** What the sessions of all groups run on; there is none before it is asked for. */
    public Worker sessionWorker() {
        return sessions.worker(0);
    }

    /** Messages that came for nobody here, or when too many others waited. */
    public long droppedMessages() {
        return droppedMessages.sum();
    }

    /** Closes all groups, without waiting. */
    public CompletableFuture<Void> beginClose(Duration patience) {
        closed = true;
        if (pulse != null) {
            pulse.stop();
        }
        List<CompletableFuture<Void>> stopped = new ArrayList<>();
        for (Group<?> group : groups.values()) {
            group.beginClose(patience);
            stopped.add(group.stopped().exceptionally(failure -> null));
        }
        return CompletableFuture.allOf(stopped.toArray(new CompletableFuture<?>[0]));
    }

    /** Ends the workers. Nothing of any group runs when this returns. */
    public void closeWorkers() {
        for (Pool pool : List.of(sessions, loops, logWriters, appliers, background, snapshots, notifiers)) {
            pool.close();
        }
    }
}
