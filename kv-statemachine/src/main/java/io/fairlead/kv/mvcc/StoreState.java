package io.fairlead.kv.mvcc;

import io.fairlead.kv.rocks.StorageException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The store's single numbers, written with every batch.
 *
 * @param appliedIndex the last log entry whose effect is in the store
 * @param appliedTerm that entry's term
 * @param revision the newest revision; 1 when fresh
 * @param compactedRevision the oldest revision that can be read; -1 when nothing was compacted
 */
public record StoreState(long appliedIndex, long appliedTerm, long revision, long compactedRevision) {
    /** A store into which nothing was written. */
    public static final StoreState FRESH = new StoreState(0, 0, 1, -1);

    static final byte[] KEY = "state".getBytes(StandardCharsets.US_ASCII);

    private static final int BYTES = 32;

    byte[] toBytes() {
        return ByteBuffer.allocate(BYTES)
                .putLong(appliedIndex)
                .putLong(appliedTerm)
                .putLong(revision)
                .putLong(compactedRevision)
                .array();
    }

    static StoreState of(byte @Nullable [] bytes) {
        if (bytes == null) {
            return FRESH;
        }
        if (bytes.length != BYTES) {
            throw new StorageException("the state record has " + bytes.length + " bytes, not " + BYTES);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new StoreState(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }

    StoreState withApplied(long index, long term) {
        return new StoreState(index, term, revision, compactedRevision);
    }
}
