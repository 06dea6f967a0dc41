package io.fairlead.chaos.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.Consistency;
import io.fairlead.raft.Membership;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.RaftNode;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.netty.NettyTransport;
import io.fairlead.raft.netty.NettyTransportConfig;
import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import io.fairlead.raft.storage.NioDisk;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The counter of the README on three members with real sockets and files. */
@Timeout(120)
class EmbeddedCounterTest {
    private static final int MEMBERS = 3;

    @TempDir
    Path directory;

    private final List<WitnessDisk> disks = new ArrayList<>();
    private final List<RaftNode> nodes = new ArrayList<>();
    private final List<RaftGroup<Long>> groups = new ArrayList<>();

    /** As in the README. */
    static final class Counter implements StateMachine<Long> {
        private long value;

        @Override
        public Long apply(Command command) {
            return value += command.payload().getLong() & 0xFFFF_FFFFL;
        }

        @Override
        public Snapshot snapshot() {
            long frozen = value;
            return out -> new DataOutputStream(out).writeLong(frozen);
        }

        @Override
        public void restore(InputStream in, long lastIncludedIndex) throws IOException {
            value = new DataInputStream(in).readLong();
        }
    }

    @BeforeEach
    void startThreeMembers() throws IOException {
        List<Member> members = new ArrayList<>();
        for (int port : freePorts()) {
            members.add(Member.of(members.size() + 1L, "127.0.0.1:" + port));
        }
        Membership membership = new Membership(members, List.of());
        for (Member member : members) {
            WitnessDisk disk = new WitnessDisk(new NioDisk(directory.resolve("n" + member.id())));
            RaftNode node = RaftNode.builder()
                    .clusterId(7)
                    .memberId(member.id())
                    .disk(disk)
                    .transport(new NettyTransport(NettyTransportConfig.builder(7, member.id(), member.address())
                            .build()))
                    .build();
            disks.add(disk);
            nodes.add(node);
            groups.add(node.openGroup(membership, new Counter()));
            node.start();
        }
    }

    private static int[] freePorts() throws IOException {
        int[] ports = new int[MEMBERS];
        List<ServerSocket> reserved = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            reserved.add(socket);
            ports[i] = socket.getLocalPort();
        }
        for (ServerSocket socket : reserved) {
            socket.close();
        }
        return ports;
    }

    @AfterEach
    void stop() {
        nodes.forEach(RaftNode::close);
    }

    private static ByteBuffer command(int number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(0, WitnessDisk.MARK | number);
    }

    private long add(int member, int number) throws Exception {
        return groups.get(member).propose(command(number)).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void no_write_is_acknowledged_before_a_majority_has_synced_it() throws Exception {
        for (int i = 1; i <= 300; i++) {
            add(i % MEMBERS, i);

            long value = WitnessDisk.MARK | i;
            assertThat(disks.stream().filter(disk -> disk.synced.contains(value)))
                    .as("members that had write %d on disk when it was acknowledged", i)
                    .hasSizeGreaterThanOrEqualTo(MEMBERS / 2 + 1);
        }
    }

    @Test
    void counting_goes_on_when_the_leader_is_gone() throws Exception {
        long expected = 0;
        for (int i = 1; i <= 20; i++) {
            expected += i;
            assertThat(add(i % MEMBERS, i)).isEqualTo(expected);
        }
        int leader = (int) groups.get(0).status().leader() - 1;
        nodes.get(leader).close();

        int survivor = (leader + 1) % MEMBERS;
        assertThat(add(survivor, 1000)).isEqualTo(expected + 1000);
        assertThat(groups.get((leader + 2) % MEMBERS)
                        .readBarrier(Consistency.LINEARIZABLE)
                        .toCompletableFuture()
                        .get(30, TimeUnit.SECONDS))
                .isPositive();
    }
}
