package io.fairlead.kv.mvcc;

import io.fairlead.kv.proto.AlarmMember;
import io.fairlead.kv.rocks.KvDatabase;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.rocksdb.ReadOptions;
import org.rocksdb.Snapshot;

/**
 * The whole store as it was after one batch. The applier publishes one after each batch; what a reader sees is exactly
 * the state at its revision, whatever is applied meanwhile.
 *
 * <p><b>Threads:</b> any; whoever uses it holds a reference.
 */
public final class View {
    private final AtomicInteger references = new AtomicInteger(1);
    private final KvDatabase database;
    private final Snapshot snapshot;
    private final ReadOptions readOptions;
    private final StoreState state;
    private final KeyCounts counts;
    private final List<AlarmMember> alarms;
    private final HotVersions hot;

    View(KvDatabase database, StoreState state, KeyCounts counts, List<AlarmMember> alarms, HotVersions hot) {
        database.retain();
        this.database = database;
        this.snapshot = database.snapshot();
        this.readOptions = new ReadOptions().setSnapshot(snapshot);
        this.state = state;
        this.counts = counts;
        this.alarms = alarms;
        this.hot = hot;
    }

    /** Takes a reference, unless the view is gone. */
    boolean tryRetain() {
        int held = references.get();
        while (held > 0) {
            if (references.compareAndSet(held, held + 1)) {
                return true;
            }
            held = references.get();
        }
        return false;
    }

    /** Gives a reference up. */
    public void release() {
        if (references.decrementAndGet() == 0) {
            readOptions.close();
            database.releaseSnapshot(snapshot);
            database.release();
        }
    }

    /** Revision, compaction and applied entry of this state. */
    public StoreState state() {
        return state;
    }

    /** The alarms that are raised, by type and member. */
    public List<AlarmMember> alarms() {
        return alarms;
    }

    /** Bytes of files and memory tables. */
    public long sizeBytes() {
        return database.property("rocksdb.total-sst-files-size") + database.property("rocksdb.size-all-mem-tables");
    }

    /** About the bytes of what is neither overwritten nor deleted. */
    public long liveBytes() {
        return database.property("rocksdb.estimate-live-data-size") + database.property("rocksdb.size-all-mem-tables");
    }

    KvDatabase database() {
        return database;
    }

    ReadOptions readOptions() {
        return readOptions;
    }

    /** Some of the newest versions, of this state and of later ones. */
    HotVersions hot() {
        return hot;
    }

    KeyCounts counts() {
        return counts;
    }
}
