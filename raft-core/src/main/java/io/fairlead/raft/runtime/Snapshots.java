package io.fairlead.raft.runtime;

import io.fairlead.raft.NotAcceptedException;
import io.fairlead.raft.RaftException;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.spi.Clock;
import io.fairlead.raft.spi.SnapshotStore;
import io.fairlead.raft.spi.StateMachine;
import io.fairlead.raft.spi.Worker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when this member takes a snapshot, one at a time: the applier freezes the state, the snapshot worker writes it
 * while commands go on being applied.
 *
 * <p><b>Threads:</b> the loop, but for {@link #write}.
 *
 * <p><b>Failure:</b> a snapshot that cannot be written is reported and tried again later; the group goes on.
 */
final class Snapshots {
    private static final Logger log = LoggerFactory.getLogger(Snapshots.class);

    private final long groupId;
    private final SnapshotStore store;
    private final long everyEntries;
    private final SplitMix ids;
    private final Consumer<ApplierTask> applier;
    private final Worker writer;
    private final Worker notifier;
    private final Clock clock;
    private final Reports reports;
    private final List<CompletableFuture<Long>> waiting = new ArrayList<>();
    private @Nullable SnapshotMeta latest;
    private boolean taking;
    private long attemptedAt;
    private long neededIndex;

    /** What writing a snapshot leads to. <b>Threads:</b> called on the snapshot worker. */
    interface Reports {
        /** It is there, durable. */
        void written(SnapshotMeta snapshot, long tookNanos);

        /** It could not be written. */
        void notWritten(IOException cause);

        /** The state machine failed while it wrote. */
        void broken(RuntimeException cause);
    }

    Snapshots(
            long groupId,
            SnapshotStore store,
            long everyEntries,
            SplitMix ids,
            Consumer<ApplierTask> applier,
            Worker writer,
            Worker notifier,
            Clock clock,
            Reports reports) {
        this.groupId = groupId;
        this.store = store;
        this.everyEntries = everyEntries;
        this.ids = ids;
        this.applier = applier;
        this.writer = writer;
        this.notifier = notifier;
        this.clock = clock;
        this.reports = reports;
        this.latest = store.latest().orElse(null);
        this.attemptedAt = latestIndex();
    }

    /** The newest snapshot there is. */
    @Nullable SnapshotMeta latest() {
        return latest;
    }

    /** What the newest snapshot stands for, 0 if there is none. */
    long latestIndex() {
        return latest == null ? 0 : latest.lastIncluded().index();
    }

    /** The applier has got to {@code index}; a state machine in memory is snapshot from time to time. */
    void onApplied(long index, long durableIndex) {
        boolean due = durableIndex == 0 && index - attemptedAt >= everyEntries;
        boolean needed = neededIndex > latestIndex() && index >= neededIndex && index > attemptedAt;
        if ((due || needed) && !taking) {
            take(index);
        }
    }

    /** Somebody wants a snapshot of what is applied now. */
    void request(CompletableFuture<Long> done, long appliedIndex) {
        if (appliedIndex == latestIndex()) {
            notifier.execute(() -> done.complete(appliedIndex));
            return;
        }
        waiting.add(done);
        if (!taking) {
            take(appliedIndex);
        }
    }

    /** A peer needs a snapshot of {@code atLeast} or later; it is taken as soon as that is applied. */
    void need(long atLeast, long appliedIndex) {
        neededIndex = Math.max(neededIndex, atLeast);
        retryNeeded(appliedIndex);
    }

    /** Takes a snapshot if a peer still needs one. */
    void retryNeeded(long appliedIndex) {
        if (!taking && neededIndex > latestIndex() && appliedIndex >= neededIndex) {
            take(appliedIndex);
        }
    }

    private void take(long appliedIndex) {
        taking = true;
        attemptedAt = appliedIndex;
        applier.accept(new ApplierTask.TakeSnapshot(ids.next()));
    }

    /** The state is frozen: has it written. Called by the applier. */
    void write(SnapshotMeta draft, StateMachine.Snapshot state) {
        long begun = clock.nanoTime();
        writer.execute(() -> {
            try (state;
                    SnapshotStore.Draft file = store.create(draft)) {
                state.writeTo(file.stream());
                SnapshotMeta snapshot = file.publish();
                reports.written(snapshot, clock.nanoTime() - begun);
            } catch (IOException e) {
                reports.notWritten(e);
            } catch (RuntimeException e) {
                reports.broken(e);
            }
        });
    }

    /** A snapshot was taken here; meanwhile the applier may have got so far that the next one is due. */
    void onWritten(SnapshotMeta snapshot, long appliedIndex, long durableIndex) {
        taking = false;
        latest = snapshot;
        long index = snapshot.lastIncluded().index();
        List<CompletableFuture<Long>> done = List.copyOf(waiting);
        waiting.clear();
        notifier.execute(() -> done.forEach(each -> each.complete(index)));
        onApplied(appliedIndex, durableIndex);
    }

    /** A snapshot could not be taken. */
    void onNotWritten(IOException cause) {
        taking = false;
        log.warn("group={} could not write a snapshot; the log grows until one succeeds", groupId, cause);
        failWaiting(new NotAcceptedException(
                Refusal.SICK_DISK, 0, "group " + groupId + " could not write the snapshot: " + cause.getMessage()));
    }

    /** A snapshot of a peer was installed. */
    void onInstalled(SnapshotMeta snapshot) {
        latest = snapshot;
        attemptedAt = snapshot.lastIncluded().index();
    }

    boolean isTaking() {
        return taking;
    }

    /** The group stops. */
    void failWaiting(RaftException failure) {
        List<CompletableFuture<Long>> failed = List.copyOf(waiting);
        waiting.clear();
        if (!failed.isEmpty()) {
            notifier.execute(() -> failed.forEach(each -> each.completeExceptionally(failure)));
        }
    }

    /** Deletes older snapshots, unless something is being written beside them. */
    void deleteObsolete() {
        SnapshotMeta keep = latest;
        if (!taking && keep != null) {
            writer.execute(() -> {
                try {
                    store.deleteObsolete(keep);
                } catch (IOException e) {
                    log.warn("group={} could not delete old snapshots", groupId, e);
                }
            });
        }
    }
}
