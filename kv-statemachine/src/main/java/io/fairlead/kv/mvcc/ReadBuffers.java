package io.fairlead.kv.mvcc;

import io.fairlead.kv.rocks.Family;
import io.fairlead.kv.rocks.KvDatabase;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksIterator;

/**
 * Room for what comes out of RocksDB, used again for every read.
 *
 * <p><b>Threads:</b> one at a time.
 */
final class ReadBuffers {
    private static final int USUAL_BYTES = 4 << 10;
    private static final int KEPT_BYTES = 1 << 20;

    private final byte[] revisionKey = new byte[Records.REVISION_KEY_BYTES];
    private byte[] latest = new byte[USUAL_BYTES];
    private byte[] change = new byte[USUAL_BYTES];

    /** Reads the newest version of a key as of a revision, if it is among the hot ones. */
    boolean hot(HotVersions hot, byte[] key, long revision, StoredVersion found) {
        return hot.find(key, revision, latest, found);
    }

    /** Reads the newest version of a key. */
    boolean latest(KvDatabase db, @Nullable ReadOptions at, byte[] key, boolean withValue, StoredVersion found) {
        int length = db.get(Family.KEY, at, key, key.length, latest);
        if (length < 0) {
            return false;
        }
        if (length > latest.length) {
            latest = new byte[length];
            db.get(Family.KEY, at, key, key.length, latest);
        }
        readLatest(db, at, length, withValue, found);
        return true;
    }

    /** Reads the newest version of the key that an iterator stands on. */
    void latest(
            KvDatabase db, @Nullable ReadOptions at, RocksIterator iterator, boolean withValue, StoredVersion found) {
        int length = iterator.value(latest);
        if (length > latest.length) {
            latest = new byte[length];
            length = iterator.value(latest);
        }
        readLatest(db, at, length, withValue, found);
    }

    private void readLatest(
            KvDatabase db, @Nullable ReadOptions at, int length, boolean withValue, StoredVersion found) {
        boolean elsewhere = latest[4] == Records.VALUE_ELSEWHERE;
        int header = Records.LATEST_HEADER_BYTES;
        found.read(latest, header, length - header, Records.getInt(latest, 0), elsewhere);
        if (elsewhere && withValue) {
            change(db, at, found.modRevision(), found.sub(), found);
        }
    }

    /** Reads the version that a change made. */
    void change(KvDatabase db, @Nullable ReadOptions at, long main, int sub, StoredVersion found) {
        Records.revisionKey(revisionKey, main, sub);
        int length = db.get(Family.REV, at, revisionKey, revisionKey.length, change);
        if (length > change.length) {
            change = new byte[length];
            db.get(Family.REV, at, revisionKey, revisionKey.length, change);
        }
        if (length < 0) {
            throw new IllegalStateException("revision " + main + "." + sub + " is indexed but not there");
        }
        found.read(change, 0, length - Records.TRAILER_BYTES, sub, false);
    }

    /** Gives huge arrays back. */
    void trim() {
        if (latest.length > KEPT_BYTES) {
            latest = new byte[USUAL_BYTES];
        }
        if (change.length > KEPT_BYTES) {
            change = new byte[USUAL_BYTES];
        }
    }
}
