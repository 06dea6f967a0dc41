package io.fairlead.raft.spi;

import io.fairlead.raft.message.SnapshotMeta;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps snapshots: taken here, or fetched from a peer piece by piece. A snapshot is seen by {@link #latest} only when
 * its bytes and its name are durable.
 *
 * <p><b>Threads:</b> any; one writer per snapshot.
 */
public interface SnapshotStore extends AutoCloseable {
    /** {@return the newest whole snapshot} */
    Optional<SnapshotMeta> latest();

    /**
     * Starts writing a snapshot that is taken here; {@code draft.sizeBytes()} and {@code crc32c()} are filled in at
     * the end.
     *
     * @param draft what the snapshot will stand for
     * @return where to write it; closed by the caller
     * @throws IOException if the disk fails
     */
    Draft create(SnapshotMeta draft) throws IOException;

    /**
     * Starts, or goes on with, fetching a snapshot from a peer: {@link Incoming#receivedBytes()} tells what a former
     * attempt left, restarts included. What was left of any other is deleted.
     *
     * @param meta of the snapshot as its giver tells it
     * @return where to write it; closed by the caller
     * @throws IOException if the disk fails
     */
    Incoming receive(SnapshotMeta meta) throws IOException;

    /**
     * {@return the whole stream of a snapshot, its checksum verified while it is read}
     *
     * @param meta of a snapshot that is here
     * @throws IOException if it is not here any more, or the disk fails; reading fails if the checksum is wrong
     */
    InputStream open(SnapshotMeta meta) throws IOException;

    /**
     * Reads a piece of a snapshot into {@code target}.
     *
     * @param snapshotId {@link SnapshotMeta#id()}
     * @param offset in the snapshot's stream, in bytes
     * @param target filled as far as the snapshot reaches
     * @return false if the snapshot is not here any more
     * @throws IOException if the disk fails
     */
    boolean read(long snapshotId, long offset, ByteBuffer target) throws IOException;

    /**
     * Deletes snapshots other than {@code keep}, but nothing unfinished.
     *
     * @param keep the snapshot that stays; null deletes what was half fetched
     * @throws IOException if the disk fails; what is left is deleted the next time
     */
    void deleteObsolete(@Nullable SnapshotMeta keep) throws IOException;

    @Override
    void close() throws IOException;

    /** A snapshot in the making. Closing without {@link #publish} throws it away. */
    interface Draft extends AutoCloseable {
        /** {@return where the state machine writes} */
        OutputStream stream();

        /**
         * Makes all durable and visible.
         *
         * @return what {@link #latest} tells from now on, with size and checksum
         * @throws IOException if the disk fails; the snapshot is not visible
         */
        SnapshotMeta publish() throws IOException;

        @Override
        void close() throws IOException;
    }

    /** A snapshot that arrives. Closing keeps what has arrived. */
    interface Incoming extends AutoCloseable {
        /** {@return how many bytes are here already} */
        long receivedBytes();

        /**
         * Appends what follows.
         *
         * @param data emptied from its position to its limit
         * @throws IOException if the disk fails
         */
        void write(ByteBuffer data) throws IOException;

        /**
         * Verifies the whole, makes it durable and visible.
         *
         * @throws IOException if the checksum is wrong; what was received is thrown away
         */
        void publish() throws IOException;

        @Override
        void close() throws IOException;
    }
}
