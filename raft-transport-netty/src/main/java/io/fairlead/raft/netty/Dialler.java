package io.fairlead.raft.netty;

import io.fairlead.raft.netty.codec.FrameAssembler;
import io.fairlead.raft.netty.codec.HandshakeCodec;
import io.fairlead.raft.netty.codec.HandshakeRefusal;
import io.fairlead.raft.netty.codec.Hello;
import io.fairlead.raft.netty.codec.HelloReply;
import io.fairlead.raft.netty.codec.MalformedFrameException;
import io.fairlead.raft.netty.codec.Wire;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One outgoing connection of a {@link Link}: introduces this member, waits for the answer, and from then on only tells
 * the link what becomes of the connection. The peer never sends anything else here.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What fails also closes the channel, and that is heard.
final class Dialler extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Dialler.class);
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 << 10, 256 << 10);

    private final Shared shared;
    private final Link link;
    private final EventLoop loop;
    private final FrameAssembler assembler = new FrameAssembler(Wire.MAX_HANDSHAKE_BYTES);
    private @Nullable ScheduledFuture<?> handshakeTimer;
    private @Nullable Channel channel;
    private boolean abandoned;
    private boolean answered;
    private String closeCause = "closed by the peer";

    Dialler(Shared shared, Link link, EventLoop loop) {
        this.shared = shared;
        this.link = link;
        this.loop = loop;
    }

    /**
     * Makes the connection; the link hears how it goes.
     *
     * @param attempt picks one of several addresses of a host
     */
    void dial(int attempt) {
        Address address = link.peer().address();
        Future<InetSocketAddress> resolved = shared.resolver().resolve(address, attempt, loop);
        resolved.addListener((Future<InetSocketAddress> done) -> {
            if (!done.isSuccess()) {
                link.onEnded(this, "cannot resolve " + address.host() + ": " + done.cause());
            } else if (!abandoned) {
                connect(done.getNow(), address);
            }
        });
    }

    /** The link has no use for this connection any more. */
    void abandon() {
        abandoned = true;
        if (channel != null) {
            channel.close();
        }
    }

    private void connect(InetSocketAddress target, Address asConfigured) {
        NettyTransportConfig config = shared.config();
        Bootstrap bootstrap = new Bootstrap().group(loop);
        shared.io().configure(bootstrap, config.deadPeerTimeout().toMillis());
        bootstrap
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        config.connectTimeout().toMillis())
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        config.tls()
                                .ifPresent(tls -> channel.pipeline()
                                        .addLast(tls.client()
                                                .newHandler(
                                                        channel.alloc(), asConfigured.host(), asConfigured.port())));
                        channel.pipeline().addLast(Dialler.this);
                    }
                });
        ChannelFuture connecting = bootstrap.connect(target);
        channel = connecting.channel();
        connecting.addListener((ChannelFuture done) -> {
            if (!done.isSuccess()) {
                link.onEnded(this, String.valueOf(done.cause()));
            }
        });
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        handshakeTimer = ctx.executor()
                .schedule(
                        () -> close(ctx, "the handshake took too long"),
                        shared.config().handshakeTimeout().toNanos(),
                        TimeUnit.NANOSECONDS);
        if (shared.config().tls().isEmpty()) {
            introduce(ctx);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion) {
            if (completion.isSuccess()) {
                introduce(ctx);
            } else {
                close(ctx, "TLS: " + completion.cause());
            }
        }
    }

    private void introduce(ChannelHandlerContext ctx) {
        NettyTransportConfig config = shared.config();
        Hello hello = new Hello(
                Wire.MIN_VERSION,
                Wire.MAX_VERSION,
                0,
                config.clusterId(),
                config.memberId(),
                config.incarnation().getAsLong(),
                link.peer().memberId(),
                link.lane().number(),
                config.advertisedAddress());
        ByteBuf out = ctx.alloc().ioBuffer();
        HandshakeCodec.encode(hello, out);
        ctx.writeAndFlush(out, ctx.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            assembler.read(in, frame -> {
                if (answered) {
                    throw new IllegalStateException("the peer sent more than its answer");
                }
                answered = true;
                onReply(ctx, HandshakeCodec.decodeReply(frame));
            });
        } finally {
            ReferenceCountUtil.release(in);
        }
    }

    private void onReply(ChannelHandlerContext ctx, HelloReply reply) {
        if (handshakeTimer != null) {
            handshakeTimer.cancel(false);
        }
        String problem = problemOf(reply);
        String episode = "refused by " + link.peer().memberId();
        if (problem.isEmpty()) {
            shared.episodes().end(episode);
            link.onAccepted(this, ctx.channel(), reply);
            return;
        }
        shared.counters().handshakesRefusedByPeers.increment();
        if (shared.episodes().begins(episode, System.nanoTime())) {
            LOG.warn(
                    "connection refused by peer: peer={} address={} code={} reason={}",
                    link.peer().memberId(),
                    link.peer().address(),
                    reply.refusal(),
                    problem);
        }
        link.onRefused(this);
        close(ctx, "refused: " + problem);
    }

    /** Why the connection cannot be used; empty if it can. The answer is checked even if it is friendly. */
    private String problemOf(HelloReply reply) {
        NettyTransportConfig config = shared.config();
        if (reply.refusal() != HandshakeRefusal.NONE) {
            return reply.reason();
        }
        if (reply.version() < Wire.MIN_VERSION || reply.version() > Wire.MAX_VERSION) {
            return "the peer chose protocol version " + reply.version() + ", which was not offered";
        }
        if (reply.clusterId() != config.clusterId()
                || reply.memberId() != link.peer().memberId()) {
            return "the peer is member " + reply.memberId() + " of cluster " + Long.toHexString(reply.clusterId());
        }
        return reply.maxFrameBytes() > 0 ? "" : "the peer takes no frames";
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            link.write();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (handshakeTimer != null) {
            handshakeTimer.cancel(false);
        }
        link.onEnded(this, closeCause);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof MalformedFrameException malformed) {
            (malformed.isOversized() ? shared.counters().oversizedFrames : shared.counters().malformedFrames)
                    .increment();
        }
        close(ctx, String.valueOf(cause));
    }

    private void close(ChannelHandlerContext ctx, String cause) {
        closeCause = cause;
        ctx.close();
    }
}
