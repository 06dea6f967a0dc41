package io.fairlead.examples;

import io.fairlead.raft.Membership;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.RaftNode;
import io.fairlead.raft.netty.NettyTransport;
import io.fairlead.raft.netty.NettyTransportConfig;
import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Scanner;

public final class Counter implements StateMachine<Long> {
    private long value;

    public Long apply(Command command) {
        return value += command.payload().getLong();
    }

    public Snapshot snapshot() {
        long frozen = value;
        return out -> new DataOutputStream(out).writeLong(frozen);
    }

    public void restore(InputStream in, long lastIncludedIndex) throws IOException {
        value = new DataInputStream(in).readLong();
    }

    /** Counts what is typed. Arguments: which member this is, then the addresses of all. */
    public static void main(String... args) {
        int me = Integer.parseInt(args[0]);
        Membership members = Membership.at(Arrays.copyOfRange(args, 1, args.length));
        NettyTransport network = new NettyTransport(NettyTransportConfig.builder(1, me, members.addressOf(me)).build());
        Path data = Path.of("data", args[0]);
        try (RaftNode node = RaftNode.builder().clusterId(1).memberId(me).dataDirectory(data).transport(network).build()) {
            RaftGroup<Long> counter = node.openGroup(members, new Counter());
            node.start();
            for (Scanner in = new Scanner(System.in); in.hasNextLong(); ) {
                ByteBuffer command = ByteBuffer.allocate(8).putLong(0, in.nextLong());
                counter.propose(command).whenComplete((sum, failure) -> System.out.println(failure == null
                        ? "sum " + sum + ", leader " + counter.status().leader() : failure.getMessage()));
            }
        }
    }
}
