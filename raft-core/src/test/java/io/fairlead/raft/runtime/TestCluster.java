package io.fairlead.raft.runtime;

import static java.util.Objects.requireNonNull;

import io.fairlead.raft.Membership;
import io.fairlead.raft.NotAcceptedException;
import io.fairlead.raft.RaftConfig;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.RaftNode;
import io.fairlead.raft.RaftStatus;
import io.fairlead.raft.RaftStatus.Role;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.spi.Metrics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Nodes with real threads and a network, disks and stores in memory, each hosting a counter. */
final class TestCluster implements AutoCloseable {
    static final long GROUP = 1;

    final MemoryNetwork network = new MemoryNetwork();
    final RaftConfig config;
    final Map<Long, Running> running = new TreeMap<>();
    Metrics metrics = Metrics.NONE;
    private final Map<Long, MemoryDisk> disks = new TreeMap<>();
    private final Map<Long, MemoryStores> stores = new TreeMap<>();
    final Membership founders;
    private final @Nullable Path directory;

    record Running(RaftNode node, RaftGroup<Long> group, Counter counter) {}

    TestCluster(int members, RaftConfig config) {
        this(members, config, null);
    }

    /** On real files below {@code directory}, unless it is null. */
    TestCluster(int members, RaftConfig config, @Nullable Path directory) {
        this.config = config;
        this.directory = directory;
        List<Member> voters = new ArrayList<>();
        for (long id = 1; id <= members; id++) {
            voters.add(Member.of(id, "member-" + id));
        }
        founders = new Membership(voters, List.of());
    }

    static RaftConfig.Builder quickConfig() {
        return RaftConfig.builder()
                .electionTimeout(Duration.ofMillis(400))
                .heartbeatInterval(Duration.ofMillis(50))
                .requestTimeout(Duration.ofSeconds(20))
                .shutdownPatience(Duration.ofSeconds(5));
    }

    static TestCluster started(int members, RaftConfig config) {
        return started(members, config, null);
    }

    static TestCluster started(int members, RaftConfig config, @Nullable Path directory) {
        TestCluster cluster = new TestCluster(members, config, directory);
        for (long id = 1; id <= members; id++) {
            cluster.start(id);
        }
        return cluster;
    }

    Running start(long id) {
        return start(id, founders, 0);
    }

    Running start(long id, Membership initial, int ballast) {
        RaftNode.Builder builder = RaftNode.builder()
                .clusterId(7)
                .memberId(id)
                .transport(network.transport(id))
                .config(config)
                .metrics(metrics)
                .loops(1);
        if (directory == null) {
            builder.disk(disks.computeIfAbsent(id, any -> new MemoryDisk())).stores(stores(id));
        } else {
            builder.dataDirectory(directory.resolve("member-" + id));
        }
        RaftNode node = builder.build();
        Counter counter = new Counter();
        counter.ballast = ballast;
        RaftGroup<Long> group = open(node, initial, counter);
        node.start();
        Running started = new Running(node, group, counter);
        running.put(id, started);
        return started;
    }

    /** A node whose group cannot be opened is of no use, but has threads. */
    private static RaftGroup<Long> open(RaftNode node, Membership initial, Counter counter) {
        try {
            return node.openGroup(GROUP, initial, counter);
        } catch (RuntimeException e) {
            node.close();
            throw e;
        }
    }

    MemoryStores stores(long id) {
        return stores.computeIfAbsent(id, any -> new MemoryStores());
    }

    /** Forgets all that a stopped member had on disk. */
    void wipe(long id) {
        disks.remove(id);
        stores.remove(id);
    }

    /** The member that leads now, as far as the members know: the one of the latest term. */
    long leader() {
        return leaderAfter(0);
    }

    /** The member that leads in a term later than {@code term}. */
    long leaderAfter(long term) {
        await(() -> leaderOf(term) != 0);
        return leaderOf(term);
    }

    private long leaderOf(long afterTerm) {
        long leader = 0;
        long newest = afterTerm;
        for (Map.Entry<Long, Running> each : running.entrySet()) {
            RaftStatus status = each.getValue().group().status();
            if (status.role() == Role.LEADER && status.term() > newest) {
                newest = status.term();
                leader = each.getKey();
            }
        }
        return leader;
    }

    /** Asks the leader, whoever that is by then. */
    <T> T atLeader(Function<RaftGroup<Long>, CompletionStage<T>> request) {
        while (true) {
            try {
                return get(request.apply(group(leader())));
            } catch (NotAcceptedException e) {
                if (e.reason() != Refusal.NOT_LEADER) {
                    throw e;
                }
            }
        }
    }

    RaftGroup<Long> group(long id) {
        return requireNonNull(running.get(id)).group();
    }

    Counter counter(long id) {
        return requireNonNull(running.get(id)).counter();
    }

    /** Stops a member with notice. */
    void stop(long id) {
        requireNonNull(running.remove(id)).node().close();
    }

    /** A member that is running and is not the leader. */
    long follower() {
        return running.keySet().stream()
                .filter(id -> group(id).status().role() != Role.LEADER)
                .findFirst()
                .orElseThrow();
    }

    /** Looks until something that no event tells has come about. */
    void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("did not come about within 60 s");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    static ByteBuffer add(long amount) {
        return ByteBuffer.allocate(8).putLong(0, amount);
    }

    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        List<CompletableFuture<Void>> closing = new ArrayList<>();
        for (Running each : running.values()) {
            closing.add(each.node().beginClose(Duration.ZERO));
        }
        closing.forEach(TestCluster::get);
        running.values().forEach(each -> each.node().close());
    }
}
