package io.fairlead.raft.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** Transports on loopback with what they received, closed together at the end of a test. */
final class Nodes implements AutoCloseable {
    static final long CLUSTER = 0xC1;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final List<Node> nodes = new ArrayList<>();

    /** One member: its transport and what arrived there. */
    static final class Node implements Transport.Receiver {
        final long id;
        final NettyTransport transport;
        final BlockingQueue<RaftMessage> messages = new LinkedBlockingQueue<>();
        final BlockingQueue<Long> unreachable = new LinkedBlockingQueue<>();
        final AtomicInteger received = new AtomicInteger();

        Node(long id, NettyTransport transport) {
            this.id = id;
            this.transport = transport;
        }

        @Override
        public void onMessage(long groupId, RaftMessage message) {
            received.incrementAndGet();
            messages.add(message);
        }

        @Override
        public void onUnreachable(long memberId) {
            unreachable.add(memberId);
        }

        void send(RaftMessage message) {
            transport.send(1, message);
        }

        RaftMessage next() throws InterruptedException {
            RaftMessage message = messages.poll(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
            assertThat(message).as("a message for member " + id).isNotNull();
            return message;
        }

        NettyTransportStats stats() {
            return transport.stats();
        }

        String address() {
            return transport.boundAddress();
        }

        void knows(Node other) {
            transport.addPeer(other.id, other.address());
        }

        /** Waits until this member can send to another. */
        void awaitConnects(long count) {
            await("connections of member " + id, () -> stats().connects() >= count);
        }
    }

    Node start(long id) {
        return start(id, CLUSTER, "127.0.0.1:0", builder -> builder);
    }

    Node start(long id, UnaryOperator<NettyTransportConfig.Builder> options) {
        return start(id, CLUSTER, "127.0.0.1:0", options);
    }

    Node start(long id, long clusterId, String address, UnaryOperator<NettyTransportConfig.Builder> options) {
        Node node = create(id, clusterId, address, options);
        node.transport.start(node);
        return node;
    }

    /** A member that is not started yet. */
    Node create(long id, long clusterId, String address, UnaryOperator<NettyTransportConfig.Builder> options) {
        NettyTransportConfig config = options.apply(NettyTransportConfig.builder(clusterId, id, address)
                        .backoff(Duration.ofMillis(5), Duration.ofMillis(50)))
                .build();
        Node node = new Node(id, new NettyTransport(config));
        nodes.add(node);
        return node;
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as("waiting for " + what).isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        nodes.forEach(node -> node.transport.close());
    }
}
