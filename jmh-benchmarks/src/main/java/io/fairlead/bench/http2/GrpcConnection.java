package io.fairlead.bench.http2;

import io.fairlead.bench.load.Call;
import io.fairlead.bench.load.Operation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 (RFC 9113) as far as unary gRPC calls of a trusted server need it, straight on the bytes: half the CPU time of a
 * client on a general codec, measured. What is sent while answers are handled leaves in one write when all of them are.
 *
 * <p><b>Threads:</b> the channel's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What fails in a channel closes it, and that is noticed.
final class GrpcConnection extends ChannelInboundHandlerAdapter {
    private static final int WINDOW = 1 << 30;
    private static final int OUT_BYTES = 1 << 16;

    private final String authority;
    private final CompletableFuture<GrpcConnection> ready = new CompletableFuture<>();
    private final ResponseHeaders responseHeaders = new ResponseHeaders();
    private final Streams streams = new Streams();
    private final Sending sending = new Sending();
    private @Nullable ChannelHandlerContext context;
    private @Nullable RequestHeaders requestHeaders;
    private ByteBuf cumulation = Unpooled.EMPTY_BUFFER;
    private @Nullable ByteBuf out;
    private @Nullable ByteBuf unfinishedBlock;
    private int unfinishedFlags;
    private int nextStream = 1;
    private int maxStreams = Integer.MAX_VALUE;
    private int received;
    private @Nullable String closedBecause;

    GrpcConnection(String authority) {
        this.authority = authority;
    }

    /** Completes when the server has said hello. */
    CompletableFuture<GrpcConnection> ready() {
        return ready;
    }

    /** Tells if another call may start now. */
    boolean hasRoom() {
        return closedBecause == null && streams.size() < maxStreams;
    }

    /** Why no more calls may start, if so. */
    @Nullable String closedBecause() {
        return closedBecause;
    }

    /** Starts a call; {@link #hasRoom} must be true and {@link #ready} complete. */
    void start(Operation operation, byte[] message, Call call) {
        RequestHeaders headers = requestHeaders;
        if (headers == null || !hasRoom()) {
            throw new IllegalStateException("not ready for a call");
        }
        int stream = nextStream;
        nextStream += 2;
        streams.add(stream, call, operation == Operation.GET || operation == Operation.SGET);
        ByteBuf target = out();
        int frame = target.writerIndex();
        Frames.header(0, Frames.HEADERS, Frames.END_HEADERS, stream, target);
        headers.write(operation, target);
        target.setMedium(frame, target.writerIndex() - frame - Frames.HEADER_BYTES);
        sending.send(stream, message, message.length, target);
    }

    private ByteBuf out() {
        ByteBuf present = out;
        if (present == null) {
            present = context().alloc().ioBuffer(OUT_BYTES);
            out = present;
        }
        return present;
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext present = context;
        if (present == null) {
            throw new IllegalStateException("not in a channel");
        }
        return present;
    }

    /** Gives the kernel what was written. */
    void flush() {
        ByteBuf full = out;
        if (full != null && full.isReadable()) {
            out = null;
            context().writeAndFlush(full, context().voidPromise());
        }
    }

    /** Ends calls that were sent before {@code limit}, by {@link System#nanoTime}. */
    void expire(long limit) {
        streams.forEach(stream -> {
            Call call = stream.call;
            if (call != null && call.sentNanos() - limit < 0) {
                Frames.reset(stream.id, Frames.CANCEL, out());
                fail(stream, "timeout");
            }
        });
        flush();
    }

    private void fail(Streams.Stream stream, String error) {
        sending.onStreamEnd(stream.id);
        streams.remove(stream).onError(error);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        if (ctx.channel().isActive()) {
            hello();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        hello();
    }

    private void hello() {
        Frames.hello(WINDOW, out());
        flush();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Http2Exception {
        ByteBuf in = (ByteBuf) message;
        if (cumulation.isReadable()) {
            ByteBuf whole = ctx.alloc().ioBuffer(cumulation.readableBytes() + in.readableBytes());
            whole.writeBytes(cumulation).writeBytes(in);
            cumulation.release();
            in.release();
            in = whole;
        }
        cumulation = Unpooled.EMPTY_BUFFER;
        try {
            readFrames(in);
            if (in.isReadable()) {
                cumulation = in.retain();
            }
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        flush();
    }

    private void readFrames(ByteBuf in) throws Http2Exception {
        while (in.readableBytes() >= Frames.HEADER_BYTES) {
            int at = in.readerIndex();
            int length = in.getUnsignedMedium(at);
            if (in.readableBytes() < Frames.HEADER_BYTES + length) {
                return;
            }
            int type = in.getUnsignedByte(at + 3);
            int flags = in.getUnsignedByte(at + 4);
            int stream = in.getInt(at + 5) & Integer.MAX_VALUE;
            int from = at + Frames.HEADER_BYTES;
            in.readerIndex(from + length);
            onFrame(type, flags, stream, in, from, from + length);
        }
    }

    private void onFrame(int type, int flags, int stream, ByteBuf in, int from, int to) throws Http2Exception {
        switch (type) {
            case Frames.DATA -> onData(flags, stream, in, from, to);
            case Frames.HEADERS -> onHeaders(flags, stream, in, from, to);
            case Frames.CONTINUATION -> onContinuation(flags, stream, in, from, to);
            case Frames.RST_STREAM -> onReset(stream, in.getInt(from));
            case Frames.SETTINGS -> onSettings(flags, in, from, to);
            case Frames.PING -> {
                if ((flags & Frames.ACK) == 0) {
                    Frames.pingAck(in.getLong(from), out());
                }
            }
            case Frames.GOAWAY -> onGoAway(in, from, to);
            case Frames.WINDOW_UPDATE -> sending.onWindowUpdate(stream, in.getInt(from) & Integer.MAX_VALUE, out());
            default -> {
                // Unknown frames are ignored (RFC 9113, section 4.1).
            }
        }
    }

    private void onData(int flags, int id, ByteBuf in, int from, int to) {
        received += to - from;
        if (received > WINDOW / 2) {
            Frames.windowUpdate(received, out());
            received = 0;
        }
        Streams.Stream stream = streams.get(id);
        if (stream == null) {
            return;
        }
        int start = (flags & Frames.PADDED) != 0 ? from + 1 : from;
        if (!stream.messageSeen && to - start >= 5) {
            stream.messageSeen = true;
            stream.found = !stream.read || EtcdRequests.hasKey(in, start + 5, to);
        }
        if ((flags & Frames.END_STREAM) != 0) {
            fail(stream, "ended without a status");
        }
    }

    private void onHeaders(int flags, int id, ByteBuf in, int from, int to) throws Http2Exception {
        int start = from;
        int end = to;
        if ((flags & Frames.PADDED) != 0) {
            end -= in.getUnsignedByte(from);
            start += 1;
        }
        if ((flags & Frames.PRIORITY) != 0) {
            start += 5;
        }
        if ((flags & Frames.END_HEADERS) == 0) {
            unfinishedFlags = flags;
            unfinishedBlock = context().alloc().buffer().writeBytes(in, start, end - start);
            return;
        }
        onBlock(id, responseHeaders.read(in, start, end), (flags & Frames.END_STREAM) != 0);
    }

    private void onContinuation(int flags, int id, ByteBuf in, int from, int to) throws Http2Exception {
        ByteBuf block = unfinishedBlock;
        if (block == null) {
            throw new IllegalStateException("continuation of nothing");
        }
        block.writeBytes(in, from, to - from);
        if ((flags & Frames.END_HEADERS) != 0) {
            unfinishedBlock = null;
            ResponseHeaders.Facts facts = responseHeaders.read(block, 0, block.writerIndex());
            block.release();
            onBlock(id, facts, (unfinishedFlags & Frames.END_STREAM) != 0);
        }
    }

    private void onBlock(int id, ResponseHeaders.Facts facts, boolean end) {
        Streams.Stream stream = streams.get(id);
        if (stream == null) {
            return;
        }
        if (facts.httpStatus() != ResponseHeaders.ABSENT) {
            stream.httpStatus = facts.httpStatus();
        }
        if (!end) {
            return;
        }
        sending.onStreamEnd(id);
        if (facts.grpcStatus() == 0 && stream.messageSeen) {
            boolean found = stream.found;
            streams.remove(stream).onAnswer(found);
        } else if (facts.grpcStatus() > 0) {
            fail(stream, GrpcStatus.name(facts.grpcStatus()) + " " + facts.message());
        } else {
            fail(stream, "HTTP status " + stream.httpStatus + " without an answer");
        }
    }

    private void onReset(int id, int error) {
        Streams.Stream stream = streams.get(id);
        if (stream != null) {
            fail(stream, "reset by the server, error " + error);
        }
    }

    private void onSettings(int flags, ByteBuf in, int from, int to) {
        if ((flags & Frames.ACK) != 0) {
            return;
        }
        int tableBytes = 4096;
        for (int at = from; at + 6 <= to; at += 6) {
            long value = in.getUnsignedInt(at + 2);
            switch (in.getUnsignedShort(at)) {
                case Frames.SETTINGS_HEADER_TABLE_SIZE -> tableBytes = (int) Math.min(value, 4096);
                case Frames.SETTINGS_MAX_CONCURRENT_STREAMS -> maxStreams = (int) Math.min(value, Integer.MAX_VALUE);
                case Frames.SETTINGS_INITIAL_WINDOW_SIZE -> sending.onInitialWindow(value, out());
                default -> {
                    // The other settings bound what this client does not do.
                }
            }
        }
        Frames.settingsAck(out());
        if (requestHeaders == null) {
            requestHeaders = new RequestHeaders(authority, tableBytes);
            ready.complete(this);
        }
    }

    private void onGoAway(ByteBuf in, int from, int to) {
        String why = in.toString(from + 8, to - from - 8, StandardCharsets.US_ASCII);
        closedBecause = "goaway " + in.getInt(from + 4) + " " + why;
        if (streams.size() == 0) {
            context().close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (closedBecause == null) {
            closedBecause = "connection lost";
        }
        if (cumulation.isReadable()) {
            cumulation.release();
            cumulation = Unpooled.EMPTY_BUFFER;
        }
        ByteBuf unsent = out;
        if (unsent != null) {
            unsent.release();
            out = null;
        }
        ready.completeExceptionally(new IOException(closedBecause));
        streams.forEach(stream -> fail(stream, "connection lost"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (closedBecause == null) {
            closedBecause = "connection lost: " + cause;
        }
        ctx.close();
    }
}
