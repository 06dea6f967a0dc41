package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the client port answers to bad requests: etcd's codes and texts, word for word, since clients compare them. */
class FrontDoorTest {
    private static final int MAX_REQUEST_BYTES = 64 * 1024;

    private static int port;
    private static Server server;
    private static ManagedChannel channel;
    private static KVGrpc.KVBlockingStub kv;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        port = freePort();
        int peerPort = freePort();
        server = Server.start(Objects.requireNonNull(Settings.read(
                new String[] {
                    "--data-dir=" + directory.resolve("data"),
                    "--listen-client-urls=http://127.0.0.1:" + port,
                    "--advertise-client-urls=http://127.0.0.1:" + port,
                    "--listen-peer-urls=http://127.0.0.1:" + peerPort,
                    "--initial-advertise-peer-urls=http://127.0.0.1:" + peerPort,
                    "--max-request-bytes=" + MAX_REQUEST_BYTES,
                    "--max-txn-ops=3"
                },
                Map.of())));
        channel = Grpc.newChannelBuilderForAddress("127.0.0.1", port, InsecureChannelCredentials.create())
                .build();
        kv = KVGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @AfterAll
    static void stop() {
        channel.shutdownNow();
        server.close();
    }

    private static void assertFails(Runnable call, Status.Code code, String description) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(StatusRuntimeException.class, failure -> {
            assertThat(failure.getStatus().getCode()).isEqualTo(code);
            assertThat(failure.getStatus().getDescription()).isEqualTo(description);
        });
    }

    private static PutRequest put(String key, String value) {
        return PutRequest.newBuilder().setKey(utf8(key)).setValue(utf8(value)).build();
    }

    private static RequestOp putOp(String key) {
        return RequestOp.newBuilder().setRequestPut(put(key, "v")).build();
    }

    private static ByteString utf8(String text) {
        return ByteString.copyFromUtf8(text);
    }

    @Test
    void a_request_without_a_key_is_refused() {
        assertFails(() -> kv.put(put("", "v")), Status.Code.INVALID_ARGUMENT, "etcdserver: key is not provided");
        assertFails(
                () -> kv.range(RangeRequest.getDefaultInstance()),
                Status.Code.INVALID_ARGUMENT,
                "etcdserver: key is not provided");
    }

    @Test
    void contradictions_in_a_put_are_refused() {
        assertFails(
                () -> kv.put(put("k", "v").toBuilder().setIgnoreValue(true).build()),
                Status.Code.INVALID_ARGUMENT,
                "etcdserver: value is provided");
        assertFails(
                () -> kv.put(put("k", "v").toBuilder()
                        .setIgnoreLease(true)
                        .setLease(7)
                        .build()),
                Status.Code.INVALID_ARGUMENT,
                "etcdserver: lease is provided");
        assertFails(
                () -> kv.put(PutRequest.newBuilder()
                        .setKey(utf8("nobody has put this"))
                        .setIgnoreValue(true)
                        .build()),
                Status.Code.INVALID_ARGUMENT,
                "etcdserver: key not found");
        assertFails(
                () -> kv.put(put("k", "v").toBuilder().setLease(7).build()),
                Status.Code.NOT_FOUND,
                "etcdserver: requested lease not found");
    }

    @Test
    void a_transaction_is_checked_before_anything_of_it_is_done() {
        assertFails(
                () -> kv.txn(TxnRequest.newBuilder()
                        .addSuccess(putOp("twice"))
                        .addSuccess(putOp("twice"))
                        .build()),
                Status.Code.INVALID_ARGUMENT,
                "etcdserver: duplicate key given in txn request");
        assertFails(
                () -> kv.txn(TxnRequest.newBuilder()
                        .addSuccess(putOp("a"))
                        .addSuccess(putOp("b"))
                        .addSuccess(putOp("c"))
                        .addSuccess(putOp("d"))
                        .build()),
                Status.Code.INVALID_ARGUMENT,
                "etcdserver: too many operations in txn request");
        assertThat(kv.range(RangeRequest.newBuilder().setKey(utf8("twice")).build())
                        .getCount())
                .isZero();
    }

    @Test
    void a_revision_that_is_gone_or_to_come_is_out_of_range() {
        long first = kv.put(put("history", "1")).getHeader().getRevision();
        kv.put(put("history", "2"));
        kv.compact(CompactionRequest.newBuilder().setRevision(first + 1).build());

        assertFails(
                () -> kv.range(RangeRequest.newBuilder()
                        .setKey(utf8("history"))
                        .setRevision(first)
                        .build()),
                Status.Code.OUT_OF_RANGE,
                "etcdserver: mvcc: required revision has been compacted");
        assertFails(
                () -> kv.compact(
                        CompactionRequest.newBuilder().setRevision(first).build()),
                Status.Code.OUT_OF_RANGE,
                "etcdserver: mvcc: required revision has been compacted");
        assertFails(
                () -> kv.range(RangeRequest.newBuilder()
                        .setKey(utf8("history"))
                        .setRevision(1L << 40)
                        .build()),
                Status.Code.OUT_OF_RANGE,
                "etcdserver: mvcc: required revision is a future revision");
    }

    @Test
    void a_request_beyond_the_limit_is_refused_and_one_far_beyond_it_is_not_even_read() {
        assertFails(
                () -> kv.put(put("large", "x".repeat(MAX_REQUEST_BYTES))),
                Status.Code.INVALID_ARGUMENT,
                "etcdserver: request is too large");
        assertThatThrownBy(() -> kv.put(put("larger", "x".repeat(MAX_REQUEST_BYTES + (1 << 20)))))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        failure -> assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
        kv.put(put("small", "x"));
    }

    @Test
    void what_is_not_there_yet_says_so() {
        assertFails(
                () -> LeaseGrpc.newBlockingStub(channel)
                        .leaseGrant(LeaseGrantRequest.newBuilder().setTTL(5).build()),
                Status.Code.UNIMPLEMENTED,
                "unknown method LeaseGrant for service etcdserverpb.Lease");
    }

    @Test
    void a_call_that_requires_a_leader_is_served_where_there_is_one() {
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");

        KVGrpc.newBlockingStub(
                        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata)))
                .put(put("led", "v"));
    }

    @Test
    void a_call_without_a_request_is_answered() throws Exception {
        CompletableFuture<Status> closed = new CompletableFuture<>();
        ClientCall<PutRequest, ?> call = channel.newCall(KVGrpc.getPutMethod(), CallOptions.DEFAULT);
        start(call, closed);
        call.halfClose();

        assertThat(closed.get(30, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.INTERNAL);
    }

    @Test
    void a_call_with_two_requests_does_the_first_only() throws Exception {
        CompletableFuture<Status> closed = new CompletableFuture<>();
        ClientCall<PutRequest, ?> call = channel.newCall(
                KVGrpc.getPutMethod().toBuilder()
                        .setType(io.grpc.MethodDescriptor.MethodType.CLIENT_STREAMING)
                        .build(),
                CallOptions.DEFAULT);
        start(call, closed);
        call.sendMessage(put("one of two", "1"));
        call.sendMessage(put("one of two", "2"));
        call.halfClose();

        closed.get(30, TimeUnit.SECONDS);
        assertThat(kv.range(RangeRequest.newBuilder().setKey(utf8("one of two")).build())
                        .getKvs(0)
                        .getValue()
                        .toStringUtf8())
                .isEqualTo("1");
    }

    private static <A> void start(ClientCall<?, A> call, CompletableFuture<Status> closed) {
        call.start(
                new ClientCall.Listener<A>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        closed.complete(status);
                    }
                },
                new Metadata());
        call.request(2);
    }

    @Test
    void garbage_closes_its_own_connection_only() throws Exception {
        Random random = new Random(1);
        for (int i = 0; i < 50; i++) {
            byte[] garbage = new byte[1 + random.nextInt(2000)];
            random.nextBytes(garbage);
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (i % 2 == 0) {
                    socket.getOutputStream()
                            .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                }
                socket.getOutputStream().write(garbage);
                socket.shutdownOutput();
                readToEnd(socket);
            }
        }

        kv.put(put("still", "here"));
    }

    private static void readToEnd(Socket socket) {
        try (InputStream in = socket.getInputStream()) {
            in.readAllBytes();
        } catch (IOException e) {
            // It was reset, which is an end as well.
        }
    }

    @Test
    void pages_answer_as_etcds() throws Exception {
        HttpClient http = HttpClient.newHttpClient();

        assertThat(get(http, "/health").body()).isEqualTo("{\"health\":\"true\",\"reason\":\"\"}");
        assertThat(get(http, "/health?serializable=true").statusCode()).isEqualTo(200);
        assertThat(get(http, "/livez").body()).isEqualTo("ok\n");
        assertThat(get(http, "/readyz").body()).isEqualTo("ok\n");
        assertThat(get(http, "/version").body()).contains("\"etcdserver\":\"3.6.0\"");
        assertThat(get(http, "/metrics").body())
                .contains("etcd_server_has_leader 1", "etcd_server_proposals_pending 0", "fairlead_raft_is_leader 1")
                .contains("fairlead_stage_seconds_bucket{stage=\"log-write\"", "fairlead_raft_log_bytes_total")
                .contains("fairlead_stage_seconds_bucket{stage=\"quorum\"", "stage=\"network\"");
        assertThat(get(http, "/nowhere").statusCode()).isEqualTo(404);
        assertThat(http.send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health"))
                                        .DELETE()
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(405);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write("GET * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 404");
        }
    }

    private static HttpResponse<String> get(HttpClient http, String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
