package io.fairlead.kv.mvcc;

import io.fairlead.kv.KvOptions;
import io.fairlead.kv.rocks.BatchBuffer;
import io.fairlead.kv.rocks.Family;
import io.fairlead.kv.rocks.KvDatabase;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.rocksdb.RocksIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the versions that a compaction has made unreadable, in the background and in small steps. It walks over the
 * changes up to the compacted revision; each names the version that it ended, so nothing has to be searched. How far it
 * came is written with each step, so a crash costs one step.
 *
 * <p><b>Threads:</b> {@link #request} and {@link #close}, the applier; {@link #compacted}, any; the rest its own.
 */
public final class Compactor {
    private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);
    private static final byte[] PROGRESS = "compaction".getBytes(StandardCharsets.US_ASCII);

    private final KvDatabase db;
    private final KvOptions options;
    private final BatchBuffer batch;
    private final ScheduledExecutorService executor;
    private final CompletionFloor finished = new CompletionFloor();
    private volatile boolean closed;

    /** Goes on where the database ends. */
    public Compactor(KvDatabase db, KvOptions options) {
        db.retain();
        this.db = db;
        this.options = options;
        batch = db.newBatch();
        finished.reach(readProgress());
        executor = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "kv-compaction");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Starts deleting what is unreadable once {@code revision} is compacted, which is committed. */
    public void request(long revision) {
        if (revision > finished.value()) {
            executor.execute(() -> step(revision));
        }
    }

    /** Completes when everything behind a compaction is gone. */
    public CompletableFuture<Void> compacted(long revision) {
        return finished.reached(revision);
    }

    /** Stops before the next step. */
    public void close() {
        closed = true;
        executor.shutdownNow();
        try {
            executor.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        db.release();
    }

    private void step(long target) {
        if (closed || finished.value() >= target) {
            return;
        }
        try {
            long reached = deleteSome(finished.value(), target);
            finished.reach(reached);
            if (reached < target) {
                var unused =
                        executor.schedule(() -> step(target), options.compactionPauseMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (RuntimeException e) {
            if (!closed) {
                LOG.error("compaction stopped target={}", target, e);
            }
        }
    }

    /** Deletes a batch of versions from where it ended before. Returns the revision up to which all are gone. */
    private long deleteSome(long from, long target) {
        batch.clear();
        long done = from;
        boolean isLast = true;
        StoredVersion change = new StoredVersion();
        try (RocksIterator changes = db.iterator(Family.REV, null)) {
            for (changes.seek(Records.revisionKey(Math.max(from, 0), 0)); ViewReader.isValid(changes); changes.next()) {
                byte[] key = changes.key();
                long main = Records.getLong(key, 0);
                if (main > target) {
                    break;
                }
                if (batch.count() >= options.compactionBatch() && main > done) {
                    isLast = false; // stops between revisions only
                    break;
                }
                done = main;
                if (main > from) {
                    byte[] record = changes.value();
                    change.read(record, 0, record.length - Records.TRAILER_BYTES, 0, false);
                    deleteEnded(record, change.key());
                }
                if (key.length == Records.TOMBSTONE_KEY_BYTES && main < target) {
                    batch.delete(Family.REV, key, key.length);
                }
            }
        }
        long reached = isLast ? target : done;
        batch.put(Family.META, PROGRESS, Records.longValue(reached));
        db.write(batch);
        return reached;
    }

    /** Deletes the version that a change ended. */
    private void deleteEnded(byte[] record, byte[] key) {
        long main = Records.getLong(record, record.length - Records.TRAILER_BYTES);
        if (main == 0) {
            return;
        }
        int sub = Records.getInt(record, record.length - 4);
        byte[] historyKey = Records.historyKey(key, main, sub);
        batch.delete(Family.HISTORY, historyKey, historyKey.length);
        batch.delete(Family.REV, Records.revisionKey(main, sub), Records.REVISION_KEY_BYTES);
    }

    private long readProgress() {
        byte[] target = new byte[8];
        int length = db.get(Family.META, null, PROGRESS, PROGRESS.length, target);
        return length < 0 ? -1 : Records.getLong(target, 0);
    }
}
