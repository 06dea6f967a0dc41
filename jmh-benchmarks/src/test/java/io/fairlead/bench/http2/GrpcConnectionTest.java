package io.fairlead.bench.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.bench.load.Call;
import io.fairlead.bench.load.Mix;
import io.fairlead.bench.load.Operation;
import io.fairlead.bench.load.Workload;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GrpcConnectionTest {
    private static final Workload WORKLOAD = new Workload(Mix.only(Operation.PUT), 4, 3, 100, false, 1);

    private final GrpcConnection connection = new GrpcConnection("127.0.0.1:2379");
    private final EmbeddedChannel channel = new EmbeddedChannel(connection);
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();
    private final List<String> ended = new ArrayList<>();

    /** A frame as the server sees it. */
    private record Frame(int type, int flags, int stream, ByteBuf payload) {}

    private final class Waiting extends Call {
        private final String name;

        Waiting(String name) {
            this.name = name;
        }

        @Override
        public void onAnswer(boolean found) {
            ended.add(name + " " + found);
        }

        @Override
        public void onError(String error) {
            ended.add(name + " " + error);
        }
    }

    @BeforeEach
    void greet() {
        sent();
        receive(Frames.SETTINGS, 0, 0, Unpooled.EMPTY_BUFFER);
        sent();
    }

    private ByteBuf sent() {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        return all;
    }

    private static List<Frame> frames(ByteBuf bytes) {
        List<Frame> frames = new ArrayList<>();
        while (bytes.isReadable()) {
            int length = bytes.readUnsignedMedium();
            int type = bytes.readUnsignedByte();
            int flags = bytes.readUnsignedByte();
            int stream = bytes.readInt();
            frames.add(new Frame(type, flags, stream, bytes.readSlice(length)));
        }
        return frames;
    }

    private void receive(int type, int flags, int stream, ByteBuf payload) {
        channel.writeInbound(frame(type, flags, stream, payload));
    }

    private static ByteBuf frame(int type, int flags, int stream, ByteBuf payload) {
        ByteBuf frame = Unpooled.buffer();
        Frames.header(payload.readableBytes(), type, flags, stream, frame);
        return frame.writeBytes(payload);
    }

    private ByteBuf headers(String... namesAndValues) throws Http2Exception {
        Http2Headers headers = new DefaultHttp2Headers(false);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        ByteBuf block = Unpooled.buffer();
        encoder.encodeHeaders(1, headers, block);
        return block;
    }

    private void start(Operation operation, long key, String name) {
        connection.start(operation, EtcdRequests.template(operation, WORKLOAD).fill(key), new Waiting(name));
    }

    private ByteBuf answer(int stream, byte... message) throws Http2Exception {
        ByteBuf data = Unpooled.buffer().writeByte(0).writeInt(message.length).writeBytes(message);
        return Unpooled.wrappedBuffer(
                frame(
                        Frames.HEADERS,
                        Frames.END_HEADERS,
                        stream,
                        headers(":status", "200", "content-type", "application/grpc")),
                frame(Frames.DATA, 0, stream, data),
                frame(
                        Frames.HEADERS,
                        Frames.END_HEADERS | Frames.END_STREAM,
                        stream,
                        headers("grpc-status", "0", "grpc-message", "")));
    }

    @Test
    void a_request_is_what_a_general_decoder_expects() throws Http2Exception {
        start(Operation.PUT, 7, "a");
        start(Operation.GET, 8, "b");
        start(Operation.PUT, 9, "c");
        connection.flush();

        List<Frame> frames = frames(sent());

        assertThat(frames).extracting(Frame::type).containsExactly(1, 0, 1, 0, 1, 0);
        assertThat(frames).extracting(Frame::stream).containsExactly(1, 1, 3, 3, 5, 5);
        for (int i = 0; i < 6; i += 2) {
            Http2Headers headers =
                    decoder.decodeHeaders(1, frames.get(i).payload.duplicate());
            assertThat(headers.path()).hasToString(i == 2 ? "/etcdserverpb.KV/Range" : "/etcdserverpb.KV/Put");
            assertThat(headers.method()).hasToString("POST");
            assertThat(headers.authority()).hasToString("127.0.0.1:2379");
            assertThat(headers.get("content-type")).hasToString("application/grpc");
            assertThat(headers.get("te")).hasToString("trailers");
        }
        assertThat(frames.get(0).payload.readableBytes()).isGreaterThan(80);
        assertThat(frames.get(4).payload.readableBytes()).isEqualTo(7);
    }

    @Test
    void the_messages_are_those_of_etcd() {
        start(Operation.PUT, 7, "a");
        start(Operation.SGET, 8, "b");
        connection.flush();

        List<Frame> frames = frames(sent());

        String put = frames.get(1).payload.toString(US_ASCII);
        assertThat(put).startsWith("\0\0\0\0\013\n\4k007\22\3");
        assertThat(frames.get(3).payload.toString(US_ASCII)).isEqualTo("\0\0\0\0\10\n\4k0088\1");
    }

    @Test
    void an_answer_ends_its_call() throws Http2Exception {
        start(Operation.PUT, 1, "put");
        start(Operation.GET, 2, "empty");
        start(Operation.GET, 3, "found");

        channel.writeInbound(answer(5, (byte) 0x0a, (byte) 1, (byte) 0, (byte) 0x12, (byte) 0));
        channel.writeInbound(answer(3, (byte) 0x0a, (byte) 1, (byte) 0));
        channel.writeInbound(answer(1, (byte) 0x0a, (byte) 1, (byte) 0));

        assertThat(ended).containsExactly("found true", "empty false", "put true");
    }

    @Test
    void an_answer_may_come_in_any_pieces() throws Http2Exception {
        start(Operation.PUT, 1, "put");
        ByteBuf answer = answer(1, (byte) 0x0a, (byte) 0);

        while (answer.isReadable()) {
            channel.writeInbound(answer.readRetainedSlice(1).copy());
        }

        assertThat(ended).containsExactly("put true");
    }

    @Test
    void an_error_has_the_servers_words() throws Http2Exception {
        start(Operation.PUT, 1, "put");

        receive(
                Frames.HEADERS,
                Frames.END_HEADERS | Frames.END_STREAM,
                1,
                headers(":status", "200", "grpc-status", "14", "grpc-message", "etcdserver: no leader"));

        assertThat(ended).containsExactly("put UNAVAILABLE etcdserver: no leader");
    }

    @Test
    void a_lost_connection_ends_every_call() {
        start(Operation.PUT, 1, "a");
        start(Operation.PUT, 1, "b");

        channel.close().syncUninterruptibly();

        assertThat(ended).containsExactlyInAnyOrder("a connection lost", "b connection lost");
        assertThat(connection.hasRoom()).isFalse();
    }

    @Test
    void pings_are_answered_with_their_content() {
        receive(Frames.PING, 0, 0, Unpooled.buffer().writeLong(42));

        Frame ping = frames(sent()).get(0);

        assertThat(ping.flags).isEqualTo(Frames.ACK);
        assertThat(ping.payload.getLong(ping.payload.readerIndex())).isEqualTo(42);
    }

    @Test
    void calls_that_take_too_long_end() {
        start(Operation.PUT, 1, "slow");

        connection.expire(1);

        assertThat(ended).containsExactly("slow timeout");
        assertThat(frames(sent())).last().extracting(Frame::type).isEqualTo(Frames.RST_STREAM);
    }

    @Test
    void no_more_calls_start_than_the_server_allows() {
        receive(Frames.SETTINGS, 0, 0, Unpooled.buffer().writeShort(3).writeInt(1));
        assertThat(connection.hasRoom()).isTrue();

        start(Operation.PUT, 1, "a");

        assertThat(connection.hasRoom()).isFalse();
    }

    @Test
    void many_calls_find_their_streams() throws Http2Exception {
        for (int i = 0; i < 1000; i++) {
            start(Operation.PUT, 1, "c" + i);
        }
        for (int i = 999; i >= 0; i--) {
            channel.writeInbound(answer(2 * i + 1, (byte) 0x0a, (byte) 0));
        }

        assertThat(ended).hasSize(1000).startsWith("c999 true").endsWith("c0 true");
    }
}
