package io.fairlead.raft.spi;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file. What was written survives a crash only after {@link #sync}. <b>Threads:</b> any. */
public interface DiskFile extends AutoCloseable {
    /**
     * Reads at most {@code target.remaining()} bytes from {@code position}; -1 at or beyond the end.
     *
     * @param target filled from its position on
     * @param position in the file, in bytes; 0 or more
     * @return how many bytes were read, or -1
     * @throws IOException if the disk fails
     */
    int read(ByteBuffer target, long position) throws IOException;

    /**
     * Writes all that remains in {@code source} at {@code position}.
     *
     * @param source emptied from its position to its limit
     * @param position in the file, in bytes; what lies between its end and here is undefined
     * @throws IOException if the disk fails or is full; a part may have been written
     */
    void write(ByteBuffer source, long position) throws IOException;

    /**
     * Makes content and length durable ({@code fdatasync}). After a failure the content is undefined: never retry.
     *
     * @throws IOException if the disk fails
     */
    void sync() throws IOException;

    /**
     * {@return the length in bytes}
     *
     * @throws IOException if the disk fails
     */
    long size() throws IOException;

    /**
     * Cuts the file to {@code size} bytes.
     *
     * @param size the new length; nothing happens if the file is shorter
     * @throws IOException if the disk fails
     */
    void truncate(long size) throws IOException;

    @Override
    void close() throws IOException;
}
