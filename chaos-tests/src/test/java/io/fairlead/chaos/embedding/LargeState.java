package io.fairlead.chaos.embedding;

import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A state far larger than the memory: every command, whose first long says by how many blocks, makes it larger. Every
 * block can be told from every other, so that whoever reads the state knows whether it is whole.
 */
abstract sealed class LargeState implements StateMachine<Long> {
    static final int BLOCK_BYTES = 64 << 10;

    volatile long blocks;

    /** Fills a block with what belongs there. */
    static void fill(ByteBuffer block, long number) {
        block.clear();
        for (long i = 0; block.hasRemaining(); i++) {
            block.putLong(number * 0x9E3779B97F4A7C15L + i);
        }
        block.flip();
    }

    /** Reads blocks to the end of a stream and answers how many there are. */
    static long verify(InputStream in) throws IOException {
        ByteBuffer expected = ByteBuffer.allocate(BLOCK_BYTES);
        byte[] found = new byte[BLOCK_BYTES];
        long number = 0;
        for (int length; (length = in.readNBytes(found, 0, BLOCK_BYTES)) > 0; number++) {
            fill(expected, number);
            if (length < BLOCK_BYTES || !expected.equals(ByteBuffer.wrap(found))) {
                throw new IOException("block " + number + " is damaged");
            }
        }
        return number;
    }

    /** Kept in memory, in as few bytes as such a state can be: each of its blocks is made when it is asked for. */
    static final class Streaming extends LargeState {
        @Override
        public Long apply(Command command) {
            long grown = blocks + command.payload().getLong();
            blocks = grown; // Only the applier writes; others only look.
            return grown;
        }

        @Override
        public Snapshot snapshot() {
            long frozen = blocks;
            return out -> {
                ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
                for (long number = 0; number < frozen; number++) {
                    fill(block, number);
                    out.write(block.array());
                }
            };
        }

        @Override
        public void restore(InputStream snapshot, long lastIncludedIndex) throws IOException {
            blocks = verify(snapshot);
        }
    }

    /** Keeps itself in a file that only grows; another one says how much of it counts, and up to which command. */
    static final class OnDisk extends LargeState {
        private final Path data;
        private final Path note;
        private long durableIndex;

        OnDisk(Path directory) throws IOException {
            Files.createDirectories(directory);
            data = directory.resolve("data");
            note = directory.resolve("note");
            if (Files.exists(note)) {
                try (DataInputStream in = new DataInputStream(Files.newInputStream(note))) {
                    blocks = in.readLong();
                    durableIndex = in.readLong();
                }
            }
        }

        @Override
        public Long apply(Command command) {
            long from = blocks;
            long to = from + command.payload().getLong();
            try (FileChannel file = FileChannel.open(data, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
                for (long number = from; number < to; number++) {
                    fill(block, number);
                    while (block.hasRemaining()) {
                        file.write(block, number * BLOCK_BYTES + block.position());
                    }
                }
                if (to > from) {
                    file.force(false);
                }
                keep(to, command.index());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return to;
        }

        private void keep(long newBlocks, long index) throws IOException {
            Path draft = note.resolveSibling("note.new");
            try (OutputStream out = Files.newOutputStream(draft)) {
                DataOutputStream fields = new DataOutputStream(out);
                fields.writeLong(newBlocks);
                fields.writeLong(index);
                fields.flush();
            }
            Files.move(draft, note, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            blocks = newBlocks;
            durableIndex = index;
        }

        @Override
        public long durableIndex() {
            return durableIndex;
        }

        /** What was written once does not change: a length is all there is to freeze. */
        @Override
        public Snapshot snapshot() {
            long frozen = blocks;
            return out -> {
                byte[] block = new byte[BLOCK_BYTES];
                try (InputStream in = Files.newInputStream(data)) {
                    for (long number = 0; number < frozen; number++) {
                        if (in.readNBytes(block, 0, BLOCK_BYTES) < BLOCK_BYTES) {
                            throw new EOFException("the state ends at block " + number + " of " + frozen);
                        }
                        out.write(block);
                    }
                }
            };
        }

        @Override
        public void restore(InputStream snapshot, long lastIncludedIndex) throws IOException {
            Path draft = data.resolveSibling("data.new");
            Files.copy(snapshot, draft, StandardCopyOption.REPLACE_EXISTING);
            Files.move(draft, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (InputStream in = Files.newInputStream(data)) {
                keep(verify(in), lastIncludedIndex);
            }
        }
    }
}
