package io.fairlead.kv;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.fairlead.kv.wire.MalformedMessageException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A change as it stands in the log: the client's request in a small envelope that says what it is and who asks.
 *
 * <p>Layout, big-endian: format (1 byte, 1), kind (1), request id (8), clock (8), auth revision (8), length of the user
 * name (2), user name in UTF-8, request.
 */
public final class KvCommand {
    private static final byte FORMAT = 1;
    private static final int FIXED_BYTES = 28;

    private final Kind kind;
    private final Origin origin;
    private final byte[] bytes;
    private final int offset;
    private final int length;

    private KvCommand(Kind kind, Origin origin, byte[] bytes, int offset, int length) {
        this.kind = kind;
        this.origin = origin;
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
    }

    /** What can stand in the log. The numbers are for ever. */
    public enum Kind {
        PUT(1),
        DELETE_RANGE(2),
        TXN(3),
        COMPACTION(4),
        ALARM(5);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        static Kind ofNumber(int number) {
            for (Kind kind : values()) {
                if (kind.number == number) {
                    return kind;
                }
            }
            throw new MalformedMessageException("command kind " + number);
        }
    }

    /**
     * Who asks for a change.
     *
     * @param requestId names the request in logs and traces; 0 if nobody cares
     * @param clockMillis the proposing member's clock, milliseconds since 1970
     * @param user the authenticated user; empty without authentication
     * @param authRevision the revision of users and roles that the user was checked against
     */
    public record Origin(long requestId, long clockMillis, String user, long authRevision) {
        /** Nobody in particular. */
        public static final Origin NONE = new Origin(0, 0, "", 0);
    }

    /** Makes a command of a request's bytes, which are copied. */
    public static ByteBuffer encode(Kind kind, Origin origin, ByteBuffer request) {
        ByteBuffer command = envelope(kind, origin, request.remaining());
        return command.put(request.duplicate()).flip();
    }

    /** Makes a command of a request's bytes, which are copied. */
    public static ByteBuffer encode(Kind kind, Origin origin, byte[] request) {
        return envelope(kind, origin, request.length).put(request).flip();
    }

    /** Makes a command of a request. */
    public static ByteBuffer encode(Kind kind, Origin origin, MessageLite request) {
        return encode(kind, origin, request.toByteArray());
    }

    private static ByteBuffer envelope(Kind kind, Origin origin, int requestLength) {
        byte[] user = origin.user.isEmpty() ? new byte[0] : origin.user.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(FIXED_BYTES + user.length + requestLength)
                .put(FORMAT)
                .put((byte) kind.number)
                .putLong(origin.requestId)
                .putLong(origin.clockMillis)
                .putLong(origin.authRevision)
                .putShort((short) user.length)
                .put(user);
    }

    /**
     * Reads a command.
     *
     * @throws MalformedMessageException if the payload is none
     */
    static KvCommand decode(ByteBuffer payload) {
        byte[] bytes;
        int start;
        int size = payload.remaining();
        if (payload.hasArray()) {
            bytes = payload.array();
            start = payload.arrayOffset() + payload.position();
        } else {
            bytes = new byte[size];
            payload.duplicate().get(bytes);
            start = 0;
        }
        if (size < FIXED_BYTES || bytes[start] != FORMAT) {
            throw new MalformedMessageException("not a command of format " + FORMAT);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, start, size);
        in.get();
        Kind kind = Kind.ofNumber(in.get());
        long requestId = in.getLong();
        long clockMillis = in.getLong();
        long authRevision = in.getLong();
        int userLength = in.getShort() & 0xFFFF;
        if (userLength > in.remaining()) {
            throw new MalformedMessageException("ends inside the user name");
        }
        String user = userLength == 0 ? "" : new String(bytes, in.position(), userLength, StandardCharsets.UTF_8);
        int offset = in.position() + userLength;
        Origin origin = new Origin(requestId, clockMillis, user, authRevision);
        return new KvCommand(kind, origin, bytes, offset, start + size - offset);
    }

    Kind kind() {
        return kind;
    }

    Origin origin() {
        return origin;
    }

    /** Parses the request. */
    <M> M request(Parser<M> parser) throws InvalidProtocolBufferException {
        return parser.parseFrom(bytes, offset, length);
    }
}
