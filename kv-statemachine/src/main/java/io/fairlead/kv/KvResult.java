package io.fairlead.kv;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.fairlead.kv.proto.ResponseHeader;
import io.fairlead.kv.wire.ProtoWriter;
import org.jspecify.annotations.Nullable;

/**
 * What a request answers: an error, or a response message without its header and the revision that belongs into the
 * header. The header is field 1 of every response, so whoever answers the client writes it in front of the body.
 *
 * <p><b>Memory:</b> immutable by agreement; nobody may change the body.
 */
public final class KvResult {
    private static final byte[] EMPTY = {};

    private final long revision;
    private final byte[] body;
    private final @Nullable KvError error;

    private KvResult(long revision, byte[] body, @Nullable KvError error) {
        this.revision = revision;
        this.body = body;
        this.error = error;
    }

    /** A response with nothing but a header. */
    public static KvResult of(long revision) {
        return new KvResult(revision, EMPTY, null);
    }

    /** A response whose body belongs to the result from here on. */
    public static KvResult of(long revision, byte[] body) {
        return new KvResult(revision, body, null);
    }

    /** A request that was refused, without effect. */
    public static KvResult failed(KvError error) {
        return new KvResult(0, EMPTY, error);
    }

    /** Tells if the request was refused. */
    public boolean isError() {
        return error != null;
    }

    /** Why the request was refused. */
    public KvError error() {
        if (error == null) {
            throw new IllegalStateException("the request was not refused");
        }
        return error;
    }

    /** The revision for the response's header. */
    public long revision() {
        return revision;
    }

    /** The serialized response without its header. */
    public byte[] body() {
        return body;
    }

    /** The whole serialized response. {@code header}'s revision is replaced. */
    public byte[] toBytes(ResponseHeader header) {
        int headerBytes = ProtoWriter.int64Size(1, header.getClusterId())
                + ProtoWriter.int64Size(2, header.getMemberId())
                + ProtoWriter.int64Size(3, revision)
                + ProtoWriter.int64Size(4, header.getRaftTerm());
        ProtoWriter writer = new ProtoWriter(headerBytes + body.length + 32);
        writer.header(1, headerBytes);
        writer.int64(1, header.getClusterId());
        writer.int64(2, header.getMemberId());
        writer.int64(3, revision);
        writer.int64(4, header.getRaftTerm());
        writer.raw(body, 0, body.length);
        return writer.toByteArray();
    }

    /** The response as a message, with {@code header}, whose revision is replaced. */
    public <M extends Message> M toMessage(ResponseHeader header, Parser<M> parser) {
        try {
            return parser.parseFrom(toBytes(header));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a response of the store cannot be read", e);
        }
    }

    @Override
    public String toString() {
        return error != null ? error.message() : "revision " + revision + ", " + body.length + " bytes";
    }
}
