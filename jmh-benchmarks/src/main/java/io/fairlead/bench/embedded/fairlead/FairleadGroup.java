package io.fairlead.bench.embedded.fairlead;

import io.fairlead.bench.embedded.EmbeddedGroup;
import io.fairlead.raft.Membership;
import io.fairlead.raft.RaftConfig;
import io.fairlead.raft.RaftException;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.RaftNode;
import io.fairlead.raft.RaftStatus;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.netty.NettyTransport;
import io.fairlead.raft.netty.NettyTransportConfig;
import io.fairlead.raft.spi.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Three nodes of Fairlead with one group each. */
public final class FairleadGroup implements EmbeddedGroup {
    private static final int MEMBERS = 3;
    private static final long CLUSTER = 4711;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** Where nothing is on disk, no more is kept than another library keeps: what it costs is garbage collection. */
    private static final RaftConfig SHORT_LOG = RaftConfig.builder()
            .logCacheBytes(1 << 20)
            .retainedEntries(10_000)
            .retainedBytes(1 << 20)
            .build();

    private final List<RaftNode> nodes = new ArrayList<>();
    private final List<RaftGroup<Boolean>> groups = new ArrayList<>();
    private final List<Counter> counters = new ArrayList<>();
    private volatile int leader;

    @Override
    public boolean supports(Variant variant) {
        return true;
    }

    @Override
    public String describe(Variant variant) {
        return "Fairlead, "
                + switch (variant) {
                    case MEMORY -> "log in memory, a thread per member, members call each other";
                    case LOG ->
                        "its log with fdatasync, members call each other; a state machine that never waits,"
                                + " loopWaitsForDisk";
                    case DURABLE ->
                        "fdatasync, Netty over loopback; a state machine that never waits, loopWaitsForDisk";
                    case DEFAULTS -> "all defaults: fdatasync, Netty over loopback; a state machine that never waits";
                };
    }

    @Override
    public void start(Variant variant, Path directory) throws IOException, InterruptedException, TimeoutException {
        Map<Long, Transport.Receiver> receivers = new ConcurrentHashMap<>();
        List<Member> members = new ArrayList<>();
        for (int id = 1; id <= MEMBERS; id++) {
            members.add(Member.of(id, "127.0.0.1:" + freePort()));
        }
        Membership membership = Membership.of(members.toArray(Member[]::new));
        for (Member member : members) {
            Transport transport = variant == Variant.MEMORY || variant == Variant.LOG
                    ? new DirectTransport(member.id(), receivers)
                    : new NettyTransport(NettyTransportConfig.builder(CLUSTER, member.id(), member.address())
                            .build());
            RaftNode.Builder builder = RaftNode.builder()
                    .clusterId(CLUSTER)
                    .memberId(member.id())
                    .dataDirectory(directory.resolve("m" + member.id()))
                    .transport(transport);
            if (variant == Variant.MEMORY) {
                builder.stores(new MemoryStores()).onOneThread().config(SHORT_LOG);
            } else if (variant != Variant.DEFAULTS) {
                builder.config(RaftConfig.builder().loopWaitsForDisk(true).build());
            }
            RaftNode node = builder.build();
            Counter counter = new Counter();
            nodes.add(node);
            counters.add(counter);
            groups.add(node.openGroup(membership, counter));
        }
        nodes.forEach(RaftNode::start);
        awaitLeader();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitLeader() throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!findLeader()) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("no leader");
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private boolean findLeader() {
        for (int i = 0; i < groups.size(); i++) {
            if (groups.get(i).status().role() == RaftStatus.Role.LEADER) {
                leader = i;
                return true;
            }
        }
        return false;
    }

    @Override
    public void propose(byte[] command, Done done) {
        RaftGroup<Boolean> group = groups.get(leader);
        group.propose(group.newProposal(ByteBuffer.wrap(command)), new Told(done));
    }

    /** Passes on what became of a proposal. */
    private final class Told implements RaftGroup.ProposalCallback<Boolean> {
        private final Done done;

        Told(Done done) {
            this.done = done;
        }

        @Override
        public void onApplied(long index, Boolean result) {
            done.applied();
        }

        @Override
        public void onFailed(RaftException failure) {
            findLeader();
            done.failed(failure);
        }
    }

    @Override
    public long[] applied() {
        return counters.stream().mapToLong(Counter::count).toArray();
    }

    @Override
    public void stop() {
        nodes.forEach(RaftNode::close);
    }
}
