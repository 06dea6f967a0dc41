package io.fairlead.server.etcd;

import com.google.protobuf.InvalidProtocolBufferException;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call on its way: its first message is the request, and there is an answer even if none comes. It is also its
 * answer's place in the queue.
 *
 * <p><b>Threads:</b> messages arrive on the event loop; answers come from any thread.
 */
final class UnaryCall<Q> extends AnswerQueue.Answer implements GrpcDoor.Reply {
    private static final Logger LOG = LoggerFactory.getLogger(UnaryCall.class);

    private final GrpcDoor.Unary<Q> unary;
    private final GrpcServerResponse<Buffer, Buffer> response;
    private final AnswerQueue queue;
    private boolean called;
    private byte @Nullable [] message;
    private @Nullable EtcdError error;

    UnaryCall(GrpcDoor.Unary<Q> unary, GrpcServerResponse<Buffer, Buffer> response, AnswerQueue queue) {
        this.unary = unary;
        this.response = response;
        this.queue = queue;
    }

    void serve(GrpcServerRequest<Buffer, Buffer> request) {
        request.handler(this::onMessage).endHandler(this::onEnd);
    }

    private void onMessage(Buffer body) {
        if (called) {
            return;
        }
        called = true;
        Q request;
        try {
            request = unary.parser().parseFrom(body.getBytes());
        } catch (InvalidProtocolBufferException e) {
            failInternally("grpc: failed to unmarshal the received message: " + e.getMessage());
            return;
        }
        try {
            unary.method().call(request, this);
        } catch (RuntimeException e) {
            LOG.error("a call failed unexpectedly", e);
            failInternally("internal error: " + e);
        }
    }

    private void onEnd(@Nullable Void end) {
        if (!called) {
            failInternally("grpc: the call ended without a request message");
        }
    }

    private void failInternally(String reason) {
        fail(new EtcdError(GrpcStatus.INTERNAL, reason));
    }

    @Override
    public void send(byte[] answer) {
        message = answer;
        queue.push(this);
    }

    @Override
    public void fail(EtcdError failure) {
        error = failure;
        queue.push(this);
    }

    @Override
    void write() {
        try {
            if (message != null) {
                response.end(Buffer.buffer(message));
            } else if (error != null) {
                GrpcDoor.fail(response, error.status(), error.message());
            }
        } catch (IllegalStateException e) {
            LOG.debug("the client is gone before its answer", e);
        }
    }
}
