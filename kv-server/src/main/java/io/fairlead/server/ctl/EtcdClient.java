package io.fairlead.server.ctl;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.fairlead.kv.proto.HashKVRequest;
import io.fairlead.kv.proto.HashKVResponse;
import io.fairlead.kv.proto.PutRequest;
import io.fairlead.kv.proto.PutResponse;
import io.fairlead.kv.proto.RangeRequest;
import io.fairlead.kv.proto.RangeResponse;
import io.fairlead.kv.proto.StatusRequest;
import io.fairlead.kv.proto.StatusResponse;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceName;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A small blocking client of one member, for the tools of this package. <b>Threads:</b> any but event loops. */
final class EtcdClient implements AutoCloseable {
    private static final ServiceName KV = ServiceName.create("etcdserverpb.KV");
    private static final ServiceName MAINTENANCE = ServiceName.create("etcdserverpb.Maintenance");

    private final Vertx vertx;
    private final GrpcClient client;
    private final SocketAddress address;
    private final long timeoutMillis;

    /** The call failed, or its outcome is not known. */
    static final class CallFailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CallFailedException(String message) {
            super(message);
        }
    }

    EtcdClient(int port, long timeoutMillis) {
        this.vertx = Vertx.vertx();
        this.client = GrpcClient.client(vertx);
        this.address = SocketAddress.inetSocketAddress(port, "127.0.0.1");
        this.timeoutMillis = timeoutMillis;
    }

    PutResponse put(String key, String value) {
        PutRequest request = PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
        return call(KV, "Put", request, PutResponse.parser());
    }

    /** A linearizable read of all keys that begin with {@code prefix}. */
    RangeResponse getPrefix(String prefix) {
        byte[] end = prefix.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        end[end.length - 1]++;
        RangeRequest request = RangeRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(prefix))
                .setRangeEnd(ByteString.copyFrom(end))
                .build();
        return call(KV, "Range", request, RangeResponse.parser());
    }

    StatusResponse status() {
        return call(MAINTENANCE, "Status", StatusRequest.getDefaultInstance(), StatusResponse.parser());
    }

    HashKVResponse hashKv(long revision) {
        return call(
                MAINTENANCE,
                "HashKV",
                HashKVRequest.newBuilder().setRevision(revision).build(),
                HashKVResponse.parser());
    }

    private <M> M call(ServiceName service, String method, MessageLite request, Parser<M> parser) {
        Future<Buffer> answer = client.request(address).compose(call -> {
            call.serviceName(service).methodName(method).timeout(timeoutMillis, TimeUnit.MILLISECONDS);
            call.end(Buffer.buffer(request.toByteArray()));
            return call.response().compose(response -> {
                if (response.status() != null && response.status() != GrpcStatus.OK) {
                    return Future.failedFuture(response.status() + " " + response.statusMessage());
                }
                return response.last()
                        .compose(message -> response.status() == null || response.status() == GrpcStatus.OK
                                ? Future.succeededFuture(message)
                                : Future.failedFuture(response.status() + " " + response.statusMessage()));
            });
        });
        try {
            return parser.parseFrom(answer.toCompletionStage()
                    .toCompletableFuture()
                    .get(timeoutMillis, TimeUnit.MILLISECONDS)
                    .getBytes());
        } catch (ExecutionException | TimeoutException | InvalidProtocolBufferException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new CallFailedException(method + ": " + cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CallFailedException("interrupted");
        }
    }

    @Override
    public void close() {
        vertx.close();
    }
}
