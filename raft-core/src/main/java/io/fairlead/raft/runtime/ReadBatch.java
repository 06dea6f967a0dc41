package io.fairlead.raft.runtime;

import io.fairlead.raft.RaftException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reads that arrived together and are answered together.
 *
 * <p><b>Threads:</b> immutable but for the answer, which the first one to come gives.
 */
final class ReadBatch {
    final long deadlineNanos;
    private final List<CompletableFuture<Long>> reads;
    private final AtomicInteger pendingReads;
    private final AtomicBoolean answered = new AtomicBoolean();

    /** {@code pendingReads} is lowered by the number of reads when they are answered. */
    ReadBatch(List<CompletableFuture<Long>> reads, long deadlineNanos, AtomicInteger pendingReads) {
        this.reads = reads;
        this.deadlineNanos = deadlineNanos;
        this.pendingReads = pendingReads;
    }

    boolean isAnswered() {
        return answered.get();
    }

    /** Releases the reads: {@code appliedIndex} is applied. Called on the apply thread. */
    void complete(long appliedIndex) {
        if (answered.compareAndSet(false, true)) {
            pendingReads.addAndGet(-reads.size());
            for (CompletableFuture<Long> read : reads) {
                read.complete(appliedIndex);
            }
            reads.clear();
        }
    }

    /** Refuses the reads; callbacks run on the caller's thread, so never on the loop. */
    void fail(RaftException failure) {
        if (answered.compareAndSet(false, true)) {
            pendingReads.addAndGet(-reads.size());
            for (CompletableFuture<Long> read : reads) {
                read.completeExceptionally(failure);
            }
            reads.clear();
        }
    }
}
