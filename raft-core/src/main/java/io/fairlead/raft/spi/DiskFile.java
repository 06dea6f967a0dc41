package io.fairlead.raft.spi;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file. What was written survives a crash only after {@link #sync}. <b>Threads:</b> any. */
public interface DiskFile extends AutoCloseable {
    /** Reads at most {@code target.remaining()} bytes from {@code position}; -1 at or beyond the end. */
    int read(ByteBuffer target, long position) throws IOException;

    /** Writes all that remains in {@code source} at {@code position}. */
    void write(ByteBuffer source, long position) throws IOException;

    /** Makes content and length durable ({@code fdatasync}). After a failure the content is undefined: never retry. */
    void sync() throws IOException;

    /** The length in bytes. */
    long size() throws IOException;

    /** Cuts the file to {@code size} bytes. */
    void truncate(long size) throws IOException;

    @Override
    void close() throws IOException;
}
