package io.fairlead.raft.netty.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.ForwardProposals;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.HeartbeatBundle;
import io.fairlead.raft.message.RaftMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames and messages as bytes; {@code -Dseed=N} repeats one random run. */
class CodecTest {
    private static final int MAX_FRAME = 1 << 20;
    private static final long GROUP = 5;

    static LongStream seeds() {
        Long only = Long.getLong("seed");
        return only == null ? LongStream.range(0, 300) : LongStream.of(only);
    }

    @Nested
    class A_message {
        @ParameterizedTest(name = "seed {0}")
        @MethodSource("io.fairlead.raft.netty.codec.CodecTest#seeds")
        void comes_out_as_it_went_in_however_its_bytes_are_cut(long seed) {
            Random random = new Random(seed);
            List<String> sent = new ArrayList<>();
            ByteBuf wire = magic();
            MessageEncoder encoder = new MessageEncoder();
            for (int i = 0; i < 40; i++) {
                RaftMessage message = Samples.random(random);
                sent.add(Samples.textOf(message));
                assertThat(encoder.encode(GROUP, message, MAX_FRAME, wire)).isTrue();
            }

            List<String> received = new ArrayList<>();
            Receiver receiver = new Receiver();
            while (wire.isReadable()) {
                int part = Math.min(1 + random.nextInt(random.nextBoolean() ? 10 : 5000), wire.readableBytes());
                receiver.read(wire.readRetainedSlice(part));
            }
            receiver.messages.forEach(message -> received.add(Samples.textOf(message)));

            assertThat(received).isEqualTo(sent);
            wire.release();
        }

        @Test
        void has_the_bytes_that_it_always_had() throws IOException {
            Map<String, String> expected = golden();
            Map<String, String> actual = new LinkedHashMap<>();
            for (RaftMessage message : Samples.fixed()) {
                ByteBuf frame = Unpooled.buffer();
                new MessageEncoder().encode(GROUP, message, MAX_FRAME, frame);
                actual.put(message.getClass().getSimpleName(), ByteBufUtil.hexDump(frame));
            }

            assertThat(actual).as("the wire format is frozen").isEqualTo(expected);
        }

        @Test
        void is_read_from_the_bytes_that_it_always_had() throws IOException {
            Map<String, String> golden = golden();
            for (RaftMessage message : Samples.fixed()) {
                String hex = golden.get(message.getClass().getSimpleName());
                Receiver receiver = new Receiver();
                receiver.read(magic());
                receiver.read(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(String.valueOf(hex))));

                assertThat(receiver.messages).hasSize(1);
                assertThat(Samples.textOf(receiver.messages.get(0))).isEqualTo(Samples.textOf(message));
                assertThat(receiver.groups).containsExactly(GROUP);
            }
        }

        @Test
        void larger_than_allowed_is_not_written() {
            ByteBuf wire = Unpooled.buffer();

            boolean written = new MessageEncoder().encode(GROUP, Samples.fixed().get(0), 50, wire);

            assertThat(written).isFalse();
            assertThat(wire.isReadable()).isFalse();
        }

        private Map<String, String> golden() throws IOException {
            Map<String, String> frames = new LinkedHashMap<>();
            try (InputStream in = CodecTest.class.getResourceAsStream("golden-frames.txt")) {
                assertThat(in).isNotNull();
                new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                        .lines()
                        .filter(line -> !line.startsWith("#"))
                        .forEach(line -> {
                            int space = line.indexOf(' ');
                            frames.put(line.substring(0, space), line.substring(space + 1));
                        });
            }
            return frames;
        }
    }

    @Nested
    class A_frame_is_refused {
        @Test
        void that_does_not_start_with_the_magic() {
            assertRefused(Unpooled.copiedBuffer("GET / HTTP/1.1\r\n\r\n", StandardCharsets.US_ASCII), "this protocol");
        }

        @Test
        void that_is_larger_than_allowed() {
            ByteBuf wire = magic().writeInt(MAX_FRAME + 1).writeInt(0);

            assertThatThrownBy(() -> new Receiver().read(wire))
                    .isInstanceOfSatisfying(
                            MalformedFrameException.class,
                            e -> assertThat(e.isOversized()).isTrue());
        }

        @Test
        void whose_length_is_not_positive() {
            assertRefused(magic().writeInt(0).writeInt(0), "0 bytes");
            assertRefused(magic().writeInt(-1).writeInt(0), "4294967295 bytes");
        }

        @ParameterizedTest(name = "seed {0}")
        @MethodSource("io.fairlead.raft.netty.codec.CodecTest#seeds")
        void if_any_bit_of_it_is_flipped(long seed) {
            Random random = new Random(seed);
            RaftMessage message = Samples.random(random);
            ByteBuf wire = magic();
            new MessageEncoder().encode(GROUP, message, MAX_FRAME, wire);
            int bit = (8 + random.nextInt(wire.readableBytes() - 8)) * 8 + random.nextInt(8);
            boolean ownChecksum = message instanceof io.fairlead.raft.message.SnapshotChunk;
            wire.setByte(bit / 8, wire.getByte(bit / 8) ^ 1 << bit % 8);

            Receiver receiver = new Receiver();
            Throwable failure = null;
            try {
                receiver.read(wire);
            } catch (MalformedFrameException e) {
                failure = e;
            }

            if (failure == null && ownChecksum) {
                assertThat(receiver.messages).hasSize(1); // whoever writes the snapshot checks its bytes
            } else {
                assertThat(failure).isNotNull();
            }
        }

        @ParameterizedTest(name = "seed {0}")
        @MethodSource("io.fairlead.raft.netty.codec.CodecTest#seeds")
        void if_it_is_noise(long seed) {
            Random random = new Random(seed);
            byte[] noise = new byte[1 + random.nextInt(300)];
            random.nextBytes(noise);
            java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
            crc.update(noise);
            ByteBuf wire = magic();
            wire.writeInt(noise.length).writeInt((int) crc.getValue()).writeBytes(noise);
            Receiver receiver = new Receiver();

            try {
                receiver.read(wire);
            } catch (MalformedFrameException expected) {
                return; // the only way to fail
            }
            assertThat(receiver.messages.size() + receiver.unknown).isEqualTo(1);
        }

        @Test
        void whose_entries_do_not_follow_the_previous_one() {
            AppendEntries gap = new AppendEntries(1, 2, 7, new EntryId(6, 40), 0, 0, 0, Samples.entries(41, 7));

            assertRefused(frame(gap), "index 41 must be");
        }

        @Test
        void whose_entries_are_of_a_falling_or_future_term() {
            EntryId prev = new EntryId(6, 40);

            assertRefused(
                    frame(new AppendEntries(1, 2, 7, prev, 0, 0, 0, Samples.entries(40, 5))), "between the terms");
            assertRefused(
                    frame(new AppendEntries(1, 2, 7, prev, 0, 0, 0, Samples.entries(40, 8))), "between the terms");
        }

        @Test
        void whose_bundle_has_too_many_parts() {
            BackwardWriter bundle = new BackwardWriter();
            for (int i = 0; i <= HeartbeatBundle.MAX_PARTS; i++) {
                bundle.lengthAndTag(2, 0);
            }
            BackwardWriter fields = new BackwardWriter();
            fields.bytes(Wire.HEARTBEAT_BUNDLE, bundle.toByteArray());

            assertRefused(framed(fields.toByteArray()), "more than 4096 times");
        }

        @Test
        void whose_bundle_is_cut_inside_a_part() {
            BackwardWriter fields = new BackwardWriter();
            fields.bytes(Wire.HEARTBEAT_BUNDLE, new byte[] {0x12, 3, 0x08, 5, 0x12}); // the part's heartbeat has no end

            assertRefused(framed(fields.toByteArray()), "cut short");
        }

        private void assertRefused(ByteBuf wire, String why) {
            assertThatThrownBy(() -> new Receiver().read(wire))
                    .isInstanceOf(MalformedFrameException.class)
                    .hasMessageContaining(why);
        }
    }

    @Nested
    class A_newer_version {
        @Test
        void may_send_fields_and_messages_that_are_passed_over() {
            BackwardWriter fields = new BackwardWriter();
            fields.varint(90, 1);
            fields.bytes(30, new byte[] {1, 2, 3});
            fields.varint(1, GROUP);
            Receiver receiver = new Receiver();

            receiver.read(framed(fields.toByteArray()));

            assertThat(receiver.unknown).isEqualTo(1);
            assertThat(receiver.messages).isEmpty();
        }

        @Test
        void may_add_fields_to_a_message() {
            BackwardWriter heartbeat = new BackwardWriter();
            heartbeat.fixed32(30, 7);
            heartbeat.bytes(9, new byte[300]);
            heartbeat.varint(2, 11);
            heartbeat.varint(1, 3);
            BackwardWriter fields = new BackwardWriter();
            fields.bytes(Wire.HEARTBEAT, heartbeat.toByteArray());
            Receiver receiver = new Receiver();

            receiver.read(framed(fields.toByteArray()));

            assertThat(receiver.messages).containsExactly(new Heartbeat(Samples.FROM, Samples.TO, 3, 11, 0, 0));
        }

        @Test
        void may_put_other_messages_into_a_bundle() {
            BackwardWriter part = new BackwardWriter();
            part.bytes(7, new byte[] {8, 1});
            part.varint(1, GROUP);
            BackwardWriter bundle = new BackwardWriter();
            bundle.bytes(2, part.toByteArray());
            bundle.fixed64(1, 77);
            BackwardWriter fields = new BackwardWriter();
            fields.bytes(Wire.HEARTBEAT_BUNDLE, bundle.toByteArray());
            Receiver receiver = new Receiver();

            receiver.read(framed(fields.toByteArray()));

            assertThat(receiver.messages).containsExactly(new HeartbeatBundle(1, 2, 77, 0, List.of()));
        }

        @Test
        void may_refuse_for_a_reason_that_is_not_known() {
            BackwardWriter reply = new BackwardWriter();
            reply.varint(2, 200);
            BackwardWriter fields = new BackwardWriter();
            fields.bytes(Wire.REQUEST_VOTE_REPLY, reply.toByteArray());
            Receiver receiver = new Receiver();

            receiver.read(framed(fields.toByteArray()));

            assertThat(receiver.unknown).isEqualTo(1);
        }
    }

    @Test
    void entries_share_the_frame_s_array_and_stay_when_the_next_frame_comes() {
        ByteBuf wire = magic();
        MessageEncoder encoder = new MessageEncoder();
        Entry tiny = Entry.noOp().stamp(1, 1);
        encoder.encode(1, new AppendEntries(1, 2, 1, EntryId.ZERO, 0, 0, 0, List.of(tiny)), MAX_FRAME, wire);
        encoder.encode(1, new Heartbeat(1, 2, -1, -1, -1, -1), MAX_FRAME, wire);
        encoder.encode(
                1, new ForwardProposals(1, 2, -1, -1, -1, List.of(Samples.proposal(-1, -1, "x"))), MAX_FRAME, wire);
        Receiver receiver = new Receiver();

        receiver.read(wire);

        AppendEntries append = (AppendEntries) receiver.messages.get(0);
        assertThat(append.entries().get(0).isIntact()).isTrue();
        assertThat(append.entries().get(0).index()).isEqualTo(1);
    }

    @Test
    void snapshot_bytes_are_taken_from_the_position_and_left_alone() {
        ByteBuffer data = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}, 1, 2);
        ByteBuf wire = magic();
        new MessageEncoder()
                .encode(1, new io.fairlead.raft.message.SnapshotChunk(1, 2, 3, 0, data, 0), MAX_FRAME, wire);
        Receiver receiver = new Receiver();

        receiver.read(wire);

        ByteBuffer received = ((io.fairlead.raft.message.SnapshotChunk) receiver.messages.get(0)).data();
        assertThat(received).isEqualTo(ByteBuffer.wrap(new byte[] {2, 3}));
        assertThat(data.position()).isEqualTo(1);
    }

    private static ByteBuf magic() {
        return Unpooled.buffer().writeInt(Wire.MAGIC);
    }

    private static ByteBuf frame(RaftMessage message) {
        ByteBuf wire = magic();
        new MessageEncoder().encode(GROUP, message, MAX_FRAME, wire);
        return wire;
    }

    private static ByteBuf framed(byte[] body) {
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(body);
        return magic().writeInt(body.length).writeInt((int) crc.getValue()).writeBytes(body);
    }

    /** Reads frames as a connection does. */
    private static final class Receiver {
        final List<RaftMessage> messages = new ArrayList<>();
        final List<Long> groups = new ArrayList<>();
        int unknown;
        private final FrameAssembler assembler = new FrameAssembler(MAX_FRAME);
        private final MessageDecoder decoder = new MessageDecoder(Samples.FROM, Samples.TO);

        void read(ByteBuf bytes) {
            try {
                assembler.read(bytes, frame -> {
                    RaftMessage message = decoder.decode(frame);
                    if (message == null) {
                        unknown++;
                    } else {
                        messages.add(message);
                        groups.add(decoder.group());
                    }
                });
            } finally {
                bytes.release();
            }
        }
    }
}
