package io.fairlead.kv.mvcc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.fairlead.kv.KeyRange;
import io.fairlead.kv.KvOptions;
import io.fairlead.kv.proto.AlarmMember;
import io.fairlead.kv.proto.AlarmResponse;
import io.fairlead.kv.rocks.BatchBuffer;
import io.fairlead.kv.rocks.Family;
import io.fairlead.kv.rocks.KvDatabase;
import io.fairlead.kv.rocks.StorageException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksIterator;

/**
 * Makes changes. Everything from one {@link #commit} to the next becomes one write batch; until then the changes are
 * seen here only, on top of the last published view. A write is everything between {@link #beginWrite} and {@link
 * #endWrite}: it gets one revision if it changes anything.
 *
 * <p><b>Threads:</b> the applier.
 */
public final class MvccWriter implements KeySpace {
    private static final byte[] ALARMS = "alarms".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};

    private final KvDatabase db;
    private final BatchBuffer batch;
    private final NavigableMap<byte[], Pending> pending = new TreeMap<>(Arrays::compareUnsigned);
    private final LatestCache cache;
    private final HotVersions hot = new HotVersions();
    private final ReadBuffers buffers = new ReadBuffers();
    private final StoredVersion found = new StoredVersion();
    private final byte[] revisionKey = new byte[Records.TOMBSTONE_KEY_BYTES];
    private final byte[] trailer = new byte[Records.TRAILER_BYTES];
    private View committed;
    private StoreState state;
    private KeyCounts counts;
    private List<AlarmMember> alarms;
    private int changes;

    /** Goes on where the database ends. */
    public MvccWriter(KvDatabase db, KvOptions options) {
        this.db = db;
        cache = new LatestCache(options.keyCacheBytes());
        batch = db.newBatch();
        state = StoreState.of(read(StoreState.KEY));
        alarms = readAlarms();
        counts = readCounts();
        committed = new View(db, state, counts, alarms, hot);
    }

    /** The state as a crash now would leave it. */
    public static StoreState persistedState(KvDatabase db) {
        return StoreState.of(db.getPersisted(Family.META, StoreState.KEY));
    }

    /** The state after the last commit, for publication. */
    public View committed() {
        return committed;
    }

    /** The state, with what is not committed yet. */
    public StoreState state() {
        return state;
    }

    /** Tells if something waits for the next commit. */
    public boolean hasUncommitted() {
        return batch.count() > 0 || !pending.isEmpty();
    }

    /** Bytes that wait for the next commit, about. */
    public int uncommittedBytes() {
        return batch.sizeBytes();
    }

    /** The alarms that are raised. */
    public List<AlarmMember> alarms() {
        return alarms;
    }

    /** The store's newest revision, including the write under way if it has changed anything. */
    @Override
    public long revision() {
        return changes > 0 ? state.revision() + 1 : state.revision();
    }

    @Override
    public long compactedRevision() {
        return state.compactedRevision();
    }

    /** Starts a write. */
    public void beginWrite() {
        changes = 0;
    }

    /** Ends a write. Returns the revision after it. */
    public long endWrite() {
        if (changes > 0) {
            state = new StoreState(
                    state.appliedIndex(), state.appliedTerm(), state.revision() + 1, state.compactedRevision());
            changes = 0;
        }
        return state.revision();
    }

    /** Sets a key; the key belongs to the store from here on, the value is copied. */
    public void put(byte[] key, byte[] value, int valueOffset, int valueLength, long lease) {
        long main = state.revision() + 1;
        int sub = changes++;
        Pending change = change(key);
        long prevMain = 0;
        int prevSub = 0;
        if (change.isLive()) {
            prevMain = change.mod;
            prevSub = change.sub;
            putHistory(key, prevMain, prevSub, main);
        }
        long create = change.isLive() ? change.create : main;
        long version = change.isLive() ? change.version + 1 : 1;
        byte[] keyValue = Records.keyValue(key, create, main, version, value, valueOffset, valueLength, lease);
        change.set(keyValue, create, main, sub, version, valueLength);
        Records.revisionKey(revisionKey, main, sub);
        putChange(Records.REVISION_KEY_BYTES, keyValue, prevMain, prevSub);
    }

    /** Deletes the live keys of a range, one change each in their order. Returns how many. */
    public long delete(KeyRange range) {
        if (range.isSingle()) {
            if (!get(range.from(), 0, false, found)) {
                return 0;
            }
            deleteLive(range.from());
            return 1;
        }
        List<byte[]> keys = new ArrayList<>();
        scan(range, 0, false, version -> {
            keys.add(version.key());
            return true;
        });
        for (byte[] key : keys) {
            deleteLive(key);
        }
        return keys.size();
    }

    private void deleteLive(byte[] key) {
        long main = state.revision() + 1;
        int sub = changes++;
        Pending change = change(key);
        putHistory(key, change.mod, change.sub, main);
        Records.revisionKey(revisionKey, main, sub);
        revisionKey[Records.REVISION_KEY_BYTES] = 't';
        putChange(
                Records.TOMBSTONE_KEY_BYTES, Records.keyValue(key, 0, 0, 0, NOTHING, 0, 0, 0), change.mod, change.sub);
        change.delete();
    }

    private void putHistory(byte[] key, long main, int sub, long endMain) {
        batch.put(Family.HISTORY, Records.historyKey(key, main, sub), Records.longValue(endMain));
    }

    private void putChange(int keyLength, byte[] keyValue, long prevMain, int prevSub) {
        Records.putLong(trailer, 0, prevMain);
        Records.putInt(trailer, 8, prevSub);
        batch.putHeader(Family.REV, revisionKey, keyLength, keyValue.length + trailer.length);
        batch.append(keyValue, 0, keyValue.length);
        batch.append(trailer, 0, trailer.length);
    }

    /** The key's place among the pending changes, which knows its newest version. */
    private Pending change(byte[] key) {
        Pending change = pending.get(key);
        if (change == null) {
            change = committed(key);
            pending.put(key, change);
        }
        return change;
    }

    private Pending committed(byte[] key) {
        if (cache.find(key)) {
            return new Pending(cache.createRevision(), cache.modRevision(), cache.version(), cache.sub());
        }
        if (buffers.latest(db, null, key, false, found)) {
            return new Pending(found.createRevision(), found.modRevision(), found.version(), found.sub());
        }
        return new Pending();
    }

    /** Makes everything before {@code revision} unreadable. */
    public void compact(long revision) {
        state = new StoreState(state.appliedIndex(), state.appliedTerm(), state.revision(), revision);
    }

    /** Replaces the raised alarms. */
    public void setAlarms(List<AlarmMember> raised) {
        alarms = List.copyOf(raised);
        byte[] record = AlarmResponse.newBuilder().addAllAlarms(alarms).build().toByteArray();
        batch.put(Family.META, ALARMS, record);
    }

    /** Notes which log entry the changes so far come from. */
    public void applied(long index, long term) {
        state = state.withApplied(index, term);
    }

    /** Writes everything since the last commit as one batch. Returns the view of it, which is yet to be published. */
    public View commit() {
        List<KeyCounts.Change> counted = new ArrayList<>();
        for (var entry : pending.entrySet()) {
            Pending change = entry.getValue();
            if (change.isLive() != change.inDatabase) {
                counted.add(new KeyCounts.Change(entry.getKey(), change.isLive() ? 1 : -1));
            }
        }
        if (!counted.isEmpty()) {
            counts = counts.after(counted, this, batch);
        }
        for (var entry : pending.entrySet()) {
            Pending change = entry.getValue();
            change.writeTo(batch, entry.getKey());
            if (change.isLive()) {
                cache.put(entry.getKey(), change.create, change.mod, change.version, change.sub);
                hot.put(entry.getKey(), change.bytes(), change.sub);
            } else {
                cache.remove(entry.getKey());
                hot.remove(entry.getKey());
            }
        }
        batch.put(Family.META, StoreState.KEY, state.toBytes());
        db.write(batch);
        batch.clear();
        pending.clear();
        buffers.trim();
        committed = new View(db, state, counts, alarms, hot);
        return committed;
    }

    @Override
    public boolean get(byte[] key, long at, boolean withValue, StoredVersion target) {
        if (at > 0) {
            return past().get(key, at, withValue, target);
        }
        Pending change = pending.get(key);
        if (change == null) {
            return buffers.hot(hot, key, Long.MAX_VALUE, target) || buffers.latest(db, null, key, withValue, target);
        }
        return change.read(target);
    }

    @Override
    public void scan(KeyRange range, long at, boolean withValues, Visitor visitor) {
        if (range.isEmpty()) {
            return;
        }
        if (at > 0) {
            past().scan(range, at, withValues, visitor);
            return;
        }
        Iterator<Map.Entry<byte[], Pending>> mine = pendingIn(range).entrySet().iterator();
        StoredVersion stored = new StoredVersion();
        StoredVersion changed = new StoredVersion();
        Map.Entry<byte[], Pending> next = mine.hasNext() ? mine.next() : null;
        try (RocksIterator keys = db.iterator(Family.KEY, null)) {
            keys.seek(range.from());
            boolean hasStored = readStored(keys, range, withValues, stored);
            while (hasStored || next != null) {
                int order = next == null ? -1 : hasStored ? stored.compareKey(next.getKey()) : 1;
                if (order < 0 && !visitor.visit(stored)) {
                    return;
                }
                if (order >= 0 && next != null) {
                    Pending change = next.getValue();
                    if (change.read(changed) && !visitor.visit(changed)) {
                        return;
                    }
                    next = mine.hasNext() ? mine.next() : null;
                }
                if (order <= 0) {
                    keys.next();
                    hasStored = readStored(keys, range, withValues, stored);
                }
            }
        }
    }

    private boolean readStored(RocksIterator keys, KeyRange range, boolean withValues, StoredVersion stored) {
        if (!ViewReader.isValid(keys)) {
            return false;
        }
        buffers.latest(db, null, keys, withValues, stored);
        return stored.isInside(range);
    }

    @Override
    public long count(KeyRange range, long at) {
        long count = past().count(range, at);
        if (at > 0 || range.isEmpty()) {
            return count;
        }
        for (Pending change : pendingIn(range).values()) {
            count += (change.isLive() ? 1 : 0) - (change.inDatabase ? 1 : 0);
        }
        return count;
    }

    private NavigableMap<byte[], Pending> pendingIn(KeyRange range) {
        byte[] to = range.to();
        return to == null ? pending.tailMap(range.from(), true) : pending.subMap(range.from(), true, to, false);
    }

    /** Reads what is committed. Whoever asks for the past has seen to it that the past is committed. */
    private ViewReader past() {
        return new ViewReader(committed);
    }

    private byte @Nullable [] read(byte[] key) {
        byte[] target = new byte[4 << 10];
        int length = db.get(Family.META, null, key, key.length, target);
        if (length > target.length) {
            target = new byte[length];
            db.get(Family.META, null, key, key.length, target);
        }
        return length < 0 ? null : Arrays.copyOf(target, length);
    }

    private List<AlarmMember> readAlarms() {
        byte[] record = read(ALARMS);
        try {
            return record == null ? List.of() : AlarmResponse.parseFrom(record).getAlarmsList();
        } catch (InvalidProtocolBufferException e) {
            throw new StorageException("the record of alarms cannot be read: " + e.getMessage());
        }
    }

    private KeyCounts readCounts() {
        KeyCounts.Loader loader = new KeyCounts.Loader();
        try (RocksIterator records = db.iterator(Family.COUNT, null)) {
            for (records.seekToFirst(); ViewReader.isValid(records); records.next()) {
                loader.add(records.key(), records.value());
            }
        }
        return loader.load();
    }

    /** What became of a key since the last commit. */
    private static final class Pending {
        final boolean inDatabase;
        long create;
        long mod;
        long version;
        int sub;
        private boolean live;
        private byte @Nullable [] keyValue;
        private int valueLength;

        /** A key that is not there. */
        Pending() {
            inDatabase = false;
        }

        /** A key with its committed version. */
        Pending(long create, long mod, long version, int sub) {
            this.create = create;
            this.mod = mod;
            this.version = version;
            this.sub = sub;
            inDatabase = true;
            live = true;
        }

        boolean isLive() {
            return live;
        }

        void set(byte[] bytes, long createRevision, long main, int subRevision, long newVersion, int newValueLength) {
            keyValue = bytes;
            valueLength = newValueLength;
            create = createRevision;
            mod = main;
            sub = subRevision;
            version = newVersion;
            live = true;
        }

        void delete() {
            live = false;
            keyValue = null;
        }

        /** The serialized key-value; nothing if the key is not there. */
        byte[] bytes() {
            return keyValue == null ? NOTHING : keyValue;
        }

        boolean read(StoredVersion target) {
            byte[] bytes = keyValue;
            if (bytes == null) {
                return false;
            }
            target.read(bytes, 0, bytes.length, sub, false);
            return true;
        }

        void writeTo(BatchBuffer batch, byte[] key) {
            byte[] bytes = keyValue;
            if (bytes == null) {
                if (inDatabase) {
                    batch.delete(Family.KEY, key, key.length);
                }
                return;
            }
            byte[] header = new byte[Records.LATEST_HEADER_BYTES];
            Records.putInt(header, 0, sub);
            if (valueLength > Records.MAX_INLINE_VALUE_BYTES) {
                header[4] = Records.VALUE_ELSEWHERE;
                StoredVersion whole = new StoredVersion();
                whole.read(bytes, 0, bytes.length, sub, false);
                bytes = Records.keyValue(key, create, mod, version, NOTHING, 0, 0, whole.lease());
            }
            batch.putHeader(Family.KEY, key, key.length, header.length + bytes.length);
            batch.append(header, 0, header.length);
            batch.append(bytes, 0, bytes.length);
        }
    }
}
