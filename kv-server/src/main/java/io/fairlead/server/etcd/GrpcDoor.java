package io.fairlead.server.etcd;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.internal.ContextInternal;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes gRPC calls apart and hands unary ones to their methods. Answers may come from any thread; they are written on
 * the event loop of their connection, many at a time.
 *
 * <p><b>Threads:</b> calls arrive on event loops; methods must not block.
 */
public final class GrpcDoor implements Handler<GrpcServerRequest<Buffer, Buffer>> {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcDoor.class);
    private static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
    private static final AsciiString GRPC = AsciiString.cached("application/grpc");
    private static final AsciiString GRPC_ENCODING = AsciiString.cached("grpc-encoding");
    private static final AsciiString HAS_LEADER = AsciiString.cached("hasleader");
    private static final AsciiString POST = AsciiString.cached("POST");

    private final Map<String, Unary<?>> methods = new HashMap<>();
    private final Map<AsciiString, Unary<?>> methodsByPath = new HashMap<>();
    private final int maxMessageBytes;
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

    record Unary<Q>(Parser<Q> parser, Method<Q> method) {
        /** Calls the method with a serialized request; there is an answer whatever happens. */
        void call(byte[] bytes, int offset, int length, Reply reply) {
            Q request;
            try {
                request = parser.parseFrom(bytes, offset, length);
            } catch (InvalidProtocolBufferException e) {
                reply.fail(new EtcdError(
                        GrpcStatus.INTERNAL, "grpc: failed to unmarshal the received message: " + e.getMessage()));
                return;
            }
            try {
                method.call(request, reply);
            } catch (RuntimeException e) {
                LOG.error("a call failed unexpectedly", e);
                reply.fail(new EtcdError(GrpcStatus.INTERNAL, "internal error: " + e));
            }
        }
    }

    /**
     * A door that serves nothing yet.
     *
     * @param maxMessageBytes the longest request that is read
     * @param hasLeader whether there is a leader, for clients that require one
     */
    public GrpcDoor(int maxMessageBytes, BooleanSupplier hasLeader) {
        this.maxMessageBytes = maxMessageBytes;
        this.hasLeader = hasLeader;
    }

    /** The longest request that is read. */
    public int maxMessageBytes() {
        return maxMessageBytes;
    }

    /** Serves a method, named like {@code etcdserverpb.KV/Range}. */
    public <Q extends MessageLite> void add(String name, Parser<Q> parser, Method<Q> method) {
        Unary<Q> unary = new Unary<>(parser, method);
        methods.put(name, unary);
        methodsByPath.put(AsciiString.of("/" + name), unary);
    }

    /** Serves the plain calls of a connection directly. To be called before its first request. */
    public void serve(HttpConnection connection) {
        UnaryStreams.serve(connection, this);
    }

    /** The method that these headers call, if nothing about the call is out of the ordinary. */
    @Nullable Unary<?> plainCall(Http2Headers headers) {
        CharSequence path = headers.path();
        CharSequence method = headers.method();
        CharSequence type = headers.get(CONTENT_TYPE);
        boolean plain = path != null
                && method != null
                && type != null
                && POST.contentEquals(method)
                && GRPC.contentEquals(type)
                && !headers.contains(GRPC_ENCODING)
                && !headers.contains(HAS_LEADER);
        return plain ? methodsByPath.get(AsciiString.of(path)) : null;
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
        EventLoop loop = ((ContextInternal) requireNonNull(Vertx.currentContext())).nettyEventLoop();
        new UnaryCall(unary, response, answers(loop)).serve(request);
    }

    AnswerQueue answers(EventLoop loop) {
        return answers.computeIfAbsent(loop, AnswerQueue::new);
    }

    static void fail(GrpcServerResponse<Buffer, Buffer> response, GrpcStatus status, String message) {
        response.status(status).statusMessage(message).end();
    }
}
