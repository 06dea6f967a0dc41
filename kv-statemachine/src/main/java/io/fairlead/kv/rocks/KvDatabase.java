package io.fairlead.kv.rocks;

import io.fairlead.kv.KvOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.RocksObject;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One RocksDB with the store's column families. It writes no log of its own, the Raft log is its log; all column
 * families are flushed together, so what a crash leaves is the state after some batch.
 *
 * <p><b>Threads:</b> reading, any; writing, one at a time for each family. Whoever uses it holds a reference ({@link
 * #retain}, {@link #release}); it is closed with the last.
 */
public final class KvDatabase {
    private static final Logger LOG = LoggerFactory.getLogger(KvDatabase.class);
    private static final Family[] FAMILIES = Family.values();

    static {
        RocksDB.loadLibrary();
    }

    private final List<RocksObject> owned = new ArrayList<>();
    private final AtomicInteger references = new AtomicInteger(1);
    private final Path directory;
    private final RocksDB db;
    private final List<ColumnFamilyHandle> handles;
    private final int[] familyIds = new int[FAMILIES.length];
    private final WriteOptions writeOptions;
    private final ReadOptions newest;
    private final ReadOptions persisted;
    private volatile boolean obsolete;

    private KvDatabase(Path directory, KvOptions options) throws RocksDBException {
        this.directory = directory;
        LRUCache cache = own(new LRUCache(options.blockCacheBytes()));
        BloomFilter filter = own(new BloomFilter(10));
        DBOptions dbOptions = own(new DBOptions())
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setAtomicFlush(true)
                .setMaxBackgroundJobs(2)
                .setMaxOpenFiles(512)
                .setKeepLogFileNum(4)
                .setMaxLogFileSize(1 << 20)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setAvoidFlushDuringShutdown(true);
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, own(new ColumnFamilyOptions())));
        for (Family family : FAMILIES) {
            descriptors.add(
                    new ColumnFamilyDescriptor(family.columnName(), familyOptions(family, options, cache, filter)));
        }
        handles = new ArrayList<>();
        try {
            db = RocksDB.open(dbOptions, directory.toString(), descriptors, handles);
        } catch (RocksDBException e) {
            closeOwned();
            throw e;
        }
        for (Family family : FAMILIES) {
            familyIds[family.slot()] = handle(family).getID();
        }
        writeOptions = own(new WriteOptions()).setDisableWAL(true);
        newest = own(new ReadOptions());
        persisted = own(new ReadOptions()).setReadTier(ReadTier.PERSISTED_TIER);
    }

    /** Opens a database, or makes an empty one. */
    public static KvDatabase open(Path directory, KvOptions options) {
        try {
            return new KvDatabase(directory, options);
        } catch (RocksDBException e) {
            throw new StorageException("cannot open " + directory, e);
        }
    }

    private ColumnFamilyOptions familyOptions(Family family, KvOptions options, LRUCache cache, BloomFilter filter) {
        boolean large = family == Family.REV || family == Family.KEY;
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setBlockSize(8 << 10)
                .setFormatVersion(6);
        if (family == Family.KEY) {
            table.setFilterPolicy(filter);
        }
        return own(new ColumnFamilyOptions())
                .setTableFormatConfig(table)
                .setWriteBufferSize(large ? options.memtableBytes() : options.memtableBytes() / 2)
                .setMaxWriteBufferNumber(4)
                .setArenaBlockSize(256 << 10)
                .setTargetFileSizeBase(32L << 20)
                .setLevelCompactionDynamicLevelBytes(true)
                .setCompressionType(CompressionType.NO_COMPRESSION);
    }

    /** Where the files are. */
    public Path directory() {
        return directory;
    }

    /** An empty batch for this database. */
    public BatchBuffer newBatch() {
        return new BatchBuffer(familyIds, 64 << 10);
    }

    /** Makes a batch visible, as a whole. */
    public void write(BatchBuffer batch) {
        try (WriteBatch nativeBatch = new WriteBatch(batch.toBytes())) {
            db.write(writeOptions, nativeBatch);
        } catch (RocksDBException e) {
            throw new StorageException("cannot write to " + directory, e);
        }
    }

    /**
     * Reads a value into the start of {@code target}, cut off where that ends.
     *
     * @param at as of when; null for now
     * @return the value's length, also if it was cut off; negative if there is none
     */
    public int get(Family family, @Nullable ReadOptions at, byte[] key, int length, byte[] target) {
        try {
            return db.get(handle(family), at == null ? newest : at, key, 0, length, target, 0, target.length);
        } catch (RocksDBException e) {
            throw new StorageException("cannot read from " + directory, e);
        }
    }

    /** Reads a value as it would be after a crash now; null if there is none. */
    public byte @Nullable [] getPersisted(Family family, byte[] key) {
        try {
            return db.get(handle(family), persisted, key);
        } catch (RocksDBException e) {
            throw new StorageException("cannot read from " + directory, e);
        }
    }

    /** Walks over a family; to be closed. */
    public RocksIterator iterator(Family family, @Nullable ReadOptions at) {
        return db.newIterator(handle(family), at == null ? newest : at);
    }

    /** Pins the present state; to be given back with {@link #releaseSnapshot}. */
    public Snapshot snapshot() {
        return db.getSnapshot();
    }

    /** Gives a pinned state up. */
    public void releaseSnapshot(Snapshot snapshot) {
        db.releaseSnapshot(snapshot);
    }

    /** Writes the memory tables of all families to files, as of one moment. */
    public void flush(boolean wait) {
        try (FlushOptions options = new FlushOptions().setWaitForFlush(wait).setAllowWriteStall(false)) {
            db.flush(options, handles);
        } catch (RocksDBException e) {
            throw new StorageException("cannot flush " + directory, e);
        }
    }

    /** Makes a copy of the present state in a new directory, of links to this database's files where possible. */
    public void checkpoint(Path target) {
        try (Checkpoint checkpoint = Checkpoint.create(db)) {
            checkpoint.createCheckpoint(target.toString());
        } catch (RocksDBException e) {
            throw new StorageException("cannot make a checkpoint of " + directory, e);
        }
    }

    /** Sums up a number that RocksDB keeps for each family. */
    public long property(String name) {
        try {
            long sum = 0;
            for (ColumnFamilyHandle handle : handles) {
                sum += db.getLongProperty(handle, name);
            }
            return sum;
        } catch (RocksDBException e) {
            throw new StorageException("cannot read " + name + " of " + directory, e);
        }
    }

    /** Takes one more reference. */
    public void retain() {
        references.incrementAndGet();
    }

    /** Another database has taken this one's place: its files go when the last reference is given up. */
    public void markObsolete() {
        obsolete = true;
    }

    /** Gives up a reference; the last one closes the database, without a flush. */
    public void release() {
        if (references.decrementAndGet() > 0) {
            return;
        }
        for (ColumnFamilyHandle handle : handles) {
            handle.close();
        }
        db.close();
        closeOwned();
        if (obsolete) {
            try {
                Directories.delete(directory);
            } catch (IOException e) {
                LOG.warn("left behind until the next start path={} problem={}", directory, e.toString());
            }
        }
    }

    private ColumnFamilyHandle handle(Family family) {
        return handles.get(family.slot() + 1);
    }

    private <T extends RocksObject> T own(T object) {
        owned.add(object);
        return object;
    }

    private void closeOwned() {
        for (int i = owned.size() - 1; i >= 0; i--) {
            owned.get(i).close();
        }
    }
}
