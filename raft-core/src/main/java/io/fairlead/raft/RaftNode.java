package io.fairlead.raft;

import io.fairlead.raft.runtime.Host;
import io.fairlead.raft.runtime.OfflineGroups;
import io.fairlead.raft.runtime.OneThread;
import io.fairlead.raft.runtime.SystemClock;
import io.fairlead.raft.runtime.ThreadWorkers;
import io.fairlead.raft.session.SessionConfig;
import io.fairlead.raft.session.SessionGroup;
import io.fairlead.raft.session.SessionMachine;
import io.fairlead.raft.spi.Clock;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.Metrics;
import io.fairlead.raft.spi.StateMachine;
import io.fairlead.raft.spi.Stores;
import io.fairlead.raft.spi.Transport;
import io.fairlead.raft.spi.Workers;
import io.fairlead.raft.storage.FileStores;
import io.fairlead.raft.storage.MemberFile;
import io.fairlead.raft.storage.NioDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that takes part in groups: it hosts one member of each, and lets them share a transport, a data directory
 * and a few threads.
 *
 * <pre>{@code
 * RaftNode node = RaftNode.builder().clusterId(1).memberId(1).dataDirectory(path).transport(transport).build();
 * RaftGroup<Long> counter = node.openGroup(1, Membership.of(one, two, three), new Counter());
 * node.start();
 * counter.propose(command).thenAccept(System.out::println);
 * }</pre>
 *
 * <p><b>Threads:</b> any may call; {@link #openGroup} and {@link #close} wait for the disk, nothing else blocks.
 */
public final class RaftNode implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RaftNode.class);

    private final long memberId;
    private final long incarnation;
    private final RaftConfig config;
    private final Transport transport;
    private final AutoCloseable lock;
    private final Host host;
    private boolean started;

    private RaftNode(
            long memberId, long incarnation, RaftConfig config, Transport transport, AutoCloseable lock, Host host) {
        this.memberId = memberId;
        this.incarnation = incarnation;
        this.config = config;
        this.transport = transport;
        this.lock = lock;
        this.host = host;
    }

    /** {@return a builder with nothing but defaults} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return this process's member id, the same in all its groups} */
    public long memberId() {
        return memberId;
    }

    /**
     * {@return what this member drew when its data directory was formatted, or {@linkplain DisasterRecovery recovered}:
     * another number means another disk, or another life of the cluster}
     */
    public long incarnation() {
        return incarnation;
    }

    /** Opens the network: messages come in from now on. Groups may be opened before and after; before is quieter. */
    public void start() {
        if (!started) {
            started = true;
            transport.start(host);
        }
    }

    /**
     * Opens a group: founds it with {@code initial} as its members, or, if this member has been in it before, goes on
     * where it was, with the members that are in force. An empty membership joins: it waits until the group's leader
     * makes itself known, after somebody has {@linkplain RaftGroup#changeMembership added} this member there.
     *
     * <p><b>Threads:</b> waits until log and state machine are recovered; {@code stateMachine} is used on this thread
     * until then, and by the group alone from then on.
     *
     * @param <R> what the state machine answers
     * @param groupId the group's number, the same on all members
     * @param initial all founding members, the same on each of them; empty to join a group that exists
     * @param stateMachine owned by the group, which also closes it, unless this throws
     * @return the group, recovered; it takes part as soon as the node is {@linkplain #start started}
     * @throws InvalidConfigException naming every problem of {@code initial}
     * @throws UncheckedIOException if the disk fails
     * @throws GroupStoppedException if what is on disk does not fit together; the message says what to do
     */
    public <R> RaftGroup<R> openGroup(long groupId, Membership initial, StateMachine<R> stateMachine) {
        List<String> problems = initial.problems(memberId);
        if (!problems.isEmpty()) {
            throw new InvalidConfigException(problems);
        }
        try {
            return host.open(groupId, OfflineGroups.directoryOf(groupId), initial, stateMachine);
        } catch (IOException e) {
            throw new UncheckedIOException("group " + groupId + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /**
     * Opens the only group of a process that needs no more than one: number 0, otherwise as {@link #openGroup(long,
     * Membership, StateMachine)}.
     *
     * @param <R> what the state machine answers
     * @param initial all founding members, the same on each of them; empty to join a group that exists
     * @param stateMachine owned by the group, which also closes it, unless this throws
     * @return the group, recovered
     */
    public <R> RaftGroup<R> openGroup(Membership initial, StateMachine<R> stateMachine) {
        return openGroup(0, initial, stateMachine);
    }

    /**
     * Opens a group whose clients may have sessions, in which commands take effect exactly once. Otherwise as {@link
     * #openGroup(long, Membership, StateMachine)}. All members open it so, and always have.
     *
     * @param <R> what the state machine answers
     * @param groupId the group's number, the same on all members
     * @param initial all founding members, the same on each of them; empty to join a group that exists
     * @param stateMachine lives in memory, or is one that {@link io.fairlead.raft.session.KeepsSessions}
     * @param sessions how long sessions last, and how answers are written
     * @return the group, recovered
     */
    public <R> SessionGroup<R> openGroup(
            long groupId, Membership initial, StateMachine<R> stateMachine, SessionConfig<R> sessions) {
        SessionMachine<R> machine = new SessionMachine<>(stateMachine, sessions.codec());
        return new SessionGroup<>(
                openGroup(groupId, initial, machine), machine, sessions, host.clock(), host.sessionWorker());
    }

    /**
     * Opens the only group of a process that needs no more than one: number 0, with sessions. Otherwise as {@link
     * #openGroup(long, Membership, StateMachine, SessionConfig)}.
     *
     * @param <R> what the state machine answers
     * @param initial all founding members, the same on each of them; empty to join a group that exists
     * @param stateMachine lives in memory, or is one that {@link io.fairlead.raft.session.KeepsSessions}
     * @param sessions how long sessions last, and how answers are written
     * @return the group, recovered
     */
    public <R> SessionGroup<R> openGroup(Membership initial, StateMachine<R> stateMachine, SessionConfig<R> sessions) {
        return openGroup(0, initial, stateMachine, sessions);
    }

    /**
     * Says where a member is reached that no group of this process names yet, such as the leader of one to join.
     *
     * @param peer the member's id
     * @param address as the transport writes it, {@code host:port} with the one over Netty
     */
    public void addPeer(long peer, String address) {
        transport.addPeer(peer, address);
    }

    /** {@return how many messages came for no group of this process, or when too many others waited} */
    public long droppedMessages() {
        return host.droppedMessages();
    }

    /**
     * Begins to close all groups, handing over leadership for at most {@code patience}; {@link #close} does the rest.
     *
     * @param patience for each group; zero or more
     * @return completes when all groups have stopped, whatever became of them
     */
    public CompletableFuture<Void> beginClose(Duration patience) {
        return host.beginClose(patience);
    }

    /**
     * Closes all groups, then the transport, the threads and the data directory.
     *
     * <p><b>Threads:</b> any but those that callbacks and listeners are called on, which it waits for.
     */
    @Override
    public void close() {
        host.beginClose(config.shutdownPatience()).join();
        transport.close();
        host.closeWorkers();
        try {
            lock.close();
        } catch (Exception e) {
            log.warn("member={} could not release the lock of its data directory", memberId, e);
        }
    }

    /** Collects what a node needs. */
    public static final class Builder {
        private long clusterId;
        private long memberId;
        private @Nullable Path dataDirectory;
        private @Nullable Disk disk;
        private Stores stores = new FileStores();
        private @Nullable Transport transport;
        private RaftConfig config = RaftConfig.defaults();
        private Workers workers = new ThreadWorkers("");
        private int loops = Math.min(4, Runtime.getRuntime().availableProcessors());
        private Clock clock = new SystemClock();
        private Metrics metrics = Metrics.NONE;
        private LongSupplier randomness = new SecureRandom()::nextLong;

        private Builder() {}

        /**
         * Gives the cluster its number, which keeps members of different clusters apart. Needed.
         *
         * @param clusterId not 0; the same on all members
         * @return this builder
         */
        public Builder clusterId(long clusterId) {
            this.clusterId = clusterId;
            return this;
        }

        /**
         * Gives this member its number. Needed.
         *
         * @param memberId not 0; never used by another member, not even after this one is gone
         * @return this builder
         */
        public Builder memberId(long memberId) {
            this.memberId = memberId;
            return this;
        }

        /**
         * Says where logs and snapshots live. This or {@link #disk} is needed.
         *
         * @param dataDirectory made if it does not exist; locked while the node is open
         * @return this builder
         */
        public Builder dataDirectory(Path dataDirectory) {
            this.dataDirectory = dataDirectory;
            return this;
        }

        /**
         * Gives the files that logs and snapshots are written through, instead of a directory.
         *
         * @param disk with the data directory as its root; for this node alone
         * @return this builder
         */
        public Builder disk(Disk disk) {
            this.disk = disk;
            return this;
        }

        /**
         * Replaces the stores of logs and snapshots that come with this library.
         *
         * @param stores may be shared by nodes
         * @return this builder
         */
        public Builder stores(Stores stores) {
            this.stores = stores;
            return this;
        }

        /**
         * Gives the network. Needed.
         *
         * @param transport not started; owned by the node from here on, which closes it
         * @return this builder
         */
        public Builder transport(Transport transport) {
            this.transport = transport;
            return this;
        }

        /**
         * Gives the settings of all groups; the defaults unless set.
         *
         * @param config the same on all members, if they are to behave alike
         * @return this builder
         */
        public Builder config(RaftConfig config) {
            this.config = config;
            return this;
        }

        /**
         * Says what the stages run on: threads unless set.
         *
         * @param workers starts one worker for each stage; the node closes them
         * @return this builder
         */
        public Builder workers(Workers workers) {
            this.workers = workers;
            return this;
        }

        /**
         * Runs everything of this node on one thread: no stage waits for another thread to wake up, but while one works
         * none of the others does. For nodes that keep their logs in memory and whose state machines never wait; a disk
         * that is slow for an election timeout would cost a leader its leadership.
         *
         * @return this builder
         */
        public Builder onOneThread() {
            return workers(new OneThread("raft-node"));
        }

        /**
         * Says how many loops, log writers and appliers the groups share.
         *
         * @param loops 1 or more; as many as there are processors unless set, at most four
         * @return this builder
         */
        public Builder loops(int loops) {
            this.loops = loops;
            return this;
        }

        /**
         * Says where time comes from: the system's clock unless set.
         *
         * @param clock measures at the same rate as the other members' clocks, as nearly as clocks do
         * @return this builder
         */
        public Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /**
         * Says where the groups' measurements go; nowhere unless set.
         *
         * @param metrics may be shared by nodes
         * @return this builder
         */
        public Builder metrics(Metrics metrics) {
            this.metrics = metrics;
            return this;
        }

        /**
         * Says where random numbers come from: ids of disks, lives and snapshots, and the seeds of election timeouts.
         *
         * @param randomness any of 2<sup>64</sup> numbers, each time another one; a {@link SecureRandom} unless set
         * @return this builder
         */
        public Builder randomness(LongSupplier randomness) {
            this.randomness = randomness;
            return this;
        }

        /**
         * Checks everything, locks the data directory and reads, or writes, whose it is.
         *
         * @return the node, not {@linkplain #start started} yet
         * @throws InvalidConfigException naming every problem
         * @throws UncheckedIOException if the disk fails or another process holds the directory
         */
        public RaftNode build() {
            List<String> problems = new ArrayList<>();
            if (clusterId == 0) {
                problems.add("cluster-id is 0, give the cluster a number of its own");
            }
            if (memberId == 0) {
                problems.add("member-id is 0, give every member a number of its own");
            }
            if ((dataDirectory == null) == (disk == null)) {
                problems.add("exactly one of data-directory and disk must be given");
            }
            if (transport == null) {
                problems.add("transport must be given");
            }
            if (transport != null && transport.clusterId().orElse(clusterId) != clusterId) {
                problems.add("cluster-id is " + Long.toHexString(clusterId) + ", the transport's is "
                        + Long.toHexString(transport.clusterId().getAsLong()) + ": make them equal");
            }
            if (loops < 1) {
                problems.add("loops is " + loops + ", must be at least 1");
            }
            config.advice().forEach(advice -> log.warn("member={} {}", memberId, advice));
            Disk files = dataDirectory == null ? disk : new NioDisk(dataDirectory);
            if (!problems.isEmpty() || transport == null || files == null) {
                throw new InvalidConfigException(problems);
            }
            try {
                return open(files, transport);
            } catch (IOException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
        }

        private RaftNode open(Disk files, Transport network) throws IOException {
            files.createDirectories("");
            AutoCloseable lock = files.lock("LOCK");
            try {
                MemberFile member = OfflineGroups.finish(
                        files, stores, MemberFile.openOrCreate(files, clusterId, memberId, randomness));
                Host host = new Host(
                        memberId,
                        member.origin(),
                        config,
                        files,
                        stores,
                        network,
                        workers,
                        loops,
                        clock,
                        metrics,
                        randomness);
                return new RaftNode(memberId, member.incarnation(), config, network, lock, host);
            } catch (IOException | RuntimeException e) {
                try {
                    lock.close();
                } catch (Exception suppressed) {
                    e.addSuppressed(suppressed);
                }
                throw e;
            }
        }
    }
}
