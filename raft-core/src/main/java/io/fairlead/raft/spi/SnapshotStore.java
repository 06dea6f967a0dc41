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
    /** The newest whole snapshot. */
    Optional<SnapshotMeta> latest();

    /**
     * Starts writing a snapshot that is taken here; {@code draft.sizeBytes()} and {@code crc32c()} are filled in at
     * the end.
     */
    Draft create(SnapshotMeta draft) throws IOException;

    /**
     * Starts, or goes on with, fetching a snapshot from a peer: {@link Incoming#receivedBytes()} tells what a former
     * attempt left, restarts included. What was left of any other is deleted.
     */
    Incoming receive(SnapshotMeta meta) throws IOException;

    /** The whole stream of a snapshot, its checksum verified while it is read. */
    InputStream open(SnapshotMeta meta) throws IOException;

    /**
     * Reads a piece of a snapshot into {@code target}.
     *
     * @return false if the snapshot is not here any more
     */
    boolean read(long snapshotId, long offset, ByteBuffer target) throws IOException;

    /** Deletes snapshots other than {@code keep}, but nothing unfinished; null deletes what was half fetched. */
    void deleteObsolete(@Nullable SnapshotMeta keep) throws IOException;

    @Override
    void close() throws IOException;

    /** A snapshot in the making. Closing without {@link #publish} throws it away. */
    interface Draft extends AutoCloseable {
        /** Where the state machine writes. */
        OutputStream stream();

        /** Makes all durable and visible. */
        SnapshotMeta publish() throws IOException;

        @Override
        void close() throws IOException;
    }

    /** A snapshot that arrives. Closing keeps what has arrived. */
    interface Incoming extends AutoCloseable {
        /** Bytes that are here already. */
        long receivedBytes();

        /** Appends what follows. */
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
