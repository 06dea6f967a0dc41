package io.fairlead.server.etcd;

import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call that came by way of Vert.x, see {@link UnaryStreams}: its first message is the request, and there is an answer
 * even if none comes. It is also its answer's place in the queue.
 *
 * <p><b>Threads:</b> messages arrive on the event loop; answers come from any thread.
 */
final class UnaryCall extends AnswerQueue.Answer implements GrpcDoor.Reply {
    private static final Logger LOG = LoggerFactory.getLogger(UnaryCall.class);

    private final GrpcDoor.Unary<?> unary;
    private final GrpcServerResponse<Buffer, Buffer> response;
    private final AnswerQueue queue;
    private boolean called;
    private byte @Nullable [] message;
    private @Nullable EtcdError error;

    UnaryCall(GrpcDoor.Unary<?> unary, GrpcServerResponse<Buffer, Buffer> response, AnswerQueue queue) {
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
        byte[] bytes = body.getBytes();
        unary.call(bytes, 0, bytes.length, this);
    }

    private void onEnd(@Nullable Void end) {
        if (!called) {
            fail(new EtcdError(GrpcStatus.INTERNAL, "grpc: the call ended without a request message"));
        }
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
