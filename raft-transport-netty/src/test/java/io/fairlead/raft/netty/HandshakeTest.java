package io.fairlead.raft.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.netty.Nodes.Node;
import io.fairlead.raft.netty.codec.FrameAssembler;
import io.fairlead.raft.netty.codec.HandshakeCodec;
import io.fairlead.raft.netty.codec.HandshakeRefusal;
import io.fairlead.raft.netty.codec.Hello;
import io.fairlead.raft.netty.codec.HelloReply;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Who is let in, and what happens to those who say what cannot be said. */
class HandshakeTest {
    private static final Heartbeat HEARTBEAT = new Heartbeat(1, 2, 3, 4, 5, 6);

    private final Nodes nodes = new Nodes();

    @AfterEach
    void closeNodes() {
        nodes.close();
    }

    @Nested
    class A_member_is_refused {
        @Test
        void that_belongs_to_another_cluster() {
            Node one = nodes.start(1, 0xBAD, "127.0.0.1:0", options -> options);
            Node two = nodes.start(2);

            one.knows(two);

            assertRefused(one, two);
        }

        @Test
        void that_looks_for_another_member() {
            Node one = nodes.start(1);
            Node two = nodes.start(2);

            one.transport.addPeer(3, two.address());

            assertRefused(one, two);
        }

        @Test
        void that_the_receiver_was_told_not_to_admit() {
            Node one = nodes.start(1, options -> options.incarnation(() -> 77));
            Node two = nodes.start(
                    2,
                    options -> options.peerCheck((member, incarnation) ->
                            incarnation == 77 ? Optional.of("its disk was wiped") : Optional.empty()));

            one.knows(two);

            assertRefused(one, two);
        }

        private void assertRefused(Node one, Node two) {
            Nodes.await("repeated refusals, seen here", () -> one.stats().handshakesRefusedByPeers() >= 3);
            Nodes.await("repeated refusals, seen there", () -> two.stats().handshakesRefusedHere() >= 3);
            assertThat(one.stats().connects()).isZero();
            assertThat(two.stats().accepted()).isZero();
        }

        @Test
        void that_speaks_other_versions() throws IOException {
            HelloReply reply = answerTo(new Hello(2, 3, 0, Nodes.CLUSTER, 1, 0, 2, 0, ""));

            assertThat(reply.refusal()).isEqualTo(HandshakeRefusal.VERSION);
            assertThat(reply.reason()).contains("versions 2 to 3", "1 to 1");
        }

        @Test
        void that_is_told_why() throws IOException {
            HelloReply reply = answerTo(new Hello(1, 1, 0, 0xBAD, 1, 0, 2, 0, ""));

            assertThat(reply.refusal()).isEqualTo(HandshakeRefusal.WRONG_CLUSTER);
            assertThat(reply.reason()).contains("cluster bad", "to c1");
            assertThat(reply.memberId()).isEqualTo(2);
        }

        @Test
        void that_has_no_id_or_the_receiver_s_or_asks_for_a_lane_that_is_none() throws IOException {
            assertThat(answerTo(RawPeer.hello(0, 2)).refusal()).isEqualTo(HandshakeRefusal.BAD_SENDER);
            assertThat(answerTo(RawPeer.hello(2, 2)).refusal()).isEqualTo(HandshakeRefusal.BAD_SENDER);
            assertThat(answerTo(new Hello(1, 1, 0, Nodes.CLUSTER, 1, 0, 2, 3, ""))
                            .refusal())
                    .isEqualTo(HandshakeRefusal.BAD_SENDER);
        }

        private HelloReply answerTo(Hello hello) throws IOException {
            Node two = nodes.start(2);
            try (Socket socket = RawPeer.dial(two.address())) {
                socket.getOutputStream().write(RawPeer.bytesOf(hello));
                HelloReply reply = read(RawPeer.readHandshake(socket));
                RawPeer.awaitClose(socket);
                assertThat(two.stats().handshakesRefusedHere()).isEqualTo(1);
                return reply;
            }
        }
    }

    @Test
    void a_newer_member_is_answered_in_the_version_that_both_speak() throws IOException {
        Node two = nodes.start(2);
        try (Socket socket = RawPeer.dial(two.address())) {
            socket.getOutputStream().write(RawPeer.bytesOf(new Hello(1, 9, -1, Nodes.CLUSTER, 1, 5, 2, 1, "")));

            HelloReply reply = read(RawPeer.readHandshake(socket));

            assertThat(reply.refusal()).isEqualTo(HandshakeRefusal.NONE);
            assertThat(reply.version()).isEqualTo(1);
            assertThat(reply.features()).isZero();
            assertThat(reply.maxFrameBytes()).isEqualTo(64 << 20);
        }
    }

    @Test
    void a_refused_member_gets_in_when_the_reason_is_gone() throws InterruptedException {
        AtomicBoolean admit = new AtomicBoolean();
        Node one = nodes.start(1);
        Node two = nodes.start(
                2,
                options -> options.peerCheck(
                        (member, incarnation) -> admit.get() ? Optional.empty() : Optional.of("not yet")));
        one.knows(two);
        Nodes.await("a refusal", () -> one.stats().handshakesRefusedByPeers() >= 1);

        admit.set(true);
        one.awaitConnects(2);
        one.send(HEARTBEAT);

        assertThat(two.next()).isEqualTo(HEARTBEAT);
    }

    @Nested
    class A_connection_is_closed_and_counted {
        @Test
        void that_starts_with_another_protocol() throws IOException {
            Node two = nodes.start(2);
            try (Socket socket = RawPeer.dial(two.address())) {
                socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                RawPeer.awaitClose(socket);
            }
            assertThat(two.stats().malformedFrames()).isEqualTo(1);
        }

        @Test
        void that_turns_into_noise() throws Exception {
            Node two = nodes.start(2);
            byte[] noise = new byte[10_000];
            new Random(3).nextBytes(noise);
            noise[0] = 0; // a length that is allowed
            noise[1] = 0;
            try (Socket socket = admitted(two)) {
                socket.getOutputStream().write(RawPeer.bytesOf(HEARTBEAT));
                socket.getOutputStream().write(noise);
                socket.shutdownOutput();
                assertThat(two.next()).isEqualTo(HEARTBEAT);
                RawPeer.awaitClose(socket);
            }
        }

        @Test
        void that_has_a_damaged_frame() throws Exception {
            Node two = nodes.start(2);
            byte[] frame = RawPeer.bytesOf(HEARTBEAT);
            frame[frame.length - 1] ^= 1;
            try (Socket socket = admitted(two)) {
                socket.getOutputStream().write(RawPeer.bytesOf(HEARTBEAT));
                socket.getOutputStream().write(frame);
                socket.getOutputStream().write(RawPeer.bytesOf(HEARTBEAT));
                RawPeer.awaitClose(socket);
            }
            assertThat(two.next()).isEqualTo(HEARTBEAT);
            assertThat(two.stats().malformedFrames()).isEqualTo(1);
            assertThat(two.received).hasValue(1);
        }

        @Test
        void that_announces_an_oversized_frame() throws IOException {
            Node two = nodes.start(2, options -> options.maxFrameBytes(64 << 10));
            try (Socket socket = admitted(two)) {
                socket.getOutputStream().write(new byte[] {0, 1, 0, 1, 0, 0, 0, 0});
                RawPeer.awaitClose(socket);
            }
            assertThat(two.stats().oversizedFrames()).isEqualTo(1);
            assertThat(two.stats().malformedFrames()).isZero();
        }

        @Test
        void that_says_nothing_for_too_long() throws IOException {
            Node two = nodes.start(2, options -> options.handshakeTimeout(Duration.ofMillis(50)));
            try (Socket socket = RawPeer.dial(two.address())) {
                RawPeer.awaitClose(socket);
            }
            assertThat(two.stats().accepted()).isZero();
        }

        @Test
        void that_its_peer_has_replaced() throws IOException {
            Node two = nodes.start(2);
            try (Socket older = admitted(two);
                    Socket newer = admitted(two)) {
                RawPeer.awaitClose(older);
                newer.getOutputStream().write(RawPeer.bytesOf(HEARTBEAT));
                Nodes.await("the message", () -> two.received.get() == 1);
            }
        }

        private Socket admitted(Node node) throws IOException {
            Socket socket = RawPeer.dial(node.address());
            socket.getOutputStream().write(RawPeer.bytesOf(RawPeer.hello(1, node.id)));
            assertThat(read(RawPeer.readHandshake(socket)).refusal()).isEqualTo(HandshakeRefusal.NONE);
            return socket;
        }
    }

    private static HelloReply read(byte[] bytes) {
        List<HelloReply> replies = new ArrayList<>();
        new FrameAssembler(4096)
                .read(Unpooled.wrappedBuffer(bytes), frame -> replies.add(HandshakeCodec.decodeReply(frame)));
        assertThat(replies).hasSize(1);
        return replies.get(0);
    }
}
