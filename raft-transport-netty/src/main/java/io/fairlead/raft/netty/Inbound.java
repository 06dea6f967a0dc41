package io.fairlead.raft.netty;

import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.netty.codec.Frame;
import io.fairlead.raft.netty.codec.FrameAssembler;
import io.fairlead.raft.netty.codec.HandshakeCodec;
import io.fairlead.raft.netty.codec.HandshakeRefusal;
import io.fairlead.raft.netty.codec.Hello;
import io.fairlead.raft.netty.codec.HelloReply;
import io.fairlead.raft.netty.codec.MalformedFrameException;
import io.fairlead.raft.netty.codec.MessageDecoder;
import io.fairlead.raft.netty.codec.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection that a peer has made: admits it or says why not, then hands its messages to the receiver.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What fails also closes the channel, and that is heard.
final class Inbound {
    private static final Logger LOG = LoggerFactory.getLogger(Inbound.class);

    private final Shared shared;
    private final Acceptor acceptor;
    private final ChannelHandlerContext ctx;
    private final FrameAssembler assembler = new FrameAssembler(Wire.MAX_HANDSHAKE_BYTES);
    private final FrameAssembler.Sink sink = this::onFrame;
    private final ScheduledFuture<?> handshakeTimer;
    private @Nullable MessageDecoder decoder;
    private @Nullable Hello admitted;
    private boolean closed;
    private int frames;

    Inbound(Shared shared, Acceptor acceptor, ChannelHandlerContext ctx) {
        this.shared = shared;
        this.acceptor = acceptor;
        this.ctx = ctx;
        long timeoutNanos = shared.config().handshakeTimeout().toNanos();
        handshakeTimer = ctx.executor().schedule(this::close, timeoutNanos, TimeUnit.NANOSECONDS);
    }

    void onBytes(ByteBuf in) {
        if (closed) {
            return;
        }
        shared.counters().bytesReceived.add(in.readableBytes());
        try {
            assembler.read(in, sink);
        } finally {
            shared.counters().framesReceived.add(frames);
            frames = 0;
        }
    }

    private void onFrame(Frame frame) {
        if (closed) {
            return;
        }
        MessageDecoder messages = decoder;
        if (messages == null) {
            onHello(HandshakeCodec.decodeHello(frame));
            return;
        }
        RaftMessage message = messages.decode(frame);
        frames++;
        if (message == null) {
            shared.counters().dropped(DropCause.UNKNOWN_MESSAGE);
        } else {
            shared.receiver().onMessage(messages.group(), message);
        }
    }

    private void onHello(Hello hello) {
        handshakeTimer.cancel(false);
        HelloReply reply = acceptor.judge(hello);
        ByteBuf out = ctx.alloc().ioBuffer();
        HandshakeCodec.encode(reply, out);
        if (reply.refusal() != HandshakeRefusal.NONE) {
            closed = true;
            acceptor.onRefused(hello, ctx.channel().remoteAddress(), reply);
            ctx.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        decoder = new MessageDecoder(hello.memberId(), shared.config().memberId());
        admitted = hello;
        assembler.maxFrameBytes(shared.config().maxFrameBytes());
        ctx.writeAndFlush(out, ctx.voidPromise());
        acceptor.onAdmitted(hello, ctx.channel());
    }

    void onClosed() {
        closed = true;
        handshakeTimer.cancel(false);
        if (admitted != null) {
            acceptor.onClosed(admitted, ctx.channel());
        }
    }

    /** Nothing more can be read sensibly: counts why, says it if someone should look, and closes. */
    void onFailure(Throwable failure) {
        if (closed) {
            return;
        }
        Object peer = admitted == null ? "unknown" : admitted.memberId();
        if (failure instanceof MalformedFrameException malformed) {
            (malformed.isOversized() ? shared.counters().oversizedFrames : shared.counters().malformedFrames)
                    .increment();
            warnOncePerEpisode("malformed", peer, failure);
        } else if (failure instanceof DecoderException) {
            shared.counters().malformedFrames.increment();
            warnOncePerEpisode("tls", peer, failure);
        } else if (failure instanceof IOException) {
            LOG.debug("connection broke: peer={} cause={}", peer, failure.toString());
        } else {
            LOG.error("closing a connection: member={} peer={}", shared.config().memberId(), peer, failure);
        }
        close();
    }

    private void warnOncePerEpisode(String kind, Object peer, Throwable failure) {
        if (shared.episodes().begins(kind + " from " + peer, System.nanoTime())) {
            LOG.warn(
                    "closing a connection: peer={} remote={} cause={}",
                    peer,
                    ctx.channel().remoteAddress(),
                    failure.toString());
        }
    }

    private void close() {
        closed = true;
        ctx.close();
    }

    /** Ties an {@link Inbound} to its channel. */
    static final class Handler extends ChannelInboundHandlerAdapter {
        private final Shared shared;
        private final Acceptor acceptor;
        private @Nullable Inbound inbound;

        Handler(Shared shared, Acceptor acceptor) {
            this.shared = shared;
            this.acceptor = acceptor;
        }

        private Inbound inbound() {
            if (inbound == null) {
                throw new IllegalStateException("the handler is not in a pipeline");
            }
            return inbound;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            inbound = new Inbound(shared, acceptor, ctx);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf in = (ByteBuf) message;
            try {
                inbound().onBytes(in);
            } finally {
                in.release();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            inbound().onClosed();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
            inbound().onFailure(failure);
        }
    }
}
