package io.fairlead.bench.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The least a log could do: writes and syncs into a file whose space is there, round and round. */
final class BareFile implements AutoCloseable {
    private final FileChannel channel;
    private final long bytes;
    private final ByteBuffer batch;
    private long position;

    BareFile(Path path, int bytes, int batchBytes) throws IOException {
        this.channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        this.bytes = bytes;
        this.batch = ByteBuffer.allocateDirect(batchBytes);
        while (batch.hasRemaining()) {
            batch.put((byte) batch.position());
        }
        for (long at = 0; at < bytes; at += batchBytes) {
            channel.write(batch.rewind(), at);
        }
        channel.force(true);
    }

    void append() throws IOException {
        if (position + batch.capacity() > bytes) {
            position = 0;
        }
        position += channel.write(batch.rewind(), position);
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
