package io.fairlead.server.etcd;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.netty.channel.EventLoop;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * Takes gRPC calls apart and hands unary ones to their methods. Answers may come from any thread; they are written on
 * the event loop of their connection, many at a time.
 *
 * <p><b>Threads:</b> calls arrive on event loops; methods must not block.
 */
public final class GrpcDoor implements Handler<GrpcServerRequest<Buffer, Buffer>> {
    private final Map<String, Unary<?>> methods = new HashMap<>();
    private final BooleanSupplier hasLeader;
    private final Map<EventLoop, AnswerQueue> answers = new ConcurrentHashMap<>();

    /** A method that takes one message and gives one answer. */
    @FunctionalInterface
    public interface Method<Q> {
        /** Serves one call; answers once, now or later. */
        void call(Q request, Reply reply);
    }

    /** Where the answer of one call goes. Exactly one of the methods is called, once. */
    public interface Reply {
        /** The call succeeded with this serialized message. */
        void send(byte[] response);

        /** The call failed. */
        void fail(EtcdError error);
    }

    record Unary<Q>(Parser<Q> parser, Method<Q> method) {}

    /** A door that serves nothing yet; {@code hasLeader} serves clients that require one. */
    public GrpcDoor(BooleanSupplier hasLeader) {
        this.hasLeader = hasLeader;
    }

    /** Serves a method, named like {@code etcdserverpb.KV/Range}. */
    public <Q extends MessageLite> void add(String name, Parser<Q> parser, Method<Q> method) {
        methods.put(name, new Unary<>(parser, method));
    }

    @Override
    public void handle(GrpcServerRequest<Buffer, Buffer> request) {
        GrpcServerResponse<Buffer, Buffer> response = request.response();
        Unary<?> unary = methods.get(request.fullMethodName());
        if (unary == null) {
            fail(
                    response,
                    GrpcStatus.UNIMPLEMENTED,
                    "unknown method " + request.methodName() + " for service "
                            + request.serviceName().fullyQualifiedName());
            return;
        }
        if ("true".equals(request.headers().get("hasleader")) && !hasLeader.getAsBoolean()) {
            fail(response, EtcdError.NO_LEADER.status(), EtcdError.NO_LEADER.message());
            return;
        }
        new UnaryCall<>(unary, response, answersOfThisLoop()).serve(request);
    }

    private AnswerQueue answersOfThisLoop() {
        return answers.computeIfAbsent(
                ((ContextInternal) requireNonNull(Vertx.currentContext())).nettyEventLoop(), AnswerQueue::new);
    }

    static void fail(GrpcServerResponse<Buffer, Buffer> response, GrpcStatus status, String message) {
        response.status(status).statusMessage(message).end();
    }
}
