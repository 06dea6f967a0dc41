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
    /**
     * Opens a file for reading and writing, creating it if {@code create} and it does not exist.
     *
     * @param path of the file
     * @param create whether to make the file if it does not exist
     * @return the open file, to be closed by the caller
     * @throws IOException if it is not there and not to be made, or the disk fails
     */
    DiskFile open(String path, boolean create) throws IOException;

    /**
     * {@return whether a file or directory of this name exists}
     *
     * @param path of the file or directory
     * @throws IOException if the disk fails
     */
    boolean exists(String path) throws IOException;

    /**
     * {@return the names (not paths) in a directory, sorted; empty if there is no such directory}
     *
     * @param directory its path, {@code ""} for the root
     * @throws IOException if the disk fails
     */
    List<String> list(String directory) throws IOException;

    /**
     * Creates a directory and those above it.
     *
     * @param directory its path; not an error if it exists
     * @throws IOException if the disk fails
     */
    void createDirectories(String directory) throws IOException;

    /**
     * Renames a file atomically, replacing one that has the new name.
     *
     * @param from the file's path
     * @param to its new path, on the same disk
     * @throws IOException if there is no such file, or the disk fails
     */
    void rename(String from, String to) throws IOException;

    /**
     * Deletes a file; not an error if there is none.
     *
     * @param path of the file
     * @throws IOException if the disk fails
     */
    void delete(String path) throws IOException;

    /**
     * Makes the names in {@code directory} durable.
     *
     * @param directory its path, {@code ""} for the root
     * @throws IOException if the disk fails; what is durable is then unknown
     */
    void syncDirectory(String directory) throws IOException;

    /**
     * {@return how many bytes can still be written}
     *
     * @throws IOException if the disk fails
     */
    long usableBytes() throws IOException;

    /**
     * Keeps other processes away from this tree until the returned handle is closed.
     *
     * @param path of the file that stands for the lock; made if need be, and left there
     * @return releases the lock when closed
     * @throws IOException if another process holds it; the message names it where it can
     */
    AutoCloseable lock(String path) throws IOException;
}
