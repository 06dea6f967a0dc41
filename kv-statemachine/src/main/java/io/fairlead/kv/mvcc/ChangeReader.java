package io.fairlead.kv.mvcc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.fairlead.kv.KeyRange;
import io.fairlead.kv.proto.Event;
import io.fairlead.kv.proto.KeyValue;
import io.fairlead.kv.rocks.Family;
import io.fairlead.kv.rocks.KvDatabase;
import io.fairlead.kv.rocks.StorageException;
import java.util.function.Consumer;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksIterator;

/**
 * Reads what has changed, in the order of the changes, as watchers are told: the same events on every member, whatever
 * its compaction has deleted already.
 *
 * <p><b>Threads:</b> one at a time; any number of readers of one view.
 */
public final class ChangeReader {
    private final KvDatabase db;
    private final ReadOptions at;
    private final long compacted;
    private final ReadBuffers buffers = new ReadBuffers();
    private final StoredVersion change = new StoredVersion();

    /** Reads {@code view}; the caller holds a reference to it. */
    public ChangeReader(View view) {
        db = view.database();
        at = view.readOptions();
        compacted = view.state().compactedRevision();
    }

    /**
     * Shows the changes of a range's keys from a revision on, which is not compacted, up to the view's revision.
     *
     * @param withPrevious whether events have the version that they ended, as far as it can still be read
     */
    public void read(KeyRange range, long from, boolean withPrevious, Consumer<Event> events) {
        try (RocksIterator changes = db.iterator(Family.REV, at)) {
            for (changes.seek(Records.revisionKey(from, 0)); ViewReader.isValid(changes); changes.next()) {
                byte[] record = changes.value();
                change.read(record, 0, record.length - Records.TRAILER_BYTES, 0, false);
                if (change.compareKey(range.from()) >= 0 && change.isInside(range)) {
                    events.accept(event(changes.key(), record, withPrevious));
                }
            }
        }
    }

    private Event event(byte[] revision, byte[] record, boolean withPrevious) {
        long main = Records.getLong(revision, 0);
        Event.Builder event = Event.newBuilder();
        if (revision.length == Records.TOMBSTONE_KEY_BYTES) {
            event.setType(Event.EventType.DELETE);
            event.setKv(keyValue(change).toBuilder().setModRevision(main));
        } else {
            event.setKv(keyValue(change));
        }
        long endedMain = Records.getLong(record, record.length - Records.TRAILER_BYTES);
        if (withPrevious && endedMain != 0 && main - 1 >= compacted) {
            buffers.change(db, at, endedMain, Records.getInt(record, record.length - 4), change);
            event.setPrevKv(keyValue(change));
        }
        return event.build();
    }

    private static KeyValue keyValue(StoredVersion version) {
        try {
            return KeyValue.parseFrom(version.toBytes());
        } catch (InvalidProtocolBufferException e) {
            throw new StorageException("a change cannot be read: " + e.getMessage());
        }
    }
}
