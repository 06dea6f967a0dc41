package io.fairlead.bench.embedded.fairlead;

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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Three nodes in this JVM, each a member of many groups: logs in memory, Netty over loopback. */
public final class ManyGroups implements AutoCloseable {
    private static final int MEMBERS = 3;
    private static final long CLUSTER = 4711;

    private final List<NettyTransport> transports = new ArrayList<>();
    private final List<RaftNode> nodes = new ArrayList<>();
    private final List<List<RaftGroup<Boolean>>> groups = new ArrayList<>();

    /** Opens and starts everything; nobody leads yet. */
    public ManyGroups(int count, boolean goQuiet, Path directory) throws IOException {
        RaftConfig config = RaftConfig.builder()
                .electionTimeout(Duration.ofSeconds(1))
                .heartbeatInterval(Duration.ofMillis(100))
                .requestTimeout(Duration.ofMinutes(2))
                .idleGroupsGoQuiet(goQuiet)
                .build();
        List<Member> members = new ArrayList<>();
        for (int id = 1; id <= MEMBERS; id++) {
            members.add(Member.of(id, "127.0.0.1:" + freePort()));
        }
        Membership membership = Membership.of(members.toArray(Member[]::new));
        for (Member member : members) {
            NettyTransport transport =
                    new NettyTransport(NettyTransportConfig.builder(CLUSTER, member.id(), member.address())
                            .build());
            RaftNode node = RaftNode.builder()
                    .clusterId(CLUSTER)
                    .memberId(member.id())
                    .dataDirectory(directory.resolve("m" + member.id()))
                    .stores(new MemoryStores())
                    .transport(transport)
                    .config(config)
                    .build();
            transports.add(transport);
            nodes.add(node);
            List<RaftGroup<Boolean>> opened = new ArrayList<>();
            for (int group = 1; group <= count; group++) {
                opened.add(node.openGroup(group, membership, new Counter()));
            }
            groups.add(opened);
        }
        nodes.forEach(RaftNode::start);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Writes once in every group, all through one node, and waits for the answers. */
    public void writeInEach(int node) {
        List<CompletionStage<Boolean>> answers = new ArrayList<>();
        groups.get(node).forEach(group -> answers.add(group.propose(ByteBuffer.allocate(16))));
        CompletableFuture.allOf(answers.stream()
                        .map(CompletionStage::toCompletableFuture)
                        .toArray(CompletableFuture<?>[]::new))
                .join();
    }

    /** A node falls silent without a word. */
    public void silence(int node) {
        transports.get(node).close();
    }

    @Override
    public void close() {
        List<CompletableFuture<Void>> closing = new ArrayList<>();
        nodes.forEach(node -> closing.add(node.beginClose(Duration.ZERO)));
        closing.forEach(CompletableFuture::join);
        nodes.forEach(RaftNode::close);
    }
}
