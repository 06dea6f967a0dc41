package io.fairlead.raft.runtime;

import io.fairlead.raft.RaftException;
import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.FetchSnapshotChunk;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.SnapshotChunk;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.spi.StateMachine;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Snapshots on their way: taken here, offered to peers, fetched from one, installed; and the log that is cut behind them.
 *
 * <p><b>Threads:</b> the loop; the reports come from the workers of snapshots and only queue.
 */
final class SnapshotTraffic implements Snapshots.Reports, SnapshotFetcher.Reports {
    private static final long RETRY_NANOS = 1_000_000_000L;
    private static final long IN_USE_NANOS = 30_000_000_000L;

    private final GroupParts<?> parts;
    private final GroupLoop<?> loop;
    private final Events events;
    private final PublishedState published;
    private final Proposals<?> proposals;
    private final Consumer<ApplierTask> applier;
    private final Supplier<Server> core;
    private final Snapshots snapshots;
    private final SnapshotSender sender;
    private final SnapshotFetcher fetcher;
    private final Compaction compaction;
    private long durableIndex;
    private boolean installing;
    private boolean fetching;
    private long fetchingFrom;
    private long fetchingSince;
    private long submissionsBeforeSnapshot;
    private boolean compactionScheduled;

    /** @param core asked for when something has happened, not before */
    SnapshotTraffic(
            GroupParts<?> parts,
            Recovery recovery,
            GroupLoop<?> loop,
            Events events,
            PublishedState published,
            Proposals<?> proposals,
            Consumer<ApplierTask> applier,
            Supplier<Server> core) {
        this.parts = parts;
        this.loop = loop;
        this.events = events;
        this.published = published;
        this.proposals = proposals;
        this.applier = applier;
        this.core = core;
        GroupWorkers workers = parts.workers();
        this.snapshots = new Snapshots(
                parts.groupId(),
                parts.snapshots(),
                parts.config().snapshotEveryEntries(),
                parts.random(),
                applier,
                workers.snapshots(),
                workers.notifier(),
                parts.clock(),
                this);
        this.sender = new SnapshotSender(
                parts.groupId(),
                parts.snapshots(),
                parts.transport(),
                workers.background(),
                parts.snapshotRates().outgoing(),
                parts.clock());
        this.fetcher = new SnapshotFetcher(
                parts.groupId(),
                parts.memberId(),
                parts.snapshots(),
                parts.transport(),
                workers.background(),
                parts.snapshotRates().incoming(),
                parts.config().electionTimeout().toNanos(),
                this);
        this.compaction = new Compaction(
                parts.groupId(),
                parts.config(),
                parts.log(),
                parts.configurations(),
                recovery.writtenConfigurationIndex(),
                workers.background(),
                first -> loop.offerTask(now -> onCompacted(first, now)));
        this.durableIndex = parts.stateMachine().durableIndex();
    }

    /** The newest snapshot can be offered. */
    void begin(long now) {
        SnapshotMeta latest = snapshots.latest();
        if (latest != null) {
            core.get().onSnapshotAvailable(latest, now);
        }
    }

    /** Takes what concerns the bytes of snapshots; false: the message is of another kind. Any thread. */
    boolean receive(RaftMessage message) {
        if (message instanceof FetchSnapshotChunk fetch) {
            sender.onFetch(fetch);
            return true;
        }
        if (message instanceof SnapshotChunk chunk) {
            fetcher.onChunk(chunk);
            return true;
        }
        return false;
    }

    /** Takes a snapshot now and answers with what it stands for. */
    void request(CompletableFuture<Long> done) {
        snapshots.request(done, published.appliedIndex());
    }

    /** The applier has got to {@code index}. */
    void onApplied(long index, long durable, long now) {
        durableIndex = durable;
        snapshots.onApplied(index, durable);
        compact(now);
    }

    /** The group stops: nobody is answered any more. */
    void failWaiting(RaftException failure) {
        snapshots.failWaiting(failure);
    }

    /** Ends what is being fetched. On the background worker. */
    void close() {
        fetcher.close();
    }

    /** A peer lacks entries that are no longer in the log: offers a snapshot of {@code atLeast} or later. */
    void needed(long atLeast) {
        SnapshotMeta latest = snapshots.latest();
        if (latest != null && latest.lastIncluded().index() >= atLeast) {
            loop.offerTask(now -> core.get().onSnapshotAvailable(latest, now));
        } else {
            snapshots.need(atLeast, published.appliedIndex());
        }
    }

    /** The applier has frozen the state. Its thread. */
    void frozen(SnapshotMeta draft, StateMachine.Snapshot state) {
        snapshots.write(draft, state);
    }

    @Override
    public void written(SnapshotMeta snapshot, long tookNanos) {
        loop.offerTask(now -> {
            events.snapshotTaken(snapshot, tookNanos);
            snapshots.onWritten(snapshot, published.appliedIndex(), durableIndex);
            core.get().onSnapshotAvailable(snapshot, now);
            deleteObsolete();
            compact(now);
        });
    }

    private void deleteObsolete() {
        if (!fetching && !sender.hasServedWithin(IN_USE_NANOS)) {
            snapshots.deleteObsolete();
        }
    }

    @Override
    public void notWritten(IOException cause) {
        loop.offerTask(now -> {
            snapshots.onNotWritten(cause);
            parts.workers()
                    .loop()
                    .schedule(
                            RETRY_NANOS,
                            () -> loop.offerTask(later -> snapshots.retryNeeded(published.appliedIndex())));
        });
    }

    @Override
    public void broken(RuntimeException cause) {
        loop.failed("the state machine could not write a snapshot", cause);
    }

    /** Fetches what a peer offers. */
    void fetch(long from, SnapshotMeta snapshot) {
        fetching = true;
        fetchingFrom = from;
        fetchingSince = parts.clock().nanoTime();
        submissionsBeforeSnapshot = proposals.submissions();
        fetcher.start(from, snapshot, core.get().term());
    }

    @Override
    public void received(SnapshotMeta snapshot) {
        loop.offerTask(now -> {
            fetching = false;
            core.get().onSnapshotReceived(snapshot, now);
            if (!installing) {
                fetcher.finish(snapshot.id());
            }
        });
    }

    @Override
    public void failed(SnapshotMeta snapshot) {
        loop.offerTask(now -> {
            fetching = false;
            core.get().onSnapshotFailed(snapshot.id(), now);
        });
    }

    /** Replaces the state machine's state. */
    void install(SnapshotMeta snapshot) {
        installing = true;
        applier.accept(new ApplierTask.Restore(snapshot));
    }

    /** The state machine contains the snapshot. The applier's thread. */
    void restored(SnapshotMeta snapshot) {
        loop.offerTask(now -> {
            installing = false;
            events.snapshotInstalled(snapshot, fetchingFrom, now - fetchingSince);
            fetcher.finish(snapshot.id());
            snapshots.onInstalled(snapshot);
            core.get().onSnapshotInstalled(snapshot, now);
            proposals.onRestored(snapshot.lastIncluded().term(), submissionsBeforeSnapshot);
            deleteObsolete();
        });
    }

    private void compact(long now) {
        Server server = core.get();
        compaction.consider(server, server.appliedIndex(), Math.max(durableIndex, snapshots.latestIndex()), now);
        if (compaction.isHeldUp() && !compactionScheduled) {
            compactionScheduled = true;
            parts.workers()
                    .loop()
                    .schedule(
                            RETRY_NANOS,
                            () -> loop.offerTask(later -> {
                                compactionScheduled = false;
                                compact(later);
                            }));
        }
    }

    private void onCompacted(long firstIndex, long now) {
        compaction.onDone();
        core.get().onCompacted(firstIndex);
        compact(now); // A later snapshot may have been there before this ended.
    }
}
