package io.fairlead.raft.spi;

import java.io.IOException;
import java.util.List;

/**
 * The disk seam: a directory tree in which logs and snapshots live. Paths are relative, with {@code /} between names.
 * Names that were created, renamed or deleted survive a crash only after {@link #syncDirectory}.
 *
 * <p><b>Threads:</b> any.
 */
public interface Disk {
    /** Opens a file for reading and writing, creating it if {@code create} and it does not exist. */
    DiskFile open(String path, boolean create) throws IOException;

    /** Tells if a file or directory of this name exists. */
    boolean exists(String path) throws IOException;

    /** The names (not paths) in a directory, sorted; empty if there is no such directory. */
    List<String> list(String directory) throws IOException;

    /** Creates a directory and those above it. */
    void createDirectories(String directory) throws IOException;

    /** Renames a file atomically, replacing one that has the new name. */
    void rename(String from, String to) throws IOException;

    /** Deletes a file; not an error if there is none. */
    void delete(String path) throws IOException;

    /** Makes the names in {@code directory} durable. */
    void syncDirectory(String directory) throws IOException;

    /** Bytes that can still be written. */
    long usableBytes() throws IOException;

    /**
     * Keeps other processes away from this tree until the returned handle is closed.
     *
     * @throws IOException if another process holds it; the message names it where it can
     */
    AutoCloseable lock(String path) throws IOException;
}
