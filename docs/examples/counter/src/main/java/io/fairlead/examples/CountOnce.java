package io.fairlead.examples;

import io.fairlead.raft.Membership;
import io.fairlead.raft.RaftNode;
import io.fairlead.raft.netty.NettyTransport;
import io.fairlead.raft.netty.NettyTransportConfig;
import io.fairlead.raft.session.ResultCodec;
import io.fairlead.raft.session.Session;
import io.fairlead.raft.session.SessionConfig;
import io.fairlead.raft.session.SessionGroup;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Scanner;

/** The {@link Counter} once more, for numbers that count once even if the answer is lost on the way. */
public final class CountOnce {
    /** Counts what is typed. Arguments: which member this is, then the addresses of all. */
    public static void main(String... args) {
        int me = Integer.parseInt(args[0]);
        Membership members = Membership.at(Arrays.copyOfRange(args, 1, args.length));
        NettyTransport network = new NettyTransport(NettyTransportConfig.builder(1, me, members.addressOf(me)).build());
        Path data = Path.of("data", args[0]);
        try (RaftNode node = RaftNode.builder().clusterId(1).memberId(me).dataDirectory(data).transport(network).build()) {
            SessionGroup<Long> counter = node.openGroup(members, new Counter(), SessionConfig.of(ResultCodec.LONG));
            node.start();
            Session<Long> session = counter.openSession().toCompletableFuture().join();
            for (Scanner in = new Scanner(System.in); in.hasNextLong(); ) {
                ByteBuffer command = ByteBuffer.allocate(8).putLong(0, in.nextLong());
                session.propose(command).whenComplete((sum, failure) -> System.out.println(failure == null
                        ? "sum " + sum + ", leader " + counter.status().leader() : failure.getMessage()));
            }
        }
    }
}
