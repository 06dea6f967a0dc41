package io.fairlead.raft.netty.codec;

import static io.fairlead.raft.netty.codec.BackwardWriter.BYTES;
import static io.fairlead.raft.netty.codec.BackwardWriter.FIXED64;
import static io.fairlead.raft.netty.codec.BackwardWriter.VARINT;

import io.fairlead.raft.netty.codec.FieldReader.Shape;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Puts the two messages of the handshake into frames, and takes them out. */
@SuppressWarnings("EnumOrdinal") // The order of these enums is part of the wire format; a test holds it.
public final class HandshakeCodec {
    private static final Shape HELLO =
            new Shape(VARINT, VARINT, VARINT, FIXED64, FIXED64, FIXED64, FIXED64, VARINT, BYTES);
    private static final Shape REPLY = new Shape(VARINT, BYTES, VARINT, VARINT, FIXED64, FIXED64, FIXED64, VARINT);

    private static final HandshakeRefusal[] REFUSALS = HandshakeRefusal.values();

    private HandshakeCodec() {}

    /** Appends the magic and a frame with {@code hello} to {@code out}. */
    public static void encode(Hello hello, ByteBuf out) {
        BackwardWriter fields = new BackwardWriter();
        fields.bytes(9, hello.address().getBytes(StandardCharsets.UTF_8));
        fields.varint(8, hello.lane());
        fields.fixed64(7, hello.receiverId());
        fields.fixed64(6, hello.incarnation());
        fields.fixed64(5, hello.memberId());
        fields.fixed64(4, hello.clusterId());
        fields.varint(3, hello.features());
        fields.varint(2, hello.maxVersion());
        fields.varint(1, hello.minVersion());
        writeFrame(fields, out);
    }

    /** Appends the magic and a frame with {@code reply} to {@code out}. */
    public static void encode(HelloReply reply, ByteBuf out) {
        BackwardWriter fields = new BackwardWriter();
        fields.varint(8, reply.maxFrameBytes());
        fields.fixed64(7, reply.incarnation());
        fields.fixed64(6, reply.memberId());
        fields.fixed64(5, reply.clusterId());
        fields.varint(4, reply.features());
        fields.varint(3, reply.version());
        fields.bytes(2, reply.reason().getBytes(StandardCharsets.UTF_8));
        fields.varint(1, reply.refusal().ordinal());
        writeFrame(fields, out);
    }

    private static void writeFrame(BackwardWriter fields, ByteBuf out) {
        CRC32C crc = new CRC32C();
        crc.update(fields.array(), fields.position(), fields.length());
        out.writeInt(Wire.MAGIC);
        out.writeInt(fields.length());
        out.writeInt((int) crc.getValue());
        out.writeBytes(fields.array(), fields.position(), fields.length());
    }

    /**
     * Reads the first frame of a member that dialled.
     *
     * @throws MalformedFrameException if it is not a {@link Hello}
     */
    public static Hello decodeHello(Frame frame) {
        FieldReader in = read(frame, HELLO);
        return new Hello(
                in.count(1),
                in.count(2),
                in.number(3),
                in.number(4),
                in.number(5),
                in.number(6),
                in.number(7),
                in.count(8),
                string(frame, in, 9));
    }

    /**
     * Reads the answer.
     *
     * @throws MalformedFrameException if it is not a {@link HelloReply}
     */
    public static HelloReply decodeReply(Frame frame) {
        FieldReader in = read(frame, REPLY);
        HandshakeRefusal refusal = REFUSALS[Math.min(in.count(1), HandshakeRefusal.OTHER.ordinal())];
        return new HelloReply(
                refusal,
                string(frame, in, 2),
                in.count(3),
                in.number(4),
                in.number(5),
                in.number(6),
                in.number(7),
                in.number(8));
    }

    private static FieldReader read(Frame frame, Shape shape) {
        new Payload().verifyFields(frame, 0);
        FieldReader in = new FieldReader();
        in.read(frame.array(), frame.offset(), frame.end(), shape);
        return in;
    }

    private static String string(Frame frame, FieldReader in, int field) {
        int length = in.length(field);
        return length == 0 ? "" : new String(frame.array(), in.start(field), length, StandardCharsets.UTF_8);
    }
}
