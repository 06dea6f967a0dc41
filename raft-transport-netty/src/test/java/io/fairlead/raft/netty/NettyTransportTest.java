package io.fairlead.raft.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.raft.InvalidConfigException;
import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.SnapshotChunk;
import io.fairlead.raft.netty.Nodes.Node;
import io.fairlead.raft.netty.codec.Samples;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two members and real sockets. */
class NettyTransportTest {
    private final Nodes nodes = new Nodes();

    @AfterEach
    void closeNodes() {
        nodes.close();
    }

    @ParameterizedTest(name = "native io {0}")
    @ValueSource(booleans = {true, false})
    void carries_every_kind_of_message(boolean nativeIo) throws InterruptedException {
        Node one = nodes.start(1, options -> options.nativeIo(nativeIo));
        Node two = nodes.start(2, options -> options.nativeIo(nativeIo));
        one.knows(two);
        one.awaitConnects(2);

        TreeSet<String> sent = new TreeSet<>();
        for (RaftMessage message : Samples.fixed()) {
            sent.add(Samples.textOf(message));
            one.send(message);
        }

        TreeSet<String> received = new TreeSet<>();
        for (int i = 0; i < sent.size(); i++) {
            received.add(Samples.textOf(two.next()));
        }
        assertThat(received).isEqualTo(sent);
        Nodes.await("the counters", () -> two.stats().framesReceived() == sent.size());
        assertThat(one.stats().framesSent()).isEqualTo(sent.size());
        assertThat(two.stats().accepted()).isEqualTo(3);
        assertThat(two.stats().bytesReceived()).isGreaterThan(one.stats().bytesSent());
    }

    @Test
    void keeps_the_order_of_each_lane() throws InterruptedException {
        Node one = nodes.start(1);
        Node two = nodes.start(2);
        one.knows(two);
        one.awaitConnects(2);
        Random random = new Random(7);
        int count = 3000;
        for (int i = 1; i <= count; i++) {
            one.send(append(1, i, 1 + random.nextInt(i % 100 == 0 ? 200_000 : 500)));
            one.send(heartbeat(1, 2, i));
        }

        long nextEntry = 1;
        long nextHeartbeat = 1;
        for (int i = 0; i < 2 * count; i++) {
            RaftMessage message = two.next();
            if (message instanceof AppendEntries append) {
                assertThat(append.entries().get(0).index()).isEqualTo(nextEntry++);
            } else {
                assertThat(((Heartbeat) message).term()).isEqualTo(nextHeartbeat++);
            }
        }
        assertThat(one.stats().flushes()).as("many frames share a flush").isLessThan(2 * count / 2);
    }

    @Test
    void carries_frames_of_many_megabytes() throws InterruptedException {
        Node one = nodes.start(1);
        Node two = nodes.start(2);
        one.knows(two);
        one.awaitConnects(2);
        byte[] large = new byte[20 << 20];
        new Random(1).nextBytes(large);

        one.send(append(1, 1, ByteBuffer.wrap(large)));
        one.send(new SnapshotChunk(1, 2, 9, 0, ByteBuffer.wrap(large), 0));

        for (int i = 0; i < 2; i++) {
            RaftMessage message = two.next();
            ByteBuffer received = message instanceof AppendEntries append
                    ? append.entries().get(0).payload()
                    : ((SnapshotChunk) message).data();
            assertThat(received.equals(ByteBuffer.wrap(large))).isTrue();
        }
    }

    @Test
    void loses_and_counts_what_it_cannot_send() {
        Node one = nodes.start(1, options -> options.maxFrameBytes(64 << 10));
        Node two = nodes.start(2, options -> options.maxFrameBytes(64 << 10));

        one.send(heartbeat(1, 2, 1));
        assertThat(one.stats().dropped(DropCause.UNKNOWN_PEER)).isEqualTo(1);

        one.knows(two);
        one.awaitConnects(2);
        one.send(append(1, 1, 100_000));
        Nodes.await("the drop", () -> one.stats().dropped(DropCause.TOO_LARGE) == 1);

        one.transport.removePeer(2);
        one.send(heartbeat(1, 2, 1));
        assertThat(one.stats().dropped(DropCause.UNKNOWN_PEER)).isEqualTo(2);
    }

    @Test
    void lets_out_what_was_sent_before_a_peer_is_removed() throws InterruptedException {
        Node one = nodes.start(1);
        Node two = nodes.start(2);
        one.knows(two);
        one.awaitConnects(2);

        for (int i = 1; i <= 100; i++) {
            one.send(heartbeat(1, 2, i));
        }
        one.transport.removePeer(2);

        for (int i = 1; i <= 100; i++) {
            assertThat(((Heartbeat) two.next()).term()).isEqualTo(i);
        }
    }

    @Test
    void says_in_one_line_why_it_cannot_listen() {
        Node one = nodes.start(1);
        NettyTransport second = new NettyTransport(
                NettyTransportConfig.builder(Nodes.CLUSTER, 2, one.address()).build());

        assertThatThrownBy(() -> second.start(one))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cannot listen for peers on " + one.address());
        second.close();
    }

    @Test
    void names_every_problem_of_a_configuration() {
        NettyTransportConfig.Builder wrong = NettyTransportConfig.builder(1, 0, "here")
                .ioThreads(0)
                .connectTimeout(Duration.ZERO)
                .backoff(Duration.ofSeconds(2), Duration.ofSeconds(1))
                .maxFrameBytes(1)
                .bulkBufferBytes(0)
                .advertisedAddress("::1:80");

        assertThatThrownBy(wrong::build)
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("member id")
                .hasMessageContaining("listen address")
                .hasMessageContaining("advertised address")
                .hasMessageContaining("io-threads")
                .hasMessageContaining("connect-timeout")
                .hasMessageContaining("max-backoff")
                .hasMessageContaining("max-frame-bytes")
                .hasMessageContaining("bulk-buffer-bytes");
    }

    @Nested
    class A_peer_that_restarts {
        @Test
        void is_reported_and_then_reached_again() throws InterruptedException {
            Node one = nodes.start(1);
            Node two = nodes.start(2);
            String address = two.address();
            one.knows(two);
            one.awaitConnects(2);

            two.transport.close();
            assertThat(one.unreachable.take()).isEqualTo(2L);
            Nodes.await("both lanes lost", () -> one.stats().connectionsLost() == 2);
            Node again = nodes.start(2, Nodes.CLUSTER, address, options -> options);
            one.awaitConnects(4);
            one.send(heartbeat(1, 2, 3));

            assertThat(again.next()).isEqualTo(heartbeat(1, 2, 3));
        }

        @Test
        void is_dialled_at_once_when_it_dials() throws InterruptedException {
            Node one = nodes.start(1, options -> options.backoff(Duration.ofHours(1), Duration.ofHours(1)));
            Node two = nodes.start(2);
            String address = two.address();
            one.knows(two);
            one.awaitConnects(2);
            two.transport.close();
            Nodes.await("both lanes lost", () -> one.stats().connectionsLost() == 2);

            Node again = nodes.start(2, Nodes.CLUSTER, address, options -> options);
            again.knows(one);

            one.awaitConnects(4);
            one.send(heartbeat(1, 2, 3));
            assertThat(again.next()).isEqualTo(heartbeat(1, 2, 3));
        }

        @Test
        void elsewhere_is_reached_there() throws InterruptedException {
            Node one = nodes.start(1);
            Node two = nodes.start(2);
            one.knows(two);
            one.awaitConnects(2);
            two.transport.close();

            Node moved = nodes.start(2);
            one.knows(moved);

            one.awaitConnects(4);
            one.send(heartbeat(1, 2, 3));
            assertThat(moved.next()).isEqualTo(heartbeat(1, 2, 3));
        }
    }

    @Nested
    class A_peer_that_nobody_named {
        @Test
        void is_answered_where_it_says_that_it_is() throws InterruptedException {
            Node two = nodes.start(2);
            String address = RawPeer.freeAddress();
            Node one = nodes.start(1, Nodes.CLUSTER, address, options -> options.advertisedAddress(address));
            one.knows(two);
            one.send(heartbeat(1, 2, 3));
            two.next();

            two.send(heartbeat(2, 1, 4));

            assertThat(one.next()).isEqualTo(heartbeat(2, 1, 4));
        }
    }

    @Nested
    class A_stalled_peer {
        @Test
        void gets_what_is_urgent_next_to_entries_and_costs_no_more_than_the_bound() throws Exception {
            try (RawPeer.Stalled stalled = new RawPeer.Stalled(2)) {
                Node one = nodes.start(
                        1, options -> options.bulkBufferBytes(1 << 20).deadPeerTimeout(Duration.ofHours(1)));
                one.transport.addPeer(2, stalled.address());
                one.awaitConnects(2);

                int index = 1;
                while (one.stats().dropped(DropCause.BUFFER_FULL) == 0) {
                    one.send(append(1, index++, 100_000));
                }
                one.send(heartbeat(1, 2, 1));

                int expected = RawPeer.bytesOf(heartbeat(1, 2, 1)).length;
                Nodes.await("the heartbeat", () -> stalled.urgentBytes() == expected);
                assertThat(one.unreachable.take()).as("the loss is reported").isEqualTo(2L);
            }
        }

        @ParameterizedTest(name = "native io {0}")
        @ValueSource(booleans = {true, false})
        void is_given_up_after_a_while(boolean nativeIo) throws Exception {
            try (RawPeer.Stalled stalled = new RawPeer.Stalled(2)) {
                Node one =
                        nodes.start(1, options -> options.nativeIo(nativeIo).deadPeerTimeout(Duration.ofMillis(300)));
                one.transport.addPeer(2, stalled.address());
                one.awaitConnects(2);

                for (int index = 1; index < 400; index++) {
                    one.send(append(1, index, 100_000));
                }

                Nodes.await("the end of the connection", () -> one.stats().connectionsLost() >= 1);
                Nodes.await("what waited to be lost", () -> one.stats().dropped(DropCause.CONNECTION_LOST) > 0);
            }
        }
    }

    @Test
    void a_connection_for_snapshots_is_made_on_demand_and_closed_when_idle() throws InterruptedException {
        Node one = nodes.start(1, options -> options.idleTimeout(Duration.ofMillis(20)));
        Node two = nodes.start(2);
        one.knows(two);
        one.awaitConnects(2);
        List<RaftMessage> received = new ArrayList<>();

        for (int round = 1; round <= 2; round++) {
            one.send(new SnapshotChunk(1, 2, 9, round, ByteBuffer.wrap(new byte[10]), 0));
            received.add(two.next());
            one.awaitConnects(2 + round);
            Nodes.await(
                    "both sides to close it",
                    () -> one.transport.stats().connectionsLost() == 0 && two.transport.openInboundConnections() == 2);
        }

        assertThat(received).hasSize(2);
        assertThat(one.unreachable).isEmpty();
    }

    private static AppendEntries append(long term, long index, int bytes) {
        return append(term, index, ByteBuffer.wrap(new byte[bytes]));
    }

    private static AppendEntries append(long term, long index, ByteBuffer payload) {
        Entry entry = Entry.proposal(EntryKind.COMMAND, 1, index, payload).stamp(term, index);
        return new AppendEntries(
                1, 2, term, index == 1 ? EntryId.ZERO : new EntryId(term, index - 1), 0, 0, 0, List.of(entry));
    }

    private static Heartbeat heartbeat(long from, long to, long term) {
        return new Heartbeat(from, to, term, 0, 0, 0);
    }
}
