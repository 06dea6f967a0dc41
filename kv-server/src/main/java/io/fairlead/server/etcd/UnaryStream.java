package io.fairlead.server.etcd;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import io.vertx.grpc.common.GrpcStatus;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One unary call on its stream: collects the request, and writes the answer as one buffer of headers, data and trailers
 * as soon as the peer's flow control windows allow it, else piece by piece.
 *
 * <p><b>Threads:</b> the connection's event loop; answers come from any thread.
 */
final class UnaryStream extends AnswerQueue.Answer implements GrpcDoor.Reply, Http2RemoteFlowController.FlowControlled {
    private static final int PREFIX_BYTES = 5;
    private static final int HEADERS_ROOM = 64;
    private static final AsciiString OK = AsciiString.cached("200");
    private static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
    private static final AsciiString GRPC = AsciiString.cached("application/grpc");
    private static final AsciiString GRPC_STATUS = AsciiString.cached("grpc-status");
    private static final AsciiString GRPC_MESSAGE = AsciiString.cached("grpc-message");
    private static final Http2Headers HEAD = ReadOnlyHttp2Headers.serverHeaders(false, OK, CONTENT_TYPE, GRPC);
    private static final Http2Headers TRAILERS =
            ReadOnlyHttp2Headers.trailers(false, GRPC_STATUS, AsciiString.cached("0"));
    private static final byte[] NOTHING = {};
    private static final VarHandle LENGTH = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final UnaryStreams connection;
    private final Http2Stream stream;
    private final GrpcDoor.Unary<?> unary;
    private final int maxMessageBytes;
    private byte[] request = NOTHING;
    private int requestBytes;
    private boolean called;

    private byte @Nullable [] message;
    private @Nullable EtcdError error;
    private int written;
    private @Nullable ChannelFuture lastWrite;

    UnaryStream(UnaryStreams connection, Http2Stream stream, GrpcDoor.Unary<?> unary, int maxMessageBytes) {
        this.connection = connection;
        this.stream = stream;
        this.unary = unary;
        this.maxMessageBytes = maxMessageBytes;
    }

    // ------------------------------------------------------------------------------------------------- request

    /** Takes a part of the request; what follows the first message is ignored. */
    void onData(ByteBuf data) {
        if (called) {
            return;
        }
        int size = requestBytes + data.readableBytes();
        if (size > request.length) {
            request = Arrays.copyOf(request, requestBytes == 0 ? size : Math.max(size, 2 * request.length));
        }
        data.getBytes(data.readerIndex(), request, requestBytes, data.readableBytes());
        requestBytes = size;
        if (size >= PREFIX_BYTES) {
            onPrefix();
        }
    }

    private void onPrefix() {
        int length = (int) LENGTH.get(request, 1);
        if (request[0] != 0) {
            refuse(GrpcStatus.INTERNAL, "grpc: compressed flag set with identity or empty encoding");
        } else if (length < 0 || length > maxMessageBytes) {
            refuse(
                    GrpcStatus.RESOURCE_EXHAUSTED,
                    "grpc: received message larger than max (" + Integer.toUnsignedString(length) + " vs. "
                            + maxMessageBytes + ")");
        } else if (requestBytes - PREFIX_BYTES >= length) {
            byte[] bytes = request;
            request = NOTHING;
            called = true;
            unary.call(bytes, PREFIX_BYTES, length, this);
        }
    }

    private void refuse(GrpcStatus status, String reason) {
        request = NOTHING;
        called = true;
        fail(new EtcdError(status, reason));
    }

    /** The client will send no more. */
    void onEnd() {
        if (!called) {
            refuse(GrpcStatus.INTERNAL, "grpc: the call ended without a request message");
        }
    }

    // -------------------------------------------------------------------------------------------------- answer

    @Override
    public void send(byte[] response) {
        message = response;
        connection.answers().push(this);
    }

    @Override
    public void fail(EtcdError failure) {
        error = failure;
        connection.answers().push(this);
    }

    @Override
    void write() {
        if (!isOpen()) {
            return; // the client has given up, or is gone
        }
        if (message != null) {
            connection.http2().encoder().flowController().addFlowControlled(stream, this);
        } else if (error != null) {
            writeError(error);
        }
        connection.flushSoon();
    }

    private boolean isOpen() {
        return stream.state() == Http2Stream.State.OPEN || stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE;
    }

    private void writeError(EtcdError failure) {
        Http2Headers headers = ReadOnlyHttp2Headers.serverHeaders(
                false,
                OK,
                CONTENT_TYPE,
                GRPC,
                GRPC_STATUS,
                AsciiString.of(Integer.toString(failure.status().code)),
                GRPC_MESSAGE,
                AsciiString.of(percentEncoded(failure.message())));
        ChannelHandlerContext context = connection.context();
        lastWrite =
                connection.http2().encoder().writeHeaders(context, stream.id(), headers, 0, true, context.newPromise());
    }

    /** As gRPC wants messages: printable ASCII but for the percent sign, all other bytes of UTF-8 in hexadecimal. */
    static String percentEncoded(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b <= '~' && b != '%') {
                encoded.append((char) b);
            } else {
                encoded.append('%')
                        .append(Character.toUpperCase(Character.forDigit((b >> 4) & 0xF, 16)))
                        .append(Character.toUpperCase(Character.forDigit(b & 0xF, 16)));
            }
        }
        return encoded.toString();
    }

    @Override
    public int size() {
        return message == null ? 0 : PREFIX_BYTES + message.length - written;
    }

    @Override
    public void write(ChannelHandlerContext context, int allowedBytes) {
        byte[] body = message;
        if (body == null) {
            return;
        }
        int bytes = Math.min(allowedBytes, size());
        int maxFrame =
                connection.http2().encoder().configuration().frameSizePolicy().maxFrameSize();
        int frames = (bytes + maxFrame - 1) / maxFrame;
        ByteBuf out = context.alloc().ioBuffer(bytes + frames * Http2CodecUtil.FRAME_HEADER_LENGTH + 2 * HEADERS_ROOM);
        try {
            if (written == 0) {
                writeHeaders(out, HEAD, new Http2Flags().endOfHeaders(true));
                stream.headersSent(false);
            }
            for (int end = written + bytes; written < end; ) {
                writeData(out, body, Math.min(maxFrame, end - written));
            }
            if (size() == 0) {
                writeHeaders(out, TRAILERS, new Http2Flags().endOfHeaders(true).endOfStream(true));
            }
        } catch (Http2Exception e) {
            out.release();
            connection.http2().onError(context, true, e);
            return;
        }
        lastWrite = context.write(out);
    }

    private void writeHeaders(ByteBuf out, Http2Headers headers, Http2Flags flags) throws Http2Exception {
        int start = out.writerIndex();
        out.writeZero(Http2CodecUtil.FRAME_HEADER_LENGTH);
        connection.headersEncoder().encodeHeaders(stream.id(), headers, out);
        int end = out.writerIndex();
        out.writerIndex(start);
        int length = end - start - Http2CodecUtil.FRAME_HEADER_LENGTH;
        Http2CodecUtil.writeFrameHeader(out, length, Http2FrameTypes.HEADERS, flags, stream.id());
        out.writerIndex(end);
    }

    /** The next bytes of the message, or of the five in front of it: that it is not compressed, and its length. */
    private void writeData(ByteBuf out, byte[] body, int length) {
        Http2CodecUtil.writeFrameHeader(out, length, Http2FrameTypes.DATA, new Http2Flags(), stream.id());
        int end = written + length;
        for (; written < Math.min(end, PREFIX_BYTES); written++) {
            out.writeByte(written == 0 ? 0 : body.length >>> (8 * (PREFIX_BYTES - 1 - written)));
        }
        if (written < end) {
            out.writeBytes(body, written - PREFIX_BYTES, end - written);
            written = end;
        }
    }

    @Override
    public void writeComplete() {
        if (lastWrite != null) {
            connection.http2().closeStreamLocal(stream, lastWrite);
        }
    }

    /** The stream has ended before the answer could leave: nobody waits for it. */
    @Override
    public void error(ChannelHandlerContext context, @Nullable Throwable cause) {
        message = null;
    }

    @Override
    public boolean merge(ChannelHandlerContext context, Http2RemoteFlowController.FlowControlled next) {
        return false;
    }
}
