package io.fairlead.bench.peers.microraft;

import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.persistence.RaftEndpointPersistentState;
import io.microraft.model.persistence.RaftTermPersistentState;
import io.microraft.persistence.RaftStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The least that makes a log durable: entries one after the other in one preallocated file, written and synced when the
 * library says flush. It starts over at the end of the file and cannot be read back, so it is kinder to the library than
 * any real store.
 */
final class PlainFileStore implements RaftStore {
    private static final int FILE_BYTES = 64 << 20;
    private static final int BUFFER_BYTES = 4 << 20;
    private static final int HEADER_BYTES = 16;

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private long position;

    PlainFileStore(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        for (long at = 0; at < FILE_BYTES; at += BUFFER_BYTES) {
            channel.write(buffer.clear(), at);
        }
        channel.force(true);
        buffer.clear();
    }

    @Override
    public void persistLogEntries(List<LogEntry> entries) throws IOException {
        for (LogEntry entry : entries) {
            byte[] command = entry.getOperation() instanceof byte[] bytes ? bytes : new byte[0];
            if (buffer.remaining() < HEADER_BYTES + command.length) {
                write();
            }
            buffer.putLong(entry.getIndex())
                    .putInt(entry.getTerm())
                    .putInt(command.length)
                    .put(command);
        }
    }

    private void write() throws IOException {
        buffer.flip();
        if (position + buffer.remaining() > FILE_BYTES) {
            position = 0;
        }
        while (buffer.hasRemaining()) {
            position += channel.write(buffer, position);
        }
        buffer.clear();
    }

    @Override
    public void flush() throws IOException {
        if (buffer.position() > 0) {
            write();
        }
        channel.force(false);
    }

    @Override
    public void persistAndFlushTerm(RaftTermPersistentState term) throws IOException {
        buffer.putLong(term.getTerm());
        flush();
    }

    @Override
    public void persistAndFlushLocalEndpoint(RaftEndpointPersistentState endpoint) {}

    @Override
    public void persistAndFlushInitialGroupMembers(RaftGroupMembersView members) {}

    @Override
    public void persistSnapshotChunk(SnapshotChunk chunk) {}

    @Override
    public void truncateLogEntriesFrom(long index) {}

    @Override
    public void truncateLogEntriesUntil(long index) {}

    @Override
    public void deleteSnapshotChunks(long index, int count) {}
}
