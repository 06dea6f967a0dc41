package io.fairlead.kv.mvcc;

import io.fairlead.kv.KeyRange;

/**
 * The versioned keys as somebody sees them: a reader at a published state, or the applier with its own changes on top.
 *
 * <p>{@code at} is the revision to read at, from {@link #compactedRevision} to {@link #revision}; 0 is the present.
 */
public interface KeySpace {
    /** The newest revision. */
    long revision();

    /** The oldest revision that can be read; -1 if nothing was ever compacted. */
    long compactedRevision();

    /** Finds a key's version. Returns false if the key did not exist. */
    boolean get(byte[] key, long at, boolean withValue, StoredVersion found);

    /** Shows the live keys of a range in their order. */
    void scan(KeyRange range, long at, boolean withValues, Visitor visitor);

    /** Number of live keys in a range; walks over no more than a few hundred of them if {@code at} is 0. */
    long count(KeyRange range, long at);

    /** Sees one key after the other. */
    interface Visitor {
        /** Returns false to stop. */
        boolean visit(StoredVersion version);
    }
}
