package io.fairlead.chaos.embedding;

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
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A process with little memory and two members: one that has a large state and gives a snapshot of it, and one that comes
 * later and can be given nothing else. Says at the end how many blocks the second one has restored, and starts it again.
 */
final class LargeSnapshotProcess {
    private static final Duration PATIENCE = Duration.ofSeconds(100);
    private static final int COMMANDS = 64;

    /** So much that the log has several segments, and its first one goes. */
    private static final int COMMAND_BYTES = 4 << 10;

    private final Path directory;
    private final boolean onDisk;
    private final List<Member> members;

    private LargeSnapshotProcess(Path directory, boolean onDisk) throws IOException {
        this.directory = directory;
        this.onDisk = onDisk;
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket two = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            members = List.of(
                    Member.of(1, "127.0.0.1:" + one.getLocalPort()), Member.of(2, "127.0.0.1:" + two.getLocalPort()));
        }
    }

    /** A node, its group and the state in it. */
    private record Running(RaftNode node, RaftGroup<Long> group, LargeState state) implements AutoCloseable {
        @Override
        public void close() {
            node.close();
        }
    }

    /** Arguments: where; {@code on-disk} or {@code streaming}; how many blocks. */
    public static void main(String[] args) throws Exception {
        new LargeSnapshotProcess(Path.of(args[0]), args[1].equals("on-disk")).run(Long.parseLong(args[2]));
    }

    private void run(long blocks) throws Exception {
        try (Running first = start(1, Membership.of(members.get(0)))) {
            for (int i = 0; i < COMMANDS; i++) {
                get(first.group.propose(ByteBuffer.allocate(COMMAND_BYTES).putLong(0, blocks / COMMANDS)));
            }
            get(first.group.takeSnapshot());
            Awaitility.await().atMost(PATIENCE).until(() -> first.group.status().firstIndex() > 1);
            try (Running second = start(2, Membership.of())) {
                get(first.group.changeMembership(new Membership(List.of(members.get(0)), List.of(members.get(1))), -1));
                Awaitility.await().atMost(PATIENCE).until(() -> second.state.blocks == blocks);
                System.out.println("restored " + second.state.blocks);
                Awaitility.await()
                        .atMost(PATIENCE)
                        .until(() -> second.group.status().firstIndex() > 1);
            }
            try (Running again = start(2, Membership.of())) {
                Awaitility.await().atMost(PATIENCE).until(() -> again.state.blocks == blocks);
                System.out.println("restarted " + again.state.blocks);
            }
        }
    }

    private Running start(long id, Membership initial) throws IOException {
        Path home = directory.resolve("n" + id);
        String address = members.get((int) id - 1).address();
        RaftNode node = RaftNode.builder()
                .clusterId(1)
                .memberId(id)
                .dataDirectory(home)
                .transport(new NettyTransport(NettyTransportConfig.builder(1, id, address)
                        .advertisedAddress(address)
                        .build()))
                .config(RaftConfig.builder()
                        .electionTimeout(Duration.ofSeconds(1))
                        .requestTimeout(PATIENCE)
                        .logCacheBytes(1 << 20)
                        .segmentBytes(64 << 10)
                        .retainedEntries(5)
                        .snapshotBytesPerSecond(Long.MAX_VALUE / 2)
                        .build())
                .loops(1)
                .build();
        LargeState state = onDisk ? new LargeState.OnDisk(home.resolve("state")) : new LargeState.Streaming();
        RaftGroup<Long> group = node.openGroup(1, initial, state);
        node.start();
        return new Running(node, group, state);
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
}
