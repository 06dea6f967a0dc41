package io.fairlead.kv.mvcc;

import io.fairlead.kv.KeyRange;
import io.fairlead.kv.rocks.Family;
import io.fairlead.kv.rocks.KvDatabase;
import io.fairlead.kv.rocks.StorageException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Reads a view: the present from the families of live keys, the past from these and the history of each key.
 *
 * <p><b>Threads:</b> one at a time; any number of readers of one view.
 */
public final class ViewReader implements KeySpace {
    /** Walking over a change costs about as much as walking over this many keys. */
    private static final int CHANGE_COST = 1;

    private static final ThreadLocal<ReadBuffers> BUFFERS = ThreadLocal.withInitial(ReadBuffers::new);

    private final View view;
    private final KvDatabase db;
    private final ReadOptions at;
    private final ReadBuffers buffers;

    /** Reads {@code view} on the calling thread; the caller holds a reference to it. */
    public ViewReader(View view) {
        this.view = view;
        db = view.database();
        at = view.readOptions();
        buffers = BUFFERS.get();
    }

    @Override
    public long revision() {
        return view.state().revision();
    }

    @Override
    public long compactedRevision() {
        return view.state().compactedRevision();
    }

    @Override
    public boolean get(byte[] key, long revision, boolean withValue, StoredVersion found) {
        boolean live = buffers.hot(view.hot(), key, revision(), found) || buffers.latest(db, at, key, withValue, found);
        if (isPresent(revision) || (live && found.modRevision() <= revision)) {
            return live;
        }
        try (RocksIterator history = db.iterator(Family.HISTORY, at)) {
            return getFromHistory(history, key, revision, found);
        }
    }

    /** Moves {@code history} to the newest version of {@code key} at {@code revision}, and reads it if it was live. */
    private boolean getFromHistory(RocksIterator history, byte[] key, long revision, StoredVersion found) {
        byte[] sought = Records.historyKey(key, revision, Integer.MAX_VALUE);
        history.seek(sought);
        if (!isValid(history)) {
            return false;
        }
        byte[] actual = history.key();
        int prefix = sought.length - Records.HISTORY_SUFFIX_BYTES + 2;
        if (actual.length != sought.length || !Arrays.equals(actual, 0, prefix, sought, 0, prefix)) {
            return false;
        }
        if (Records.getLong(history.value(), 0) <= revision) {
            return false;
        }
        buffers.change(
                db,
                at,
                Records.mainOfHistory(actual, actual.length),
                Records.subOfHistory(actual, actual.length),
                found);
        return true;
    }

    @Override
    public void scan(KeyRange range, long revision, boolean withValues, Visitor visitor) {
        if (range.isEmpty()) {
            return;
        }
        if (isPresent(revision)) {
            scanPresent(range, withValues, visitor);
        } else {
            new PastScan(range, revision, withValues, visitor).run();
        }
        buffers.trim();
    }

    private void scanPresent(KeyRange range, boolean withValues, Visitor visitor) {
        StoredVersion version = new StoredVersion();
        try (RocksIterator keys = db.iterator(Family.KEY, at)) {
            for (keys.seek(range.from()); isValid(keys); keys.next()) {
                buffers.latest(db, at, keys, false, version);
                if (!version.isInside(range)) {
                    return;
                }
                if (withValues && version.isValueElsewhere()) {
                    buffers.change(db, at, version.modRevision(), version.sub(), version);
                }
                if (!visitor.visit(version)) {
                    return;
                }
            }
        }
    }

    @Override
    public long count(KeyRange range, long revision) {
        long present = view.counts().count(range, this::countKeys);
        if (isPresent(revision)) {
            return present;
        }
        long changes = revision() - revision;
        return changes * CHANGE_COST <= present ? present - growthSince(range, revision) : countPast(range, revision);
    }

    /** How many more keys the range has now than it had at {@code revision}, by looking at all changes since. */
    private long growthSince(KeyRange range, long revision) {
        long growth = 0;
        StoredVersion change = new StoredVersion();
        try (RocksIterator changes = db.iterator(Family.REV, at)) {
            for (changes.seek(Records.revisionKey(revision + 1, 0)); isValid(changes); changes.next()) {
                byte[] record = changes.value();
                change.read(record, 0, record.length - Records.TRAILER_BYTES, 0, false);
                if (change.compareKey(range.from()) < 0 || !change.isInside(range)) {
                    continue;
                }
                if (change.modRevision() == 0) {
                    growth--;
                } else if (change.version() == 1) {
                    growth++;
                }
            }
        }
        return growth;
    }

    private long countPast(KeyRange range, long revision) {
        long[] count = new long[1];
        scan(range, revision, false, version -> {
            count[0]++;
            return true;
        });
        return count[0];
    }

    private long countKeys(byte[] from, byte @Nullable [] to) {
        long count = 0;
        byte[] key = new byte[64];
        try (RocksIterator keys = db.iterator(Family.KEY, at)) {
            for (keys.seek(from); isValid(keys); keys.next()) {
                if (to != null) {
                    int length = keys.key(key);
                    if (length > key.length) {
                        key = new byte[length];
                        keys.key(key);
                    }
                    if (Arrays.compareUnsigned(key, 0, length, to, 0, to.length) >= 0) {
                        break;
                    }
                }
                count++;
            }
        }
        return count;
    }

    private boolean isPresent(long revision) {
        return revision == 0 || revision == view.state().revision();
    }

    /** Tells if the iterator stands on a record; it may also have stopped for an error, which must not pass as the end. */
    static boolean isValid(RocksIterator iterator) {
        if (iterator.isValid()) {
            return true;
        }
        try {
            iterator.status();
            return false;
        } catch (RocksDBException e) {
            throw new StorageException("cannot read on", e);
        }
    }

    /** Walks over the live keys and over the history side by side, key by key. */
    private final class PastScan {
        private final KeyRange range;
        private final long revision;
        private final boolean withValues;
        private final Visitor visitor;
        private final StoredVersion live = new StoredVersion();
        private final StoredVersion past = new StoredVersion();

        PastScan(KeyRange range, long revision, boolean withValues, Visitor visitor) {
            this.range = range;
            this.revision = revision;
            this.withValues = withValues;
            this.visitor = visitor;
        }

        void run() {
            try (RocksIterator keys = db.iterator(Family.KEY, at);
                    RocksIterator history = db.iterator(Family.HISTORY, at)) {
                keys.seek(range.from());
                history.seek(Records.historyFrom(range.from()));
                boolean hasLive = readLive(keys);
                byte[] historyKey = readHistory(history);
                boolean goOn = true;
                while (goOn && (hasLive || historyKey != null)) {
                    int order = !hasLive ? 1 : historyKey == null ? -1 : live.compareKey(historyKey);
                    boolean isLive = order <= 0 && live.modRevision() <= revision;
                    if (isLive) {
                        goOn = visitLive();
                    } else if (order >= 0
                            && historyKey != null
                            && getFromHistory(history, historyKey, revision, past)) {
                        goOn = visitor.visit(past);
                    }
                    if (order >= 0 && historyKey != null) {
                        history.seek(Records.historyBehind(historyKey));
                        historyKey = readHistory(history);
                    }
                    if (order <= 0) {
                        keys.next();
                        hasLive = readLive(keys);
                    }
                }
            }
        }

        private boolean visitLive() {
            if (withValues && live.isValueElsewhere()) {
                buffers.change(db, at, live.modRevision(), live.sub(), past);
                return visitor.visit(past);
            }
            return visitor.visit(live);
        }

        private boolean readLive(RocksIterator keys) {
            if (!isValid(keys)) {
                return false;
            }
            buffers.latest(db, at, keys, false, live);
            return live.isInside(range);
        }

        private byte @Nullable [] readHistory(RocksIterator history) {
            if (!isValid(history)) {
                return null;
            }
            byte[] record = history.key();
            byte[] key = Records.keyOfHistory(record, record.length);
            return range.endsAfter(key, 0, key.length) ? key : null;
        }
    }
}
