package io.fairlead.server.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Lets requests through whose {@code :authority} is no host and port. etcd's own client sends whole URLs there
 * ({@code http://10.0.0.1:2379}), or {@code #initially=[...]}; gRPC servers do not look at it, Vert.x resets the
 * stream. What does not parse is dropped before Vert.x sees it.
 *
 * <p>To be set as the connection handler of a server. There is no public way to the frames of a connection, hence the
 * one use of an inner class of Vert.x; the tests with etcdctl show when an update breaks it.
 */
public final class AnyAuthority implements Handler<HttpConnection> {
    @Override
    public void handle(HttpConnection connection) {
        if (connection instanceof ConnectionBase base
                && base.channelHandlerContext().handler() instanceof Http2ConnectionHandler http2) {
            http2.decoder().frameListener(new Lenient(http2.decoder().frameListener()));
        }
    }

    private static final class Lenient extends Http2FrameListenerDecorator {
        Lenient(Http2FrameListener next) {
            super(next);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream)
                throws Http2Exception {
            dropMalformed(headers);
            super.onHeadersRead(ctx, streamId, headers, padding, endOfStream);
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
            dropMalformed(headers);
            super.onHeadersRead(ctx, streamId, headers, streamDependency, weight, exclusive, padding, endOfStream);
        }

        private static void dropMalformed(Http2Headers headers) {
            CharSequence authority = headers.authority();
            if (authority != null && HostAndPort.parseAuthority(authority.toString(), -1) == null) {
                headers.remove(Http2Headers.PseudoHeaderName.AUTHORITY.value());
            }
        }
    }
}
