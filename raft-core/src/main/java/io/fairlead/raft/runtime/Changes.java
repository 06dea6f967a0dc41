package io.fairlead.raft.runtime;

import io.fairlead.raft.NotAcceptedException;
import io.fairlead.raft.RaftException;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.spi.Worker;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Membership changes and leadership transfers that somebody waits for.
 *
 * <p><b>Threads:</b> the loop; answers are given on the notifier.
 */
final class Changes {
    private final long groupId;
    private final Worker notifier;
    private final TreeMap<Long, CompletableFuture<Void>> waiting = new TreeMap<>();
    private long lastChangeId;

    Changes(long groupId, Worker notifier) {
        this.groupId = groupId;
        this.notifier = notifier;
    }

    /** Registers somebody who waits, and names the change. */
    long add(CompletableFuture<Void> done) {
        long changeId = ++lastChangeId;
        waiting.put(changeId, done);
        return changeId;
    }

    /** A change ended. */
    void ended(long changeId, Refusal refusal, String why, long leader) {
        CompletableFuture<Void> done = waiting.remove(changeId);
        if (done == null) {
            return;
        }
        if (refusal == Refusal.NONE) {
            notifier.execute(() -> done.complete(null));
        } else {
            fail(done, new NotAcceptedException(refusal, leader, "group " + groupId + " did not change: " + why));
        }
    }

    /** The group stops. */
    void failAll(RaftException failure) {
        waiting.values().forEach(done -> fail(done, failure));
        waiting.clear();
    }

    private void fail(CompletableFuture<Void> done, RaftException failure) {
        notifier.execute(() -> done.completeExceptionally(failure));
    }
}
