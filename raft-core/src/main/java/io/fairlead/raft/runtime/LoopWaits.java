package io.fairlead.raft.runtime;

import io.fairlead.raft.core.PersistBatch;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryKind;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Says when a loop may write to the log itself and wait for the disk, instead of waking the log writer and being woken by
 * what that has done: for a lone write the wake-ups cost as much as the sync.
 *
 * <p>The loop does nothing else meanwhile, so that this is done only where it is {@linkplain
 * io.fairlead.raft.RaftConfig#loopWaitsForDisk() wanted}, or does no harm; and even then for one group of the process at a
 * time, for small writes (large ones are better done beside the next messages), and on disks that have been quick lately.
 *
 * <p><b>Threads:</b> {@link #begin} and {@link #end} on the loop, {@link #onSynced} where the log is written.
 */
final class LoopWaits {
    private static final int SMALL_BYTES = 4 << 10;
    private static final int QUICK_PART = 100;
    private static final int SMOOTHING = 8;

    private final AtomicBoolean somebodyWaits;
    private final long quickNanos;
    private volatile long smoothedNanos;

    /**
     * @param somebodyWaits whether a group of this process is at it
     * @param electionTimeoutNanos what the time of a sync is measured by
     */
    LoopWaits(AtomicBoolean somebodyWaits, long electionTimeoutNanos) {
        this.somebodyWaits = somebodyWaits;
        this.quickNanos = electionTimeoutNanos / QUICK_PART;
        this.smoothedNanos = 2 * quickNanos; // Until it has shown that it is quick.
    }

    /** Takes the permission to write {@code batch} on the loop, if it is given; {@link #end} gives it back. */
    boolean begin(PersistBatch batch) {
        return smoothedNanos <= quickNanos && isSmall(batch) && somebodyWaits.compareAndSet(false, true);
    }

    void end() {
        somebodyWaits.set(false);
    }

    private static boolean isSmall(PersistBatch batch) {
        if (batch.reset() != null || batch.truncateFrom() != 0 || batch.endsRepair()) {
            return false; // Files may go.
        }
        List<Entry> entries = batch.entries();
        long bytes = 0;
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            bytes += entry.encodedLength();
            if (bytes > SMALL_BYTES || entry.kind() == EntryKind.CONFIGURATION) {
                return false; // A configuration is also kept in a file of its own.
            }
        }
        return true;
    }

    /**
     * A write was synced.
     *
     * @param tookNanos from the beginning of the write
     * @param rollIsSlow if a new segment would have to be made from scratch, which takes longer than all this saves
     */
    void onSynced(long tookNanos, boolean rollIsSlow) {
        long smoothed = smoothedNanos + (tookNanos - smoothedNanos) / SMOOTHING;
        smoothedNanos = rollIsSlow ? Math.max(smoothed, 2 * quickNanos) : smoothed;
    }
}
