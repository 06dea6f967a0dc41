package io.fairlead.bench.peers.microraft;

import io.fairlead.bench.embedded.EmbeddedGroup;
import io.fairlead.bench.peers.Await;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.model.message.RaftMessage;
import io.microraft.statemachine.StateMachine;
import io.microraft.transport.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Three nodes of MicroRaft, which comes without a network and without a log on disk. */
public final class MicroRaftGroup implements EmbeddedGroup {
    private static final int MEMBERS = 3;

    private final List<RaftNode> nodes = new ArrayList<>();
    private final List<Counter> counters = new ArrayList<>();
    private volatile int leader;

    /** A member's name. */
    private record Endpoint(Integer number) implements RaftEndpoint {
        @Override
        public Object getId() {
            return number;
        }
    }

    @Override
    public boolean supports(Variant variant) {
        return variant == Variant.MEMORY || variant == Variant.LOG;
    }

    @Override
    public String describe(Variant variant) {
        return "MicroRaft 0.7, all defaults, members call each other, "
                + (variant == Variant.MEMORY ? "no store" : "a plain preallocated file with fdatasync as its store");
    }

    @Override
    public void start(Variant variant, Path directory) throws IOException, InterruptedException, TimeoutException {
        List<RaftEndpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) {
            endpoints.add(new Endpoint(i));
        }
        Map<RaftEndpoint, RaftNode> reachable = new ConcurrentHashMap<>();
        Files.createDirectories(directory);
        for (int i = 0; i < MEMBERS; i++) {
            Counter counter = new Counter();
            RaftNode.RaftNodeBuilder builder = RaftNode.newBuilder()
                    .setGroupId("bench")
                    .setLocalEndpoint(endpoints.get(i))
                    .setInitialGroupMembers(endpoints)
                    .setTransport(new Direct(reachable))
                    .setStateMachine(counter);
            if (variant == Variant.LOG) {
                builder.setStore(new PlainFileStore(directory.resolve("m" + i)));
            }
            RaftNode node = builder.build();
            nodes.add(node);
            counters.add(counter);
            reachable.put(endpoints.get(i), node);
        }
        nodes.forEach(RaftNode::start);
        leader = Await.leader(MEMBERS, this::leads);
    }

    private boolean leads(int number) {
        RaftNode node = nodes.get(number);
        return node.getLocalEndpoint().equals(node.getTerm().getLeaderEndpoint());
    }

    @Override
    public void propose(byte[] command, Done done) {
        nodes.get(leader).replicate(command).whenComplete((ordered, failure) -> {
            if (failure == null) {
                done.applied();
            } else {
                leader = Await.orElse(leader, MEMBERS, this::leads);
                done.failed(failure);
            }
        });
    }

    @Override
    public long[] applied() {
        return counters.stream().mapToLong(counter -> counter.count).toArray();
    }

    @Override
    public void stop() {
        nodes.forEach(RaftNode::terminate);
    }

    /** Calls the other member on the sender's thread. */
    private record Direct(Map<RaftEndpoint, RaftNode> reachable) implements Transport {
        @Override
        public void send(RaftEndpoint target, RaftMessage message) {
            RaftNode node = reachable.get(target);
            if (node != null) {
                node.handle(message);
            }
        }

        @Override
        public boolean isReachable(RaftEndpoint endpoint) {
            return reachable.containsKey(endpoint);
        }
    }

    /** Counts commands. */
    private static final class Counter implements StateMachine {
        private static final Object NEW_TERM = "new term";

        private volatile long count;

        @Override
        public Object runOperation(long commitIndex, Object operation) {
            if (operation instanceof byte[]) {
                count++;
            }
            return Boolean.TRUE;
        }

        @Override
        public void takeSnapshot(long commitIndex, Consumer<Object> chunks) {
            chunks.accept(count);
        }

        @Override
        public void installSnapshot(long commitIndex, List<Object> chunks) {
            count = (Long) chunks.get(0);
        }

        @Override
        public Object getNewTermOperation() {
            return NEW_TERM;
        }
    }
}
