package io.fairlead.raft.netty.codec;

import io.netty.buffer.ByteBuf;

/**
 * Cuts the bytes of a connection into frames: {@code length u32 | crc32c u32 | body}, big-endian, where {@code length}
 * counts the body. The first frame has the {@linkplain Wire#MAGIC magic} before it.
 *
 * <p>A body is copied once, from the socket's buffer into an array of its exact size, also if it comes in many reads.
 * Small bodies go through one array that is used again and again.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
public final class FrameAssembler {
    /** Takes the frames. */
    @FunctionalInterface
    public interface Sink {
        /** A whole frame is there; it is valid until this call returns. */
        void onFrame(Frame frame);
    }

    private static final int BORROWED_BYTES = 192;

    private final Frame frame = new Frame();
    private final byte[] small = new byte[BORROWED_BYTES];
    private final byte[] header = new byte[Integer.BYTES + Wire.HEADER_BYTES];
    private int headerBytes = header.length;
    private int headerFilled;
    private byte[] body = small;
    private int bodyBytes = -1;
    private int bodyFilled;
    private int maxFrameBytes;

    /** Starts with the magic. */
    public FrameAssembler(int maxFrameBytes) {
        this.maxFrameBytes = maxFrameBytes;
    }

    /** Sets the largest body from the next frame on. */
    public void maxFrameBytes(int maxFrameBytes) {
        this.maxFrameBytes = maxFrameBytes;
    }

    /**
     * Takes all of {@code in}.
     *
     * @throws MalformedFrameException if these bytes cannot be frames; nothing more may be read then
     */
    public void read(ByteBuf in, Sink sink) {
        while (in.isReadable()) {
            if (bodyBytes < 0 && !readHeader(in)) {
                return;
            }
            int part = Math.min(bodyBytes - bodyFilled, in.readableBytes());
            in.readBytes(body, bodyFilled, part);
            bodyFilled += part;
            if (bodyFilled == bodyBytes) {
                boolean borrowed = body == small;
                frame.set(body, 0, bodyBytes, crc(), borrowed);
                body = small;
                bodyBytes = -1;
                headerFilled = 0;
                headerBytes = Wire.HEADER_BYTES;
                sink.onFrame(frame);
            }
        }
    }

    private boolean readHeader(ByteBuf in) {
        int part = Math.min(headerBytes - headerFilled, in.readableBytes());
        in.readBytes(header, headerFilled, part);
        headerFilled += part;
        if (headerBytes > Wire.HEADER_BYTES && headerFilled >= Integer.BYTES && intAt(0) != Wire.MAGIC) {
            throw new MalformedFrameException(
                    "the peer does not speak this protocol: it starts with 0x" + Integer.toHexString(intAt(0)));
        }
        if (headerFilled < headerBytes) {
            return false;
        }
        int length = intAt(headerBytes - Wire.HEADER_BYTES);
        if (length <= 0 || length > maxFrameBytes) {
            long bytes = Integer.toUnsignedLong(length);
            throw new MalformedFrameException(
                    "a frame of " + bytes + " bytes; 1 to " + maxFrameBytes + " are allowed", bytes > maxFrameBytes);
        }
        body = length <= BORROWED_BYTES ? small : new byte[length];
        bodyBytes = length;
        bodyFilled = 0;
        return true;
    }

    private int crc() {
        return intAt(headerBytes - Integer.BYTES);
    }

    private int intAt(int at) {
        return (header[at] << 24)
                | (header[at + 1] & 0xFF) << 16
                | (header[at + 2] & 0xFF) << 8
                | (header[at + 3] & 0xFF);
    }
}
