package io.fairlead.bench.peers.ratis;

import io.fairlead.bench.embedded.EmbeddedGroup;
import io.fairlead.bench.peers.Await;
import io.fairlead.bench.peers.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/** Three servers of Ratis over gRPC; requests are handed to the leader's server directly, without its client. */
public final class RatisGroup implements EmbeddedGroup {
    private static final int MEMBERS = 3;

    private final RaftGroupId groupId = RaftGroupId.valueOf(UUID.randomUUID());
    private final ClientId clientId = ClientId.randomId();
    private final AtomicLong callIds = new AtomicLong();
    private final List<RaftServer> servers = new ArrayList<>();
    private final List<Counter> counters = new ArrayList<>();
    private volatile int leader;

    @Override
    public boolean supports(Variant variant) {
        return variant == Variant.DURABLE || variant == Variant.DEFAULTS;
    }

    @Override
    public String describe(Variant variant) {
        return "Ratis 3.3.0, all defaults: unsafe-flush="
                + RaftServerConfigKeys.Log.UNSAFE_FLUSH_ENABLED_DEFAULT
                + ", async-flush="
                + RaftServerConfigKeys.Log.ASYNC_FLUSH_ENABLED_DEFAULT
                + ", gRPC over loopback, without its client";
    }

    @Override
    public void start(Variant variant, Path directory) throws IOException, InterruptedException, TimeoutException {
        int[] ports = Ports.free(MEMBERS);
        List<RaftPeer> peers = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) {
            peers.add(RaftPeer.newBuilder()
                    .setId(RaftPeerId.valueOf("m" + i))
                    .setAddress("127.0.0.1:" + ports[i])
                    .build());
        }
        org.apache.ratis.protocol.RaftGroup group = org.apache.ratis.protocol.RaftGroup.valueOf(groupId, peers);
        for (int i = 0; i < MEMBERS; i++) {
            RaftProperties properties = new RaftProperties();
            GrpcConfigKeys.Server.setPort(properties, ports[i]);
            RaftServerConfigKeys.setStorageDir(
                    properties, List.of(directory.resolve("m" + i).toFile()));
            Counter counter = new Counter();
            RaftServer server = RaftServer.newBuilder()
                    .setServerId(peers.get(i).getId())
                    .setGroup(group)
                    .setProperties(properties)
                    .setStateMachine(counter)
                    .build();
            server.start();
            servers.add(server);
            counters.add(counter);
        }
        leader = Await.leader(MEMBERS, this::leads);
    }

    private boolean leads(int number) {
        try {
            return servers.get(number).getDivision(groupId).getInfo().isLeaderReady();
        } catch (IOException e) {
            return false; // It has not heard of the group yet.
        }
    }

    @Override
    public void propose(byte[] command, Done done) {
        RaftServer server = servers.get(leader);
        ByteString content = UnsafeByteOperations.unsafeWrap(command);
        RaftClientRequest request = RaftClientRequest.newBuilder()
                .setClientId(clientId)
                .setServerId(server.getId())
                .setGroupId(groupId)
                .setCallId(callIds.incrementAndGet())
                .setMessage(Message.valueOf(content))
                .setType(RaftClientRequest.writeRequestType())
                .build();
        try {
            server.submitClientRequestAsync(request).whenComplete((reply, failure) -> told(reply, failure, done));
        } catch (IOException e) {
            failed(done, e);
        }
    }

    private void told(RaftClientReply reply, Throwable failure, Done done) {
        if (failure != null) {
            failed(done, failure);
        } else if (reply.isSuccess()) {
            done.applied();
        } else {
            failed(done, reply.getException());
        }
    }

    private void failed(Done done, Throwable cause) {
        leader = Await.orElse(leader, MEMBERS, this::leads);
        done.failed(cause);
    }

    @Override
    public long[] applied() {
        return counters.stream().mapToLong(counter -> counter.count).toArray();
    }

    @Override
    public void stop() throws IOException {
        for (RaftServer server : servers) {
            server.close();
        }
    }

    /** Counts commands. */
    private static final class Counter extends BaseStateMachine {
        private static final CompletableFuture<Message> DONE = CompletableFuture.completedFuture(Message.EMPTY);

        private volatile long count;

        @Override
        public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
            count++;
            updateLastAppliedTermIndex(
                    transaction.getLogEntry().getTerm(),
                    transaction.getLogEntry().getIndex());
            return DONE;
        }
    }
}
