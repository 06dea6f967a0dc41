package io.fairlead.bench.http2;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads what matters in the header blocks of answers. A block that consists of table references only cannot change the
 * table, and servers send the same ones over and over; so those are remembered by their bytes, and the decoder sees only
 * the others. Belongs to one connection.
 */
final class ResponseHeaders {
    /** No such header. */
    static final int ABSENT = -1;

    private static final int SLOTS = 8;

    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    private final long[] keys = new long[SLOTS];
    private final @Nullable Facts[] facts = new @Nullable Facts[SLOTS];
    private int nextSlot;
    private int decoded;

    /**
     * What a block says.
     *
     * @param httpStatus the HTTP status, or {@link #ABSENT}
     * @param grpcStatus the gRPC status, or {@link #ABSENT}
     * @param message what the server says about it, may be empty
     */
    record Facts(int httpStatus, int grpcStatus, String message) {}

    /** Reads the block from {@code from} to {@code to}. */
    Facts read(ByteBuf buffer, int from, int to) throws Http2Exception {
        long key = keyOf(buffer, from, to);
        if (key != 0) {
            for (int i = 0; i < SLOTS; i++) {
                Facts known = facts[i];
                if (keys[i] == key && known != null) {
                    return known;
                }
            }
        }
        Facts result = decode(buffer.slice(from, to - from));
        if (key == 0) {
            Arrays.fill(facts, null); // The table may have changed.
        } else {
            keys[nextSlot] = key;
            facts[nextSlot] = result;
            nextSlot = (nextSlot + 1) % SLOTS;
        }
        return result;
    }

    /** How many blocks the decoder has seen. */
    int decodedCount() {
        return decoded;
    }

    /** The bytes of a block of at most seven one-byte references with their number; 0 for any other block. */
    private static long keyOf(ByteBuf buffer, int from, int to) {
        int length = to - from;
        if (length < 1 || length > 7) {
            return 0;
        }
        long key = length;
        for (int i = from; i < to; i++) {
            int b = buffer.getByte(i) & 0xff;
            if (b < 0x80 || b == 0xff) {
                return 0;
            }
            key = (key << 8) | b;
        }
        return key;
    }

    private Facts decode(ByteBuf block) throws Http2Exception {
        decoded++;
        Http2Headers headers = decoder.decodeHeaders(0, block);
        CharSequence message = headers.get("grpc-message");
        return new Facts(
                number(headers.get(":status")),
                number(headers.get("grpc-status")),
                message == null ? "" : message.toString());
    }

    private static int number(@Nullable CharSequence text) {
        return text == null ? ABSENT : Integer.parseInt(text.toString());
    }
}
