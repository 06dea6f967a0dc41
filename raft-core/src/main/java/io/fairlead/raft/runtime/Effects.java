package io.fairlead.raft.runtime;

import io.fairlead.raft.RaftStatus.Role;
import io.fairlead.raft.core.Outbox;
import io.fairlead.raft.core.PersistBatch;
import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.core.Server;
import io.fairlead.raft.core.ServerSettings;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.FetchSnapshotChunk;
import io.fairlead.raft.message.HeartbeatBundle;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.SnapshotChunk;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.message.Standing;
import io.fairlead.raft.spi.StateMachine;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The core's outbox: turns each effect into work for the stage that does it, and what that stage reports into an input.
 *
 * <p><b>Threads:</b> the loop calls the outbox; the reports come from the stages' workers and only queue.
 */
final class Effects<R> implements Outbox, Applier.Reports, Snapshots.Reports, SnapshotFetcher.Reports {
    private static final Logger log = LoggerFactory.getLogger(Effects.class);

    private static final long MAX_APPLY_BYTES = 64L << 20;
    private static final long PEER_LINGER_NANOS = 10_000_000_000L;
    private static final long SNAPSHOT_RETRY_NANOS = 1_000_000_000L;
    private static final long COMPACTION_RETRY_NANOS = 1_000_000_000L;
    private static final long SNAPSHOT_IN_USE_NANOS = 30_000_000_000L;

    private final GroupParts<R> parts;
    private final long groupId;
    private final GroupLoop<R> loop;
    private final Events events;
    private final PublishedState published;
    private final Proposals<R> proposals;
    private final Reads reads;
    private final Changes changes;
    private final Applier<R> applier;
    private final LogWriter logWriter;
    private final Snapshots snapshots;
    private final SnapshotSender sender;
    private final SnapshotFetcher fetcher;
    private final Compaction compaction;
    private final Server server;
    private Configuration committed;
    private long durableIndex;
    private boolean installing;
    private boolean fetching;
    private long fetchingFrom;
    private long fetchingSince;
    private long submissionsBeforeSnapshot;
    private boolean compactionScheduled;
    private boolean becomesWhole;

    Effects(
            GroupParts<R> parts,
            Recovery recovery,
            GroupLoop<R> loop,
            Events events,
            PublishedState published,
            PendingProposals<R> pending,
            AtomicInteger pendingReads,
            long source) {
        this.parts = parts;
        this.groupId = parts.groupId();
        this.loop = loop;
        this.events = events;
        this.published = published;
        GroupWorkers workers = parts.workers();
        long electionTimeoutNanos = parts.config().electionTimeout().toNanos();
        this.applier = new Applier<>(
                groupId,
                source,
                parts.stateMachine(),
                parts.log(),
                parts.snapshots(),
                pending,
                published,
                recovery.applied(),
                recovery.replayedFrom(),
                recovery.appliedConfiguration(),
                workers.applier(),
                this,
                loop,
                parts.clock(),
                events);
        this.proposals = new Proposals<>(
                groupId, source, pending, workers.notifier(), recovery.applied().term());
        this.reads = new Reads(
                groupId,
                parts.config().requestTimeout().toNanos(),
                pendingReads,
                applier::offer,
                workers.notifier(),
                parts.random().next() >>> 1);
        this.changes = new Changes(groupId, workers.notifier());
        this.logWriter = new LogWriter(
                groupId,
                parts.log(),
                parts.transport(),
                workers.logWriter(),
                workers.background(),
                parts.config().segmentBytes(),
                batch -> loop.offerReport(now -> onPersisted(batch, now)),
                loop,
                parts.clock(),
                events,
                this::forgetLosses);
        this.snapshots = new Snapshots(
                groupId,
                parts.snapshots(),
                parts.config().snapshotEveryEntries(),
                parts.random(),
                applier::offer,
                workers.snapshots(),
                workers.notifier(),
                parts.clock(),
                this);
        this.sender =
                new SnapshotSender(groupId, parts.snapshots(), parts.transport(), workers.background(), parts.clock());
        this.fetcher = new SnapshotFetcher(
                groupId,
                parts.memberId(),
                parts.snapshots(),
                parts.transport(),
                workers.background(),
                electionTimeoutNanos,
                this);
        this.compaction = new Compaction(
                groupId,
                parts.config(),
                parts.log(),
                parts.configurations(),
                recovery.writtenConfigurationIndex(),
                workers.background(),
                first -> loop.offerTask(now -> onCompacted(first)));
        this.durableIndex = parts.stateMachine().durableIndex();
        this.server = new Server(
                settings(parts),
                recovery.restored(),
                parts.random().next(),
                parts.clock().nanoTime(),
                this);
        this.committed = server.configuration();
        this.becomesWhole =
                server.standing() == Standing.WHOLE; // What it began as is of no interest once it has written.
    }

    private static ServerSettings settings(GroupParts<?> parts) {
        return new ServerSettings(
                parts.memberId(),
                parts.config().electionTimeout().toNanos(),
                parts.config().heartbeatInterval().toNanos(),
                parts.config().maxAppendBytes(),
                parts.config().maxInflightMessages(),
                parts.config().maxInflightBytes(),
                parts.config().maxUncommittedBytes(),
                MAX_APPLY_BYTES,
                parts.config().logCacheBytes());
    }

    Server server() {
        return server;
    }

    Proposals<R> proposals() {
        return proposals;
    }

    Reads reads() {
        return reads;
    }

    Changes changes() {
        return changes;
    }

    Snapshots snapshots() {
        return snapshots;
    }

    Applier<R> applier() {
        return applier;
    }

    LogWriter logWriter() {
        return logWriter;
    }

    SnapshotFetcher fetcher() {
        return fetcher;
    }

    /** A message arrived; what concerns the bytes of snapshots never sees the core. False: dropped. Any thread. */
    boolean receive(RaftMessage message) {
        if (message instanceof FetchSnapshotChunk fetch) {
            sender.onFetch(fetch);
            return true;
        }
        if (message instanceof SnapshotChunk chunk) {
            fetcher.onChunk(chunk);
            return true;
        }
        return loop.receive(message);
    }

    /** Begins; the first thing that runs. */
    void begin(long now) {
        parts.peers().add(groupId, server.configuration());
        published.publish(server.configuration());
        events.begins(
                Role.valueOf(server.role()),
                server.term(),
                server.configuration(),
                server.configurationId().index(),
                server.configurationId().index() <= server.commitIndex());
        SnapshotMeta latest = snapshots.latest();
        if (latest != null) {
            server.onSnapshotAvailable(latest, now);
        }
    }

    // ------------------------------------------------------------------------------------------- Outbox

    @Override
    public void send(RaftMessage message) {
        if (HeartbeatBundle.takes(message)) {
            parts.bundler().offer(groupId, message);
        } else {
            parts.transport().send(groupId, message);
        }
    }

    @Override
    public void persist(PersistBatch batch) {
        if (becomesWhole) {
            becomesWhole = false;
            logWriter.lossesEndWith(batch.number());
        }
        loop.onWriting(batch.number(), parts.clock().nanoTime());
        logWriter.offer(batch);
    }

    private void onPersisted(long batch, long now) {
        loop.onWritten(batch, now);
        server.onPersisted(batch, now);
    }

    @Override
    public void repaired(String why) {
        events.repaired(why);
        becomesWhole = true;
        loop.offerTask(now -> {
            if (becomesWhole) { // The step had nothing to write.
                becomesWhole = false;
                logWriter.lossesEnd();
            }
        });
    }

    private void forgetLosses() throws IOException {
        parts.standing().delete();
        if (parts.log().recovered().damage() != null) {
            parts.log().endRepair();
        }
    }

    @Override
    public void apply(long from, long to, List<Entry> entries) {
        applier.offer(new ApplierTask.Apply(from, to, entries));
    }

    @Override
    public void applied(EntryId applied, long durable, List<ConfigurationAt> configurations) {
        loop.offerReport(now -> {
            durableIndex = durable;
            server.onApplied(applied.index(), now);
            proposals.onApplied(applied.term());
            snapshots.onApplied(applied.index(), durable);
            compact(now);
        });
    }

    @Override
    public void readEntries(long peer, long from, long to, int maxBytes) {
        parts.workers().background().execute(() -> {
            List<Entry> read = read(from, to, maxBytes);
            loop.offerTask(now -> server.onEntriesRead(peer, from, read, now));
        });
    }

    private List<Entry> read(long from, long to, int maxBytes) {
        try {
            return parts.log().read(from, to, maxBytes);
        } catch (IOException e) {
            log.error("group={} member={} cannot read index={} for a follower", groupId, parts.memberId(), from, e);
            return List.of();
        }
    }

    @Override
    public void readReady(long readId, long index) {
        reads.ready(readId, index);
    }

    @Override
    public void readRefused(long readId, Refusal refusal) {
        reads.refused(readId, refusal);
    }

    @Override
    public void proposalRefused(long source, long sequence, Refusal refusal) {
        proposals.refused(source, sequence, refusal, server.leader());
    }

    @Override
    public void roleChanged(String role, long term, long leader, String why) {
        loop.onLeaderChanged();
        events.roleChanged(Role.valueOf(role), term, leader, why);
    }

    @Override
    public void configurationChanged(Configuration configuration, EntryId at, boolean isCommitted) {
        parts.peers().add(groupId, configuration);
        published.publish(configuration);
        if (isCommitted && !configuration.isJoint()) {
            for (Member member : committed.members()) {
                if (!configuration.contains(member.id()) && member.id() != parts.memberId()) {
                    forgetLater(member.id());
                }
            }
            committed = configuration;
        }
        events.configurationChanged(configuration, at, isCommitted);
    }

    /** A removed member may still have to hear that it is; after a while nobody needs its address. */
    private void forgetLater(long memberId) {
        parts.workers().loop().schedule(PEER_LINGER_NANOS, () -> {
            if (!server.configuration().contains(memberId)) {
                parts.peers().remove(groupId, memberId);
            }
        });
    }

    @Override
    public void changeEnded(long changeId, Refusal refusal, String why) {
        changes.ended(changeId, refusal, why, server.leader());
    }

    // ---------------------------------------------------------------------------------------- snapshots

    @Override
    public void snapshotNeeded(long peer, long atLeast) {
        SnapshotMeta latest = snapshots.latest();
        if (latest != null && latest.lastIncluded().index() >= atLeast) {
            loop.offerTask(now -> server.onSnapshotAvailable(latest, now));
        } else {
            snapshots.need(atLeast, published.appliedIndex());
        }
    }

    @Override
    public void frozen(SnapshotMeta draft, StateMachine.Snapshot state) {
        snapshots.write(draft, state);
    }

    @Override
    public void written(SnapshotMeta snapshot, long tookNanos) {
        loop.offerTask(now -> {
            events.snapshotTaken(snapshot, tookNanos);
            snapshots.onWritten(snapshot);
            server.onSnapshotAvailable(snapshot, now);
            deleteObsoleteSnapshots();
            compact(now);
        });
    }

    private void deleteObsoleteSnapshots() {
        if (!fetching && !sender.hasServedWithin(SNAPSHOT_IN_USE_NANOS)) {
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
                            SNAPSHOT_RETRY_NANOS,
                            () -> loop.offerTask(later -> snapshots.retryNeeded(published.appliedIndex())));
        });
    }

    @Override
    public void broken(RuntimeException cause) {
        loop.failed("the state machine could not write a snapshot", cause);
    }

    @Override
    public void fetchSnapshot(long from, SnapshotMeta snapshot) {
        fetching = true;
        fetchingFrom = from;
        fetchingSince = parts.clock().nanoTime();
        submissionsBeforeSnapshot = proposals.submissions();
        fetcher.start(from, snapshot, server.term());
    }

    @Override
    public void received(SnapshotMeta snapshot) {
        loop.offerTask(now -> {
            fetching = false;
            server.onSnapshotReceived(snapshot, now);
            if (!installing) {
                fetcher.finish(snapshot.id());
            }
        });
    }

    @Override
    public void failed(SnapshotMeta snapshot) {
        loop.offerTask(now -> {
            fetching = false;
            server.onSnapshotFailed(snapshot.id(), now);
        });
    }

    @Override
    public void installSnapshot(SnapshotMeta snapshot) {
        installing = true;
        applier.offer(new ApplierTask.Restore(snapshot));
    }

    @Override
    public void restored(SnapshotMeta snapshot) {
        loop.offerTask(now -> {
            installing = false;
            events.snapshotInstalled(snapshot, fetchingFrom, now - fetchingSince);
            fetcher.finish(snapshot.id());
            snapshots.onInstalled(snapshot);
            server.onSnapshotInstalled(snapshot, now);
            proposals.onRestored(snapshot.lastIncluded().term(), submissionsBeforeSnapshot);
            deleteObsoleteSnapshots();
        });
    }

    private void compact(long now) {
        compaction.consider(server, server.appliedIndex(), Math.max(durableIndex, snapshots.latestIndex()), now);
        if (compaction.isHeldUp() && !compactionScheduled) {
            compactionScheduled = true;
            parts.workers()
                    .loop()
                    .schedule(
                            COMPACTION_RETRY_NANOS,
                            () -> loop.offerTask(later -> {
                                compactionScheduled = false;
                                compact(later);
                            }));
        }
    }

    private void onCompacted(long firstIndex) {
        compaction.onDone();
        if (firstIndex > 0) {
            server.onCompacted(firstIndex);
        }
    }
}
