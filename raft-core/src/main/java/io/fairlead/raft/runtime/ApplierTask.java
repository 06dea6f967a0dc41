package io.fairlead.raft.runtime;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.SnapshotMeta;
import java.util.List;

/** What the loop asks of the applier. */
sealed interface ApplierTask {
    /**
     * Apply committed entries.
     *
     * @param entries {@code from..to}, or empty if they must be read from the log
     * @param committedNanos when they were found to be committed
     */
    record Apply(long from, long to, List<Entry> entries, long committedNanos) implements ApplierTask {}

    /** Answer the reads as soon as {@code index} is applied. */
    record Release(long index, ReadBatch reads) implements ApplierTask {}

    /** Replace the state machine's state. */
    record Restore(SnapshotMeta snapshot) implements ApplierTask {}

    /** Freeze the state machine's state and have it written as the snapshot of this id. */
    record TakeSnapshot(long snapshotId) implements ApplierTask {}

    /** Close the state machine. */
    record Close(Completion done) implements ApplierTask {}
}
