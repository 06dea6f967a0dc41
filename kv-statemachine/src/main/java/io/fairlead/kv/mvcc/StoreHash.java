package io.fairlead.kv.mvcc;

import io.fairlead.kv.KeyRange;
import io.fairlead.kv.rocks.Family;
import io.fairlead.kv.rocks.KvDatabase;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksIterator;

/**
 * Checksums over all changes up to a revision, equal on all members and equal to etcd's HashKV: CRC32C over the name of
 * etcd's bucket and over key and value of every change, less those that a compaction has made obsolete, whether or not
 * they are gone already.
 *
 * <p><b>Threads:</b> one at a time; takes long.
 */
public final class StoreHash {
    private static final byte[] BUCKET = "key".getBytes(StandardCharsets.US_ASCII);

    private final KvDatabase db;
    private final ReadOptions at;
    private final long revision;
    private final long compacted;
    private final boolean anythingLive;
    private final byte[] endBytes = new byte[8];
    private final ReadBuffers buffers = new ReadBuffers();
    private final StoredVersion newest = new StoredVersion();

    private StoreHash(View view, long revision) {
        this.revision = revision;
        db = view.database();
        at = view.readOptions();
        compacted = view.state().compactedRevision();
        anythingLive = new ViewReader(view).count(KeyRange.all(), revision) > 0;
    }

    /** The hash at a revision that can be read. */
    public static int hashKv(View view, long revision) {
        return new StoreHash(view, revision).run();
    }

    private int run() {
        CRC32C hash = new CRC32C();
        hash.update(BUCKET);
        StoredVersion change = new StoredVersion();
        try (RocksIterator changes = db.iterator(Family.REV, at)) {
            for (changes.seekToFirst(); ViewReader.isValid(changes); changes.next()) {
                byte[] key = changes.key();
                long main = Records.getLong(key, 0);
                if (main > revision) {
                    break;
                }
                byte[] value = changes.value();
                int length = value.length - Records.TRAILER_BYTES;
                if (main <= compacted) {
                    change.read(value, 0, length, 0, false);
                    if (!isKept(key, main, change.key())) {
                        continue;
                    }
                }
                hash.update(key);
                hash.update(value, 0, length);
            }
        }
        return (int) hash.getValue();
    }

    /**
     * Tells if a change at or before the compacted revision counts: if its version is live at the hashed revision. With
     * nothing live there, etcd takes all that its compaction has left.
     */
    private boolean isKept(byte[] changeKey, long main, byte[] key) {
        if (changeKey.length == Records.TOMBSTONE_KEY_BYTES) {
            return false;
        }
        int sub = (int) Records.getLong(changeKey, 9);
        byte[] historyKey = Records.historyKey(key, main, sub);
        if (db.get(Family.HISTORY, at, historyKey, historyKey.length, endBytes) < 0) {
            return isLatest(key, main, sub);
        }
        long end = Records.getLong(endBytes, 0);
        return end > (anythingLive ? revision : compacted);
    }

    /** A version without a place in the history is the newest one, unless it is obsolete and half cleaned up. */
    private boolean isLatest(byte[] key, long main, int sub) {
        return buffers.latest(db, at, key, false, newest) && newest.modRevision() == main && newest.sub() == sub;
    }

    /** A checksum over everything that must be equal on all members that have applied the same entries. */
    public static long hash(View view) {
        CRC32C rest = new CRC32C();
        rest.update(view.state().toBytes(), 16, 16);
        view.alarms().forEach(alarm -> rest.update(alarm.toByteArray()));
        long kv = hashKv(view, view.state().revision());
        return kv << 32 | rest.getValue();
    }
}
