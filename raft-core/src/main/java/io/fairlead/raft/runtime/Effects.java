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
import io.fairlead.raft.message.HeartbeatBundle;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.message.Standing;
import io.fairlead.raft.spi.StateMachine;
import java.io.IOException;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The core's outbox: turns each effect into work for the stage that does it, and what that stage reports into an input.
 *
 * <p><b>Threads:</b> the loop calls the outbox; the reports come from the stages' workers and only queue.
 */
final class Effects<R> implements Outbox, Applier.Reports {
    private static final Logger log = LoggerFactory.getLogger(Effects.class);

    private static final long MAX_APPLY_BYTES = 64L << 20;
    private static final long PEER_LINGER_NANOS = 10_000_000_000L;

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
    private final SnapshotTraffic snapshots;
    private final Server server;
    private Configuration committed;
    /** How many proposals wait for the end of the answers that brought them about; the applier's. */
    private int proposedByAnswered;

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
                workers,
                new LoopWaits(
                        parts.loopWaits(), parts.config().electionTimeout().toNanos()),
                parts.config().segmentBytes(),
                batch -> loop.offerPersisted(now -> onPersisted(batch, now)),
                loop,
                parts.clock(),
                events,
                new Notes(),
                recovery.restored().standing() == Standing.WHOLE);
        this.snapshots =
                new SnapshotTraffic(parts, recovery, loop, events, published, proposals, applier::offer, this::server);
        this.server = new Server(
                settings(parts),
                recovery.restored(),
                parts.random().next(),
                parts.clock().nanoTime(),
                this);
        this.committed = server.configuration();
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

    SnapshotTraffic snapshots() {
        return snapshots;
    }

    Applier<R> applier() {
        return applier;
    }

    LogWriter logWriter() {
        return logWriter;
    }

    /**
     * Queues a proposal. What is proposed by those who are being answered waits until all of them are, or enough: the
     * first one alone would be a round by itself, and those behind it would come too late for it. Any thread.
     */
    void propose(Proposal<R> proposal) {
        if (!applier.isAnsweringCaller()) {
            loop.offer(proposal);
            return;
        }
        loop.leave(proposal);
        if (++proposedByAnswered == Gathering.ENOUGH) {
            proposedByAnswered = 0;
            loop.schedule();
        }
    }

    /** A message arrived; what concerns the bytes of snapshots never sees the core. False: dropped. Any thread. */
    boolean receive(RaftMessage message) {
        return snapshots.receive(message) || loop.receive(message);
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
        snapshots.begin(now);
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
        loop.onWriting(batch.number(), parts.clock().nanoTime());
        logWriter.offer(batch, parts.config().loopWaitsForDisk() || isSoleVoter());
    }

    private boolean isSoleVoter() {
        Configuration configuration = server.configuration();
        return server.leads() && configuration.voters().size() == 1 && !configuration.isJoint();
    }

    private void onPersisted(long batch, long now) {
        loop.onWritten(batch, now);
        server.onPersisted(batch, now);
    }

    @Override
    public void repaired(String why) {
        events.repaired(why);
    }

    @Override
    public void foundersAwaited(SortedSet<Long> silent) {
        events.foundersAwaited(silent);
    }

    /** What is kept beside the log. */
    private final class Notes implements LogWriter.Notes {
        @Override
        public void forgetLosses() throws IOException {
            parts.standing().delete();
            if (parts.log().recovered().damage() != null) {
                parts.log().endRepair();
            }
        }

        @Override
        public void holds(ConfigurationAt newest) throws IOException {
            parts.newestConfiguration().holds(newest);
        }
    }

    @Override
    public void apply(long from, long to, List<Entry> entries) {
        applier.offer(new ApplierTask.Apply(from, to, entries, parts.clock().nanoTime()));
    }

    @Override
    public void applied(EntryId applied, long durable, List<ConfigurationAt> configurations) {
        loop.offerApplied(now -> {
            server.onApplied(applied.index(), now);
            proposals.onApplied(applied.term());
            snapshots.onApplied(applied.index(), durable, now);
        });
        if (proposedByAnswered > 0) {
            proposedByAnswered = 0;
            loop.schedule();
        }
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
        snapshots.needed(atLeast);
    }

    @Override
    public void fetchSnapshot(long from, SnapshotMeta snapshot) {
        snapshots.fetch(from, snapshot);
    }

    @Override
    public void installSnapshot(SnapshotMeta snapshot) {
        snapshots.install(snapshot);
    }

    @Override
    public void frozen(SnapshotMeta draft, StateMachine.Snapshot state) {
        snapshots.frozen(draft, state);
    }

    @Override
    public void notWritten(IOException cause) {
        snapshots.notWritten(cause);
    }

    @Override
    public void restored(SnapshotMeta snapshot) {
        snapshots.restored(snapshot);
    }
}
