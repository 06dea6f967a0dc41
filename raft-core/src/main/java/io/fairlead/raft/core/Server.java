package io.fairlead.raft.core;

import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.message.Standing;
import java.util.List;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * One member of one group, as the Raft paper describes it: figure 2's state, and where messages, ticks and completions
 * arrive. It decides; others do: every effect goes to the {@link Outbox}. The rules themselves live with what they are
 * about: {@link Elections}, {@link Leadership}, {@link Following}, {@link MembershipChange}, {@link LeadershipTransfer}.
 *
 * <p>The caller feeds any number of inputs and then calls {@link #flush}: that is one step, and makes one batch for the
 * disk and one round of messages of whatever has come together.
 *
 * <p><b>Threads:</b> none of its own; one caller at a time.
 *
 * <p><b>Failure:</b> {@link InvariantViolation} says that a rule is broken. The member must stop and keep its files.
 */
public final class Server {
    /** A peer that is further behind than this is not waited for with compaction; it gets a snapshot. */
    static final long MAX_RETAINED_FOR_PEER = 1_000_000;

    final ServerSettings settings;
    final Outbox outbox;
    final RaftLog log;
    final ConfigurationHistory configurations;
    final PersistentState persistent;
    final Candidacy candidacy;
    final ElectionTimer timer;
    final ReadRequests reads;
    final RoleChanges roles;
    final LeadershipTransfer transfer;
    final MembershipChange membership;
    final Following following;
    final LogChanges changes;
    final Repair repair;
    final SickDisk disk;
    final Quiescence quiescence;

    private final Elections elections;
    private final ForwardedProposals forwarded;
    private final MessageDispatch dispatch;
    private final SplitMix random;

    private @Nullable SnapshotMeta newestSnapshot;

    /**
     * A member as it comes back from its disk, as a follower.
     *
     * @param seed this life's randomness: draws election timeouts and nothing else that matters
     * @param now monotonic nanoseconds, as in every later call
     */
    public Server(ServerSettings settings, Restored restored, long seed, long now, Outbox outbox) {
        this.settings = settings;
        this.outbox = outbox;
        this.random = new SplitMix(seed);
        this.log = new RaftLog(restored, settings.logCacheBytes());
        this.configurations = new ConfigurationHistory(restored.configurations());
        this.persistent = new PersistentState(restored.hardState(), log, outbox);
        this.candidacy = new Candidacy(this);
        this.timer = new ElectionTimer(this, random);
        this.reads = new ReadRequests(this);
        this.roles = new RoleChanges(this);
        this.transfer = new LeadershipTransfer(this);
        this.membership = new MembershipChange(this);
        this.following = new Following(this);
        this.changes = new LogChanges(this);
        this.disk = new SickDisk(this);
        this.quiescence = new Quiescence(this);
        this.elections = new Elections(this);
        this.forwarded = new ForwardedProposals(this, random.next(), restored);
        this.repair = new Repair(this, restored.standing(), random.next(), now);
        this.dispatch = new MessageDispatch(this, elections, following, forwarded);
        if (candidacy.mayHavePromised(restored.fresh())) {
            timer.promise(now); // A former life may have promised as much (rule K4).
        }
        timer.reset(now);
    }

    // ------------------------------------------------------------------------------------------------ inputs

    /** A message arrived. Messages meant for another member are dropped. */
    public void onMessage(RaftMessage message, long now) {
        if (message.to() != settings.memberId() || message.from() == settings.memberId()) {
            return;
        }
        dispatch.onMessage(message, now);
    }

    /** Time has passed. Early calls are harmless. */
    public void onTick(long now) {
        if (transfer.isPending()) {
            transfer.onTick(now);
        }
        reads.expire(now);
        Leadership leadership = leadership();
        if (leadership != null) {
            if (now >= leadership.heartbeatDeadline()) {
                leadership.onHeartbeatTimeout(now);
            }
        } else if (now >= timer.deadline() && timer.expire(now) && elections.mayCampaign()) {
            elections.startPreVote(now);
        }
    }

    /** When {@link #onTick} wants to be called next. */
    public long nextDeadlineNanos() {
        Leadership leadership = leadership();
        long deadline = leadership != null ? leadership.heartbeatDeadline() : timer.deadline();
        return Math.min(Math.min(deadline, repair.deadline()), Math.min(reads.deadline(), transfer.deadline()));
    }

    /** Appends a proposal if this member leads, else brings it to the leader. */
    public void propose(Entry proposal, long now) {
        quiescence.wake(now);
        if (leadership() != null) {
            Refusal refusal = proposeAsLeader(proposal);
            if (refusal != Refusal.NONE) {
                outbox.proposalRefused(proposal.source(), proposal.sequence(), refusal);
            }
        } else if (leader() != 0) {
            forwarded.add(proposal);
        } else {
            outbox.proposalRefused(proposal.source(), proposal.sequence(), Refusal.NOT_LEADER);
        }
    }

    Refusal proposeAsLeader(Entry proposal) {
        if (transfer.isPending()) {
            return Refusal.TRANSFER_IN_PROGRESS;
        }
        Leadership leadership = leadership();
        return leadership != null ? leadership.propose(proposal) : Refusal.NOT_LEADER;
    }

    /** Asks for an index at which a read that begins now is linearizable (dissertation §6.4). */
    public void readIndex(long readId, long now) {
        quiescence.wake(now);
        reads.read(readId, now);
    }

    /** All batches up to this number are durable. */
    public void onPersisted(long batchNumber, long now) {
        persistent.onPersisted(batchNumber);
        repair.onPersisted(batchNumber);
        Leadership leadership = leadership();
        if (leadership != null) {
            leadership.advanceCommit(now);
        } else if (persistent.isTermDurable()) {
            elections.onOwnVoteDurable(now);
        }
    }

    /** The state machine has applied everything up to {@code index}. */
    public void onApplied(long index, long now) {
        log.applied(index);
    }

    /** Answers {@link Outbox#readEntries}; an empty list says that the entries are gone or could not be read. */
    public void onEntriesRead(long peer, long from, List<Entry> entries, long now) {
        Leadership leadership = leadership();
        if (leadership != null) {
            leadership.replication().onEntriesRead(peer, from, entries, now);
        }
    }

    /** A snapshot of this member's state exists. */
    public void onSnapshotAvailable(SnapshotMeta snapshot, long now) {
        if (newestSnapshot == null
                || snapshot.lastIncluded().index()
                        >= newestSnapshot.lastIncluded().index()) {
            newestSnapshot = snapshot;
        }
        Leadership leadership = leadership();
        if (leadership != null) {
            leadership.snapshots().onAvailable();
        }
    }

    /** The snapshot that {@link Outbox#fetchSnapshot} asked for is here and durable. */
    public void onSnapshotReceived(SnapshotMeta snapshot, long now) {
        following.onSnapshotReceived(snapshot);
    }

    /** The snapshot that {@link Outbox#fetchSnapshot} asked for cannot be had, or is not good. */
    public void onSnapshotFailed(long snapshotId, long now) {
        following.onSnapshotFailed(snapshotId);
    }

    /** The state machine has been restored from a snapshot. */
    public void onSnapshotInstalled(SnapshotMeta snapshot, long now) {
        following.onSnapshotInstalled(snapshot, now);
        newestSnapshot = snapshot;
    }

    /**
     * The node of a member, which may be this one, is in another life, or silent if {@code life} is 0. Who is told
     * nothing of its own node stays awake.
     *
     * @param heardAt when the node was last heard of in its former life
     */
    public void onNode(long member, long life, long heardAt, long now) {
        quiescence.onNode(member, life, heardAt, now);
    }

    /** The connection to a peer is down: what is under way to it may be lost. */
    public void onUnreachable(long peer, long now) {
        Leadership leadership = leadership();
        if (leadership != null) {
            leadership.onUnreachable(peer);
        }
    }

    /** Entries before {@code firstIndex} are no longer on disk. */
    public void onCompacted(long firstIndex) {
        log.compactTo(firstIndex);
        configurations.compactTo(log.beforeFirst().index());
    }

    /** Tells how long the oldest un-synced write has been waiting; 0 if none. */
    public void onDiskDelay(long oldestUnsyncedNanos, long now) {
        disk.onDelay(oldestUnsyncedNanos, now);
    }

    /**
     * This process stood still for {@code nanos}, until now: a leader serves nobody before a quorum has answered it again.
     * To be told before whatever has queued meanwhile.
     */
    public void onPause(long nanos, long now) {
        Leadership leadership = leadership();
        if (leadership != null && nanos >= settings.electionTimeoutNanos()) {
            leadership.confirmFrom(now);
        }
    }

    /** Hands leadership to {@code target}, or to the best voter if 0; the end is told by {@link Outbox#changeEnded}. */
    public void transferLeadership(long changeId, long target, long now) {
        quiescence.wake(now);
        transfer.start(changeId, target, now);
    }

    /** Makes {@code target} the configuration; the end is told by {@link Outbox#changeEnded}. */
    public void changeMembership(long changeId, Configuration target, long expectedVersion, long now) {
        quiescence.wake(now);
        membership.start(changeId, target, expectedVersion, now);
    }

    /** The largest index up to which the log may be compacted, if everything up to {@code limit} is safe elsewhere. */
    public long compactableUpTo(long limit, long now) {
        long safe = Math.min(limit, Math.min(log.appliedIndex(), log.commitIndex()));
        Leadership leadership = leadership();
        return leadership != null ? leadership.neededByPeers(safe, now) : safe;
    }

    /** Ends a step: sends what is due, hands the batch to the disk and what is committed to the state machine. */
    public void flush(long now) {
        Leadership leadership = leadership();
        if (leadership != null) {
            leadership.replicate(now);
        }
        repair.step(now);
        forwarded.flush();
        following.flush();
        persistent.persist();
        if (!following.isReplacingState()) {
            log.handOut(settings.maxApplyBytes(), outbox);
        }
        log.evict(
                leadership == null || !log.isCrowded()
                        ? Long.MAX_VALUE
                        : leadership.neededByPeers(log.lastIndex(), now) + 1);
    }

    /**
     * Tells if something could follow from {@link #onPersisted} now. If not, it may wait for the next input: nothing is to
     * be sent, counted or applied because of it.
     */
    public boolean awaitsPersisted() {
        Leadership leadership = leadership();
        return leadership != null
                ? !persistent.isTermDurable() || log.hasMoreToApply() || leadership.lacksOnlyOwnDisk()
                : awaitsAsFollower();
    }

    /** The same of {@link #onApplied}. */
    public boolean awaitsApplied() {
        return leadership() != null ? log.hasMoreToApply() : awaitsAsFollower();
    }

    private boolean awaitsAsFollower() {
        boolean follows = roles.current() instanceof Role.Follower && leader() != 0;
        return !follows
                || !persistent.isTermDurable()
                || repair.isNeeded()
                || following.isInstallingSnapshot()
                || log.hasMoreToApply();
    }

    // ------------------------------------------------------------------------------------- effects and changes

    /** See {@link PersistentState#send}. */
    void send(RaftMessage message) {
        persistent.send(message);
    }

    /** See {@link PersistentState#sendWhenDurable}. */
    void sendWhenDurable(RaftMessage message) {
        persistent.sendWhenDurable(message);
    }

    // ------------------------------------------------------------------------------------------------- state

    /** The current term. */
    public long term() {
        return persistent.term();
    }

    /** Who got this member's vote in the current term; 0 for nobody. */
    public long votedFor() {
        return persistent.votedFor();
    }

    /** FOLLOWER, PRE_CANDIDATE, CANDIDATE, LEADER or LEARNER. */
    public String role() {
        SortedSet<Long> learners = configuration().learners();
        boolean learner = !learners.isEmpty()
                && roles.current() instanceof Role.Follower
                && learners.contains(settings.memberId());
        return learner ? "LEARNER" : roles.current().toString();
    }

    /** Tells if this member leads. */
    public boolean leads() {
        return leadership() != null;
    }

    /** The leader as far as known, 0 if not. */
    public long leader() {
        return roles.leader();
    }

    /** Tells if this member leads and has committed an entry of its term. */
    public boolean isReady() {
        Leadership leadership = leadership();
        return leadership != null && leadership.isReady();
    }

    /** The first entry in the log. */
    public long firstIndex() {
        return log.firstIndex();
    }

    /** The last entry in the log. */
    public long lastIndex() {
        return log.lastIndex();
    }

    /** The last entry that is durable here. */
    public long durableIndex() {
        return log.durableIndex();
    }

    /** The last entry known to be committed. */
    public long commitIndex() {
        return log.commitIndex();
    }

    /** The last entry that is applied here. */
    public long appliedIndex() {
        return log.appliedIndex();
    }

    /** Term and index of an entry; term -1 if it is not in the log. */
    public EntryId entryId(long index) {
        return new EntryId(log.termAt(index), index);
    }

    /** The term of an entry; -1 if it is not in the log. */
    public long termAt(long index) {
        return log.termAt(index);
    }

    /** The configuration in force. */
    public Configuration configuration() {
        return configurations.inForce().configuration();
    }

    /** The entry that brought the configuration in force. */
    public EntryId configurationId() {
        return configurations.inForce().id();
    }

    /** The configuration that was in force at {@code index}. */
    public ConfigurationAt configurationAt(long index) {
        return configurations.at(index);
    }

    /** When a leader was last heard of, or, on a leader, a quorum; long before any time if never. */
    public long lastLeaderContactNanos() {
        Leadership leadership = leadership();
        return leadership != null ? leadership.lastQuorumContact() : timer.lastLeaderContact();
    }

    /** Tells if this member expects or sends no heartbeats, because nothing happens in the group. */
    public boolean isQuiet() {
        Leadership leadership = leadership();
        return leadership != null ? leadership.idleness().isSilent() : quiescence.isFollowingQuietly();
    }

    /** How long this member, if it leads, may still answer reads without asking; 0 or less if not. */
    public long leaseRemainingNanos(long now) {
        Leadership leadership = leadership();
        return leadership != null ? leadership.reads().lease().remainingNanos(now) : 0;
    }

    /** This member's leadership, if it leads. */
    @Nullable Leadership leadership() {
        return roles.leadership();
    }

    long unsyncedNanos() {
        return disk.unsyncedNanos();
    }

    /** How far this member's word can be relied on; anything but WHOLE is repair mode. */
    public Standing standing() {
        return repair.standing();
    }

    @Nullable SnapshotMeta newestSnapshot() {
        return newestSnapshot;
    }

    /**
     * Says in words why there is no leader, or what holds it up: one finding a line, the most important first. Costs
     * time in proportion to the number of members.
     */
    public List<String> explain(long now) {
        return Explanation.of(this, elections, now);
    }

    /** A number that two servers in the same state share. */
    public long stateDigest() {
        long digest = 17;
        for (long part : new long[] {
            term(),
            votedFor(),
            leader(),
            roles.current().toString().hashCode(),
            log.lastIndex(),
            log.last().term(),
            log.durableIndex(),
            log.commitIndex(),
            log.appliedIndex(),
            log.beforeFirst().index(),
            configurationId().index(),
            random.state()
        }) {
            digest = new SplitMix(digest ^ part).next();
        }
        return digest;
    }
}
