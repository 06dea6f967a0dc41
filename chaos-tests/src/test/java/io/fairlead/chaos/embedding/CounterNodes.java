package io.fairlead.chaos.embedding;

import io.fairlead.raft.Consistency;
import io.fairlead.raft.Membership;
import io.fairlead.raft.RaftConfig;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.RaftNode;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.netty.NettyTransport;
import io.fairlead.raft.netty.NettyTransportConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Members with real sockets and files, each in two groups that count. */
final class CounterNodes implements AutoCloseable {
    static final int GROUPS = 2;

    /** So much that logs are compacted and newcomers need a snapshot. */
    private static final int COMMAND_BYTES = 2048;

    private final Path directory;
    private final List<Member> members = new ArrayList<>();
    private final Map<Long, Running> running = new TreeMap<>();

    /** A node and its groups, the first one at 0. */
    record Running(RaftNode node, List<RaftGroup<Long>> groups) {}

    /** Members 1 to {@code count} have places to listen; none is started. */
    CounterNodes(Path directory, int count) throws IOException {
        this.directory = directory;
        List<ServerSocket> reserved = new ArrayList<>();
        for (long id = 1; id <= count; id++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            reserved.add(socket);
            members.add(Member.of(id, "127.0.0.1:" + socket.getLocalPort()));
        }
        for (ServerSocket socket : reserved) {
            socket.close();
        }
    }

    Member member(long id) {
        return members.get((int) id - 1);
    }

    Membership membership(long... ids) {
        List<Member> voters = new ArrayList<>();
        for (long id : ids) {
            voters.add(member(id));
        }
        return new Membership(voters, List.of());
    }

    Path directoryOf(long id) {
        return directory.resolve("n" + id);
    }

    void start(long clusterId, long id, Membership initial) {
        RaftNode node = RaftNode.builder()
                .clusterId(clusterId)
                .memberId(id)
                .dataDirectory(directoryOf(id))
                .transport(new NettyTransport(
                        NettyTransportConfig.builder(clusterId, id, member(id).address())
                                .advertisedAddress(member(id).address())
                                .build()))
                .config(RaftConfig.builder()
                        .electionTimeout(Duration.ofMillis(300))
                        .heartbeatInterval(Duration.ofMillis(30))
                        .snapshotEveryEntries(40)
                        .retainedEntries(5)
                        .segmentBytes(64 << 10)
                        .build())
                .loops(1)
                .build();
        List<RaftGroup<Long>> groups = new ArrayList<>();
        for (long group = 1; group <= GROUPS; group++) {
            groups.add(node.openGroup(group, initial, new EmbeddedCounterTest.Counter()));
        }
        running.put(id, new Running(node, groups));
        node.start();
    }

    void stop(long id) {
        Objects.requireNonNull(running.remove(id)).node().close();
    }

    RaftGroup<Long> group(long id, int group) {
        return Objects.requireNonNull(running.get(id)).groups().get(group);
    }

    /** Adds at a member, in a group, and answers the sum. */
    long add(long id, int group, int amount) throws Exception {
        ByteBuffer command = ByteBuffer.allocate(COMMAND_BYTES).putLong(0, amount);
        return get(group(id, group).propose(command));
    }

    /** A linearizable read of nothing: whoever answers has a quorum. */
    void barrier(long id, int group) throws Exception {
        get(group(id, group).readBarrier(Consistency.LINEARIZABLE));
    }

    /** The only voter, once it leads, changes the members of a group. */
    void change(long leader, int group, Membership membership) throws Exception {
        barrier(leader, group);
        get(group(leader, group).changeMembership(membership, -1));
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        CompletableFuture<?>[] closing = running.values().stream()
                .map(each -> each.node().beginClose(Duration.ZERO))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(closing).join();
        running.values().forEach(each -> each.node().close());
    }
}
