package io.fairlead.server.etcd;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Stream;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import org.jspecify.annotations.Nullable;

/**
 * The plain unary calls of one connection, served where Netty's HTTP/2 codec hands its frames over: a layer of HTTP
 * requests and one of gRPC calls on top of it cost more than everything else that a server does for a read. All of
 * HTTP/2 stays with Netty (header compression, flow control, the life of streams, settings), and whatever is not
 * plain stays with Vert.x: unknown methods, compressed messages, pages.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class UnaryStreams extends Http2FrameListenerDecorator {
    private final Http2ConnectionHandler http2;
    private final ChannelHandlerContext context;
    private final Http2HeadersEncoder headersEncoder;
    private final Http2Connection.PropertyKey key;
    private final GrpcDoor door;
    private final AnswerQueue answers;
    private boolean waitsForFlush;

    private UnaryStreams(
            Http2ConnectionHandler http2,
            ChannelHandlerContext context,
            Http2HeadersEncoder headersEncoder,
            GrpcDoor door,
            AnswerQueue answers) {
        super(http2.decoder().frameListener());
        this.http2 = http2;
        this.context = context;
        this.headersEncoder = headersEncoder;
        this.key = http2.connection().newKey();
        this.door = door;
        this.answers = answers;
    }

    /** Serves the plain calls of a connection, if it speaks HTTP/2. To be called before its first request. */
    static void serve(HttpConnection connection, GrpcDoor door) {
        if (connection instanceof ConnectionBase base
                && base.channelHandlerContext().handler() instanceof Http2ConnectionHandler http2
                && http2.encoder().configuration().headersConfiguration() instanceof Http2HeadersEncoder encoder) {
            ChannelHandlerContext context = base.channelHandlerContext();
            AnswerQueue answers = door.answers(context.channel().eventLoop());
            http2.decoder().frameListener(new UnaryStreams(http2, context, encoder, door, answers));
        }
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream)
            throws Http2Exception {
        if (!isServed(streamId, headers, endOfStream)) {
            super.onHeadersRead(ctx, streamId, headers, padding, endOfStream);
        }
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int streamDependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endOfStream)
            throws Http2Exception {
        if (!isServed(streamId, headers, endOfStream)) {
            super.onHeadersRead(ctx, streamId, headers, streamDependency, weight, exclusive, padding, endOfStream);
        }
    }

    /** Begins a call if these headers do, and ends its request if they are what follows the request. */
    private boolean isServed(int streamId, Http2Headers headers, boolean endOfStream) {
        Http2Stream stream = http2.connection().stream(streamId);
        if (stream == null) {
            return false;
        }
        UnaryStream underWay = stream.getProperty(key);
        if (underWay != null) {
            if (endOfStream) {
                underWay.onEnd();
            }
            return true;
        }
        GrpcDoor.Unary<?> unary = endOfStream ? null : door.plainCall(headers);
        if (unary == null) {
            return false;
        }
        stream.setProperty(key, new UnaryStream(this, stream, unary, door.maxMessageBytes()));
        return true;
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream)
            throws Http2Exception {
        UnaryStream call = call(streamId);
        if (call == null) {
            return super.onDataRead(ctx, streamId, data, padding, endOfStream);
        }
        int processed = data.readableBytes() + padding;
        call.onData(data);
        if (endOfStream) {
            call.onEnd();
        }
        return processed;
    }

    private @Nullable UnaryStream call(int streamId) {
        Http2Stream stream = http2.connection().stream(streamId);
        return stream == null ? null : stream.getProperty(key);
    }

    Http2ConnectionHandler http2() {
        return http2;
    }

    ChannelHandlerContext context() {
        return context;
    }

    Http2HeadersEncoder headersEncoder() {
        return headersEncoder;
    }

    /** Where answers go from any thread. */
    AnswerQueue answers() {
        return answers;
    }

    /** Something was written: it leaves when all answers of this turn have been written. */
    void flushSoon() {
        if (!waitsForFlush) {
            waitsForFlush = true;
            answers.flushSoon(this);
        }
    }

    void flush() {
        waitsForFlush = false;
        http2.flush(context);
    }
}
