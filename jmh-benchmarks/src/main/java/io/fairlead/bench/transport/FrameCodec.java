package io.fairlead.bench.transport;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.netty.codec.FrameAssembler;
import io.fairlead.raft.netty.codec.MessageDecoder;
import io.fairlead.raft.netty.codec.MessageEncoder;
import io.fairlead.raft.netty.codec.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What does it cost to turn a message into a frame, and a frame into a message, checksums included? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FrameCodec {
    private static final int MAX_FRAME_BYTES = 64 << 20;

    /** Entries of 256 bytes in an AppendEntries; 0 stands for its reply. */
    @Param({"0", "1", "64"})
    public int entries;

    private final MessageEncoder encoder = new MessageEncoder();
    private final MessageDecoder decoder = new MessageDecoder(1, 2);
    private final FrameAssembler assembler = new FrameAssembler(MAX_FRAME_BYTES);
    private RaftMessage message = new AppendEntriesReply(1, 2, 7, true, 1_000_000, EntryId.ZERO, 12, 1L << 40, 0);
    private ByteBuf out = ByteBufAllocator.DEFAULT.directBuffer(64 << 10);
    private ByteBuf frame = ByteBufAllocator.DEFAULT.directBuffer(64 << 10);
    private @Nullable RaftMessage decoded;

    /** Makes the message and its frame. */
    @Setup
    public void setUp() {
        if (entries > 0) {
            List<Entry> list = new ArrayList<>();
            for (int i = 1; i <= entries; i++) {
                list.add(Entry.proposal(EntryKind.COMMAND, 1, i, ByteBuffer.allocate(256))
                        .stamp(7, 1_000_000 + i));
            }
            message = new AppendEntries(1, 2, 7, new EntryId(7, 1_000_000), 999_999, 12, 1L << 40, List.copyOf(list));
        }
        ByteBuf magic = ByteBufAllocator.DEFAULT.directBuffer().writeInt(Wire.MAGIC);
        encoder.encode(1, message, MAX_FRAME_BYTES, frame);
        assembler.read(magic, ignored -> {});
        magic.release();
    }

    /** Frees the buffers. */
    @TearDown
    public void tearDown() {
        out.release();
        frame.release();
    }

    /** A message into an outgoing buffer. */
    @Benchmark
    public int encode() {
        out.clear();
        encoder.encode(1, message, MAX_FRAME_BYTES, out);
        return out.readableBytes();
    }

    /** The same message out of a socket's buffer. */
    @Benchmark
    public @Nullable RaftMessage decode() {
        frame.readerIndex(0);
        assembler.read(frame, whole -> decoded = decoder.decode(whole));
        return decoded;
    }
}
