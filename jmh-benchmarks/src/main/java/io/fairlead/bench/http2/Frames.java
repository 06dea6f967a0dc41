package io.fairlead.bench.http2;

import io.netty.buffer.ByteBuf;

/** The numbers of RFC 9113, and how its small frames are written. */
final class Frames {
    static final int HEADER_BYTES = 9;
    static final int MAX_LENGTH = 16_384;
    static final int DEFAULT_WINDOW = 65_535;

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 0x1;
    static final int ACK = 0x1;
    static final int END_HEADERS = 0x4;
    static final int PADDED = 0x8;
    static final int PRIORITY = 0x20;

    static final int SETTINGS_HEADER_TABLE_SIZE = 1;
    static final int SETTINGS_ENABLE_PUSH = 2;
    static final int SETTINGS_MAX_CONCURRENT_STREAMS = 3;
    static final int SETTINGS_INITIAL_WINDOW_SIZE = 4;

    static final int CANCEL = 8;

    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private Frames() {}

    /** A frame's header; {@code length} counts what follows. */
    static void header(int length, int type, int flags, int stream, ByteBuf out) {
        out.writeMedium(length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
    }

    /** What a client says first: as much may be sent to it as there is, and nothing unasked. */
    static void hello(int window, ByteBuf out) {
        out.writeBytes(PREFACE);
        header(12, SETTINGS, 0, 0, out);
        out.writeShort(SETTINGS_ENABLE_PUSH);
        out.writeInt(0);
        out.writeShort(SETTINGS_INITIAL_WINDOW_SIZE);
        out.writeInt(window);
        windowUpdate(window - DEFAULT_WINDOW, out);
    }

    /** Lets the server send {@code bytes} more on the connection. */
    static void windowUpdate(int bytes, ByteBuf out) {
        header(4, WINDOW_UPDATE, 0, 0, out);
        out.writeInt(bytes);
    }

    static void settingsAck(ByteBuf out) {
        header(0, SETTINGS, ACK, 0, out);
    }

    static void pingAck(long content, ByteBuf out) {
        header(8, PING, ACK, 0, out);
        out.writeLong(content);
    }

    static void reset(int stream, int error, ByteBuf out) {
        header(4, RST_STREAM, 0, stream, out);
        out.writeInt(error);
    }
}
