package io.fairlead.server.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.fairlead.kv.proto.PutRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpVersion;
import io.vertx.grpc.common.GrpcStatus;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plain calls, frame by frame: what no client library sends, and what windows do to answers. */
class UnaryStreamsTest {
    private static final int MAX_MESSAGE_BYTES = 1 << 20;

    private final Vertx vertx = Vertx.vertx();
    private final Queue<String> viaVertx = new ConcurrentLinkedQueue<>();
    private final Map<String, GrpcDoor.Reply> open = new ConcurrentHashMap<>();
    private HttpServer server;

    /** An answer: body, and the gRPC status wherever it stands. */
    private record Answer(Buffer body, String status, String message) {}

    @BeforeEach
    void start() throws Exception {
        GrpcDoor door = new GrpcDoor(MAX_MESSAGE_BYTES, () -> true);
        door.add("test/Echo", PutRequest.parser(), (request, reply) -> reply.send(request.toByteArray()));
        door.add(
                "test/Later",
                PutRequest.parser(),
                (request, reply) -> open.put(request.getKey().toStringUtf8(), reply));
        door.add(
                "test/Fail",
                PutRequest.parser(),
                (request, reply) -> reply.fail(new EtcdError(GrpcStatus.ABORTED, "100 % wrong: ä")));
        server = await(vertx.createHttpServer()
                .connectionHandler(door::serve)
                .requestHandler(request -> {
                    viaVertx.add(request.path());
                    request.response().putTrailer("grpc-status", "0").end();
                })
                .listen(0, "127.0.0.1"));
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) throws ExecutionException, InterruptedException, TimeoutException {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private HttpClient client(Http2Settings settings) {
        return vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setInitialSettings(settings)
                .setDefaultHost("127.0.0.1")
                .setDefaultPort(server.actualPort()));
    }

    private static HttpClientRequest request(HttpClient client, String method) throws Exception {
        return await(client.request(HttpMethod.POST, "/test/" + method))
                .putHeader("content-type", "application/grpc")
                .putHeader("te", "trailers");
    }

    private static Answer call(HttpClient client, String method, Buffer... pieces) throws Exception {
        HttpClientRequest request = request(client, method).setChunked(true);
        Future<Answer> answer = answer(request);
        for (Buffer piece : pieces) {
            await(request.write(piece));
        }
        request.end();
        return await(answer);
    }

    /** To be asked for before the request is sent, or parts of the answer could be missed. */
    private static Future<Answer> answer(HttpClientRequest request) {
        return request.response()
                .compose(response -> response.body().map(body -> {
                    boolean early = response.headers().contains("grpc-status");
                    return new Answer(
                            body,
                            early ? response.getHeader("grpc-status") : response.getTrailer("grpc-status"),
                            Objects.requireNonNullElse(response.getHeader("grpc-message"), ""));
                }));
    }

    private static Buffer framed(PutRequest message) {
        byte[] bytes = message.toByteArray();
        return Buffer.buffer().appendByte((byte) 0).appendInt(bytes.length).appendBytes(bytes);
    }

    private static PutRequest put(int valueBytes) {
        byte[] value = new byte[valueBytes];
        new Random(valueBytes).nextBytes(value);
        return PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("key"))
                .setValue(ByteString.copyFrom(value))
                .build();
    }

    @Test
    void a_request_may_come_in_pieces_of_any_size() throws Exception {
        HttpClient client = client(new Http2Settings());
        Buffer whole = framed(put(300));
        for (int cut : new int[] {1, 4, 5, 6, 100, whole.length() - 1}) {
            Answer answer = call(client, "Echo", whole.getBuffer(0, cut), whole.getBuffer(cut, whole.length()));
            assertThat(answer).isEqualTo(new Answer(whole, "0", ""));
        }
        assertThat(viaVertx).isEmpty();
    }

    @Test
    void an_answer_waits_for_the_windows_and_arrives_whole() throws Exception {
        for (int window : new int[] {1, 3, 5, 6, 1000}) {
            HttpClient client = client(new Http2Settings().setInitialWindowSize(window));
            Buffer whole = framed(put(2000));
            assertThat(call(client, "Echo", whole)).isEqualTo(new Answer(whole, "0", ""));
        }
    }

    @Test
    void an_answer_larger_than_a_frame_is_several() throws Exception {
        HttpClient client = client(new Http2Settings());
        Buffer whole = framed(put(500_000));
        assertThat(call(client, "Echo", whole)).isEqualTo(new Answer(whole, "0", ""));
    }

    @Test
    void a_client_may_do_without_a_table_of_headers() throws Exception {
        HttpClient client = client(new Http2Settings().setHeaderTableSize(0));
        Buffer whole = framed(put(10));
        for (int i = 0; i < 3; i++) {
            assertThat(call(client, "Echo", whole)).isEqualTo(new Answer(whole, "0", ""));
        }
    }

    @Test
    void an_error_says_what_and_why() throws Exception {
        Answer answer = call(client(new Http2Settings()), "Fail", framed(put(1)));
        assertThat(answer).isEqualTo(new Answer(Buffer.buffer(), "10", "100 %25 wrong: %C3%A4"));
    }

    @Test
    void what_cannot_be_read_is_refused() throws Exception {
        HttpClient client = client(new Http2Settings());
        Buffer tooLong = Buffer.buffer().appendByte((byte) 0).appendInt(MAX_MESSAGE_BYTES + 1);
        Buffer negative = Buffer.buffer().appendByte((byte) 0).appendInt(-1);
        Buffer compressed = Buffer.buffer().appendByte((byte) 1).appendInt(0);
        Buffer nonsense = Buffer.buffer().appendByte((byte) 0).appendInt(1).appendByte((byte) 0xFF);
        assertThat(call(client, "Echo", tooLong).status()).isEqualTo("8");
        assertThat(call(client, "Echo", negative).status()).isEqualTo("8");
        assertThat(call(client, "Echo", compressed).status()).isEqualTo("13");
        assertThat(call(client, "Echo", nonsense).status()).isEqualTo("13");
        assertThat(call(client, "Echo", Buffer.buffer(new byte[3])).status()).isEqualTo("13");
    }

    @Test
    void an_answer_to_a_client_that_gave_up_is_dropped() throws Exception {
        HttpClient client = client(new Http2Settings().setInitialWindowSize(10));
        for (String key : new String[] {"before", "behind"}) {
            HttpClientRequest request = request(client, "Later");
            Buffer whole = framed(
                    put(1000).toBuilder().setKey(ByteString.copyFromUtf8(key)).build());
            request.end(whole);
            while (!open.containsKey(key)) {
                Thread.onSpinWait();
            }
            if (key.equals("behind")) {
                open.get(key).send(new byte[1000]);
                await(request.response()); // its headers are here, its body waits for the window
            }
            await(request.reset());
            if (key.equals("before")) {
                open.get(key).send(new byte[1000]);
            }
        }
        Buffer whole = framed(put(10));
        assertThat(call(client, "Echo", whole)).isEqualTo(new Answer(whole, "0", ""));
    }

    @Test
    void what_is_not_plain_is_left_to_others() throws Exception {
        HttpClient client = client(new Http2Settings());
        call(client, "Unknown", framed(put(1)));
        HttpClientRequest packed = request(client, "Echo").putHeader("grpc-encoding", "gzip");
        Future<Answer> unpacked = answer(packed);
        packed.end(framed(put(1)));
        await(unpacked);
        HttpClientRequest page = await(client.request(HttpMethod.GET, "/test/Echo"));
        Future<Answer> shown = answer(page);
        page.end();
        await(shown);
        assertThat(viaVertx).containsExactly("/test/Unknown", "/test/Echo", "/test/Echo");
    }
}
