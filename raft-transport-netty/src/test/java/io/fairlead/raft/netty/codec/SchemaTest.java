package io.fairlead.raft.netty.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ProtocolMessageEnum;
import io.fairlead.raft.message.InstallSnapshotReply;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.netty.proto.Frame.MessageCase;
import io.fairlead.raft.netty.proto.SnapshotStatus;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Locale;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The hand-written code against classes generated from {@code raft.proto}. */
@SuppressWarnings("EnumOrdinal")
class SchemaTest {
    static LongStream seeds() {
        Long only = Long.getLong("seed");
        return only == null ? LongStream.range(0, 1000) : LongStream.of(only);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void generated_code_reads_each_message_and_writes_the_same_bytes(long seed) throws Exception {
        RaftMessage message = Samples.random(new Random(seed));

        io.fairlead.raft.netty.proto.Frame frame = parse(message);

        assertThat(ByteBufUtil.hexDump(frame.toByteArray())).isEqualTo(ByteBufUtil.hexDump(body(message)));
    }

    @Test
    void each_type_has_the_field_of_its_name_and_its_values_are_where_the_schema_says() throws Exception {
        TreeSet<MessageCase> seen = new TreeSet<>();
        for (RaftMessage message : Samples.fixed()) {
            io.fairlead.raft.netty.proto.Frame frame = parse(message);
            seen.add(frame.getMessageCase());

            assertThat(frame.getMessageCase().name().replace("_", ""))
                    .isEqualTo(message.getClass().getSimpleName().toUpperCase(Locale.ROOT));
            assertThat(frame.getUnknownFields().asMap()).isEmpty();
        }
        assertThat(seen).hasSize(MessageCase.values().length - 1); // all but "not set"

        assertThat(parse(Samples.fixed().get(0)).toString())
                .contains("term: 7", "prev_term: 6", "prev_index: 40", "leader_commit: 39", "sent_at_nanos: -5");
        assertThat(parse(Samples.fixed().get(1)).toString())
                .contains("index: 40", "hint_term: 5", "hint_index: 33", "read_round: 12", "unsynced_nanos: 250000");
    }

    @Test
    void enums_have_the_numbers_of_the_schema() {
        assertSame(io.fairlead.raft.message.Refusal.values(), io.fairlead.raft.netty.proto.Refusal.values());
        assertSame(InstallSnapshotReply.Status.values(), SnapshotStatus.values());
        assertThat(io.fairlead.raft.netty.proto.HandshakeRefusal.values().length - 1) // without "unrecognized"
                .isEqualTo(HandshakeRefusal.OTHER.ordinal());
        for (HandshakeRefusal refusal : HandshakeRefusal.values()) {
            if (refusal != HandshakeRefusal.OTHER && refusal != HandshakeRefusal.NONE) {
                assertThat(io.fairlead.raft.netty.proto.HandshakeRefusal.forNumber(refusal.ordinal()))
                        .hasToString("HANDSHAKE_" + refusal);
            }
        }
    }

    private static <P extends Enum<P> & ProtocolMessageEnum> void assertSame(Enum<?>[] ours, P[] generated) {
        assertThat(Stream.of(ours).map(Enum::name).toList())
                .isEqualTo(Stream.of(generated)
                        .map(Enum::name)
                        .filter(name -> !name.equals("UNRECOGNIZED"))
                        .toList());
    }

    @Test
    void the_handshake_is_that_of_the_schema() throws Exception {
        Hello hello = new Hello(1, 3, 5, -7, 9, 11, -13, 2, "host:1");
        HelloReply reply = new HelloReply(HandshakeRefusal.WRONG_MEMBER, "why", 1, 5, -7, 9, 11, 1 << 26);
        ByteBuf helloBytes = Unpooled.buffer();
        ByteBuf replyBytes = Unpooled.buffer();
        HandshakeCodec.encode(hello, helloBytes);
        HandshakeCodec.encode(reply, replyBytes);

        io.fairlead.raft.netty.proto.Hello generatedHello = io.fairlead.raft.netty.proto.Hello.parseFrom(
                ByteBufUtil.getBytes(helloBytes.slice(12, helloBytes.readableBytes() - 12)));
        io.fairlead.raft.netty.proto.HelloReply generatedReply = io.fairlead.raft.netty.proto.HelloReply.parseFrom(
                ByteBufUtil.getBytes(replyBytes.slice(12, replyBytes.readableBytes() - 12)));

        assertThat(generatedHello)
                .isEqualTo(io.fairlead.raft.netty.proto.Hello.newBuilder()
                        .setMinVersion(1)
                        .setMaxVersion(3)
                        .setFeatures(5)
                        .setClusterId(-7)
                        .setMemberId(9)
                        .setIncarnation(11)
                        .setReceiverId(-13)
                        .setLane(io.fairlead.raft.netty.proto.Lane.LANE_SNAPSHOT)
                        .setAddress("host:1")
                        .build());
        assertThat(generatedReply)
                .isEqualTo(io.fairlead.raft.netty.proto.HelloReply.newBuilder()
                        .setRefusal(io.fairlead.raft.netty.proto.HandshakeRefusal.HANDSHAKE_WRONG_MEMBER)
                        .setReason("why")
                        .setVersion(1)
                        .setFeatures(5)
                        .setClusterId(-7)
                        .setMemberId(9)
                        .setIncarnation(11)
                        .setMaxFrameBytes(1 << 26)
                        .build());
        new FrameAssembler(4096)
                .read(
                        helloBytes,
                        frame -> assertThat(HandshakeCodec.decodeHello(frame)).isEqualTo(hello));
        new FrameAssembler(4096)
                .read(
                        replyBytes,
                        frame -> assertThat(HandshakeCodec.decodeReply(frame)).isEqualTo(reply));
    }

    private static byte[] body(RaftMessage message) {
        ByteBuf frame = Unpooled.buffer();
        new MessageEncoder().encode(5, message, 1 << 20, frame);
        return ByteBufUtil.getBytes(frame.slice(Wire.HEADER_BYTES, frame.readableBytes() - Wire.HEADER_BYTES));
    }

    private static io.fairlead.raft.netty.proto.Frame parse(RaftMessage message) throws InvalidProtocolBufferException {
        return io.fairlead.raft.netty.proto.Frame.parseFrom(body(message));
    }
}
