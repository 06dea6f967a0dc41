package io.fairlead.raft.core;

import static io.fairlead.raft.core.Invariant.check;
import static io.fairlead.raft.core.Invariant.checkOrder;

import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.ForwardProposals;
import io.fairlead.raft.message.ForwardProposalsReply;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.HeartbeatReply;
import io.fairlead.raft.message.InstallSnapshot;
import io.fairlead.raft.message.InstallSnapshotReply;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.ReadIndexReply;
import io.fairlead.raft.message.ReadIndexRequest;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.RequestPreVote;
import io.fairlead.raft.message.RequestPreVoteReply;
import io.fairlead.raft.message.RequestVote;
import io.fairlead.raft.message.RequestVoteReply;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.message.TimeoutNow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    final LeadershipTransfer transfer;
    final MembershipChange membership;
    final Following following;
    Role role = new Role.Follower();

    private final Elections elections;
    private final ForwardedProposals forwarded;
    private final SplitMix random;
    private final TreeMap<Long, Long> askedLeader = new TreeMap<>();

    private long currentTerm;
    private long votedFor;
    private long leader;
    private long durableTerm;
    private HardState writtenHardState;

    private long electionDeadline;
    private long stickyUntil = Progress.NEVER;
    private long lastLeaderContact = Progress.NEVER;
    private boolean rearmedAfterPause;
    private boolean inRepair;
    private long unsyncedNanos;
    private @Nullable SnapshotMeta newestSnapshot;

    private long batches;
    private long unissuedFrom;
    private long pendingTruncate;
    private @Nullable EntryId pendingReset;
    private List<RaftMessage> afterwards = new ArrayList<>();

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
        this.transfer = new LeadershipTransfer(this);
        this.membership = new MembershipChange(this);
        this.following = new Following(this);
        this.elections = new Elections(this);
        this.writtenHardState = restored.hardState();
        this.currentTerm = writtenHardState.term();
        this.votedFor = writtenHardState.votedFor();
        this.durableTerm = currentTerm;
        this.forwarded = new ForwardedProposals(this, random.next(), currentTerm);
        this.unissuedFrom = log.lastIndex() + 1;
        this.inRepair = restored.inRepair();
        checkOrder("term of the last entry", log.last().term(), "current term", currentTerm);
        if (configuration().leaderLease() && !restored.fresh()) {
            stickyUntil = now + settings.electionTimeoutNanos();
        }
        resetElectionTimer(now);
    }

    // ------------------------------------------------------------------------------------------------ inputs

    /** A message arrived. Messages meant for another member are dropped. */
    public void onMessage(RaftMessage message, long now) {
        if (message.to() != settings.memberId() || message.from() == settings.memberId()) {
            return;
        }
        if (message instanceof AppendEntries m) {
            following.onAppendEntries(m, now);
        } else if (message instanceof AppendEntriesReply m) {
            Leadership leadership = leadershipFor(m.term(), now);
            if (leadership != null) {
                leadership.onAppendEntriesReply(m, now);
            }
        } else if (message instanceof Heartbeat m) {
            following.onHeartbeat(m, now);
        } else if (message instanceof HeartbeatReply m) {
            Leadership leadership = leadershipFor(m.term(), now);
            if (leadership != null) {
                leadership.onHeartbeatReply(m, now);
            }
        } else if (message instanceof ForwardProposals m) {
            forwarded.onForwardProposals(m);
        } else if (message instanceof ForwardProposalsReply m) {
            forwarded.onReply(m);
        } else if (message instanceof ReadIndexRequest m) {
            onReadIndexRequest(m);
        } else if (message instanceof ReadIndexReply m) {
            onReadIndexReply(m);
        } else {
            onRareMessage(message, now);
        }
    }

    private void onRareMessage(RaftMessage message, long now) {
        if (message instanceof RequestPreVote m) {
            elections.onRequestPreVote(m, now);
        } else if (message instanceof RequestPreVoteReply m) {
            elections.onRequestPreVoteReply(m, now);
        } else if (message instanceof RequestVote m) {
            elections.onRequestVote(m, now);
        } else if (message instanceof RequestVoteReply m) {
            elections.onRequestVoteReply(m, now);
        } else if (message instanceof InstallSnapshot m) {
            following.onInstallSnapshot(m, now);
        } else if (message instanceof InstallSnapshotReply m) {
            Leadership leadership = leadershipFor(m.term(), now);
            if (leadership != null) {
                leadership.onInstallSnapshotReply(m, now);
            }
        } else if (message instanceof TimeoutNow m) {
            onTimeoutNow(m, now);
        }
    }

    /** The leadership that an answer of this term is for; a later term ends it (rule T1). */
    private @Nullable Leadership leadershipFor(long term, long now) {
        if (term > currentTerm) {
            becomeFollower(term, 0, "a follower is at a later term", now);
        }
        return term == currentTerm && role instanceof Role.Leader leading ? leading.leadership : null;
    }

    /** Time has passed. Early calls are harmless. */
    public void onTick(long now) {
        if (transfer.isPending()) {
            transfer.onTick(now);
        }
        expireReads(now);
        if (role instanceof Role.Leader leading) {
            if (now >= leading.leadership.heartbeatDeadline()) {
                leading.leadership.onHeartbeatTimeout(now);
            }
        } else if (now >= electionDeadline) {
            onElectionTimeout(now);
        }
    }

    /** A tick that comes late says that this process was paused, not that the leader is silent: listen once more first. */
    private void onElectionTimeout(long now) {
        boolean paused = now - electionDeadline > settings.electionTimeoutNanos() / 2;
        resetElectionTimer(now);
        if (paused && !rearmedAfterPause) {
            rearmedAfterPause = true;
        } else if (elections.mayCampaign()) {
            elections.startPreVote(now);
        }
    }

    /** When {@link #onTick} wants to be called next. */
    public long nextDeadlineNanos() {
        long deadline = role instanceof Role.Leader leading ? leading.leadership.heartbeatDeadline() : electionDeadline;
        Map.Entry<Long, Long> oldestRead = askedLeader.firstEntry();
        if (oldestRead != null) {
            deadline = Math.min(deadline, oldestRead.getValue() + settings.electionTimeoutNanos());
        }
        return Math.min(deadline, transfer.deadline());
    }

    /** Appends a proposal if this member leads, else brings it to the leader. */
    public void propose(Entry proposal, long now) {
        if (role instanceof Role.Leader) {
            Refusal refusal = proposeAsLeader(proposal);
            if (refusal != Refusal.NONE) {
                outbox.proposalRefused(proposal.source(), proposal.sequence(), refusal);
            }
        } else if (leader != 0) {
            forwarded.add(proposal);
        } else {
            outbox.proposalRefused(proposal.source(), proposal.sequence(), Refusal.NOT_LEADER);
        }
    }

    Refusal proposeAsLeader(Entry proposal) {
        if (transfer.isPending()) {
            return Refusal.TRANSFER_IN_PROGRESS;
        }
        return role instanceof Role.Leader leading ? leading.leadership.propose(proposal) : Refusal.NOT_LEADER;
    }

    /** Asks for an index at which a read that begins now is linearizable (dissertation §6.4). */
    public void readIndex(long readId, long now) {
        if (role instanceof Role.Leader leading) {
            leading.leadership.read(settings.memberId(), readId);
        } else if (leader != 0) {
            askedLeader.put(readId, now);
            send(new ReadIndexRequest(settings.memberId(), leader, readId));
        } else {
            outbox.readRefused(readId, Refusal.NOT_LEADER);
        }
    }

    private void onReadIndexRequest(ReadIndexRequest request) {
        if (role instanceof Role.Leader leading) {
            leading.leadership.read(request.from(), request.requestId());
        } else {
            send(new ReadIndexReply(settings.memberId(), request.from(), request.requestId(), Refusal.NOT_LEADER, 0));
        }
    }

    private void onReadIndexReply(ReadIndexReply reply) {
        if (askedLeader.remove(reply.requestId()) == null) {
            return;
        }
        if (reply.refusal() == Refusal.NONE) {
            outbox.readReady(reply.requestId(), reply.index());
        } else {
            outbox.readRefused(reply.requestId(), reply.refusal());
        }
    }

    /** A question or its answer may be lost; the reader asks again, under another number (rule R8). */
    private void expireReads(long now) {
        Map.Entry<Long, Long> oldest = askedLeader.firstEntry();
        while (oldest != null && now - oldest.getValue() >= settings.electionTimeoutNanos()) {
            askedLeader.remove(oldest.getKey());
            outbox.readRefused(oldest.getKey(), Refusal.NO_QUORUM);
            oldest = askedLeader.firstEntry();
        }
    }

    private void refuseReads() {
        List<Long> reads = new ArrayList<>(askedLeader.keySet());
        askedLeader.clear();
        reads.forEach(read -> outbox.readRefused(read, Refusal.NOT_LEADER));
    }

    /** All batches up to this number are durable. */
    public void onPersisted(long batchNumber, long now) {
        long term = log.persisted(batchNumber);
        durableTerm = Math.max(durableTerm, term);
        if (role instanceof Role.Candidate && durableTerm == currentTerm) {
            elections.onOwnVoteDurable(now);
        } else if (role instanceof Role.Leader leading) {
            leading.leadership.advanceCommit(now);
        }
    }

    /** The state machine has applied everything up to {@code index}. */
    public void onApplied(long index, long now) {
        log.applied(index);
    }

    /** Answers {@link Outbox#readEntries}; an empty list says that the entries are gone or could not be read. */
    public void onEntriesRead(long peer, long from, List<Entry> entries, long now) {
        if (role instanceof Role.Leader leading) {
            leading.leadership.onEntriesRead(peer, from, entries, now);
        }
    }

    /** A snapshot of this member's state exists. */
    public void onSnapshotAvailable(SnapshotMeta snapshot, long now) {
        if (newestSnapshot == null
                || snapshot.lastIncluded().index()
                        >= newestSnapshot.lastIncluded().index()) {
            newestSnapshot = snapshot;
        }
        if (role instanceof Role.Leader leading) {
            leading.leadership.onSnapshotAvailable();
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

    /** The connection to a peer is down: what is under way to it may be lost. */
    public void onUnreachable(long peer, long now) {
        if (role instanceof Role.Leader leading) {
            leading.leadership.onUnreachable(peer);
        }
    }

    /** Entries before {@code firstIndex} are no longer on disk. */
    public void onCompacted(long firstIndex) {
        log.compactTo(firstIndex);
        configurations.compactTo(log.beforeFirst().index());
    }

    /** Tells how long the oldest un-synced write has been waiting; 0 if none. */
    public void onDiskDelay(long oldestUnsyncedNanos, long now) {
        unsyncedNanos = oldestUnsyncedNanos;
    }

    private void onTimeoutNow(TimeoutNow message, long now) {
        if (message.term() == currentTerm && elections.mayCampaign()) {
            elections.startElection(true, now);
        }
    }

    /** Hands leadership to {@code target}, or to the best voter if 0; the end is told by {@link Outbox#changeEnded}. */
    public void transferLeadership(long changeId, long target, long now) {
        transfer.start(changeId, target, now);
    }

    /** Makes {@code target} the configuration; the end is told by {@link Outbox#changeEnded}. */
    public void changeMembership(long changeId, Configuration target, long expectedVersion, long now) {
        membership.start(changeId, target, expectedVersion, now);
    }

    /** The largest index up to which the log may be compacted, if everything up to {@code limit} is safe elsewhere. */
    public long compactableUpTo(long limit, long now) {
        long safe = Math.min(limit, log.appliedIndex());
        return role instanceof Role.Leader leading ? leading.leadership.neededByPeers(safe, now) : safe;
    }

    /** Ends a step: sends what is due, hands the batch to the disk and what is committed to the state machine. */
    public void flush(long now) {
        if (role instanceof Role.Leader leading) {
            leading.leadership.replicate(now);
        }
        forwarded.flush();
        following.flush();
        persist();
        if (!following.isReplacingState()) {
            log.handOut(settings.maxApplyBytes(), outbox);
        }
        log.evict();
    }

    // ------------------------------------------------------------------------------------- effects and changes

    /** Sends now, or as soon as the term in which it is said is on disk (§13.1: one sync per change of term). */
    void send(RaftMessage message) {
        if (durableTerm < currentTerm) {
            afterwards.add(message);
        } else {
            outbox.send(message);
        }
    }

    /** Sends when everything up to this step is on disk. */
    void sendWhenDurable(RaftMessage message) {
        afterwards.add(message);
    }

    private void persist() {
        List<Entry> entries = unissuedFrom > log.lastIndex() ? List.of() : log.entries(unissuedFrom, Integer.MAX_VALUE);
        boolean termOrVote = currentTerm != writtenHardState.term() || votedFor != writtenHardState.votedFor();
        boolean mustSync = termOrVote || !entries.isEmpty() || pendingTruncate != 0 || pendingReset != null;
        if (!mustSync && afterwards.isEmpty()) {
            return;
        }
        HardState hardState = new HardState(currentTerm, votedFor, log.commitIndex());
        boolean changed = mustSync && !hardState.equals(writtenHardState);
        if (changed) {
            writtenHardState = hardState;
        }
        List<RaftMessage> messages = afterwards;
        afterwards = new ArrayList<>();
        batches++;
        log.issued(batches, currentTerm);
        outbox.persist(new PersistBatch(
                batches, pendingReset, pendingTruncate, entries, changed ? hardState : null, mustSync, messages));
        unissuedFrom = log.lastIndex() + 1;
        pendingTruncate = 0;
        pendingReset = null;
    }

    /** Appends an entry; a configuration is in force from here on (rule M1). */
    void append(Entry entry, long now) {
        log.append(entry);
        if (entry.kind() == EntryKind.CONFIGURATION) {
            configurations.append(entry.id(), Configuration.decode(entry.payload()));
            configurationChanged(now);
        }
    }

    /** Removes entries that conflict with the leader's, and the configurations among them. */
    void truncateFrom(long index, long now) {
        log.truncateFrom(index);
        following.onTruncated();
        if (index < unissuedFrom) {
            pendingTruncate = pendingTruncate == 0 ? index : Math.min(pendingTruncate, index);
            unissuedFrom = index;
        }
        if (configurations.truncateFrom(index)) {
            configurationChanged(now);
        }
    }

    /** Starts the log anew behind an installed snapshot. */
    void resetLog(SnapshotMeta snapshot, long now) {
        log.reset(snapshot.lastIncluded());
        pendingReset = snapshot.lastIncluded();
        pendingTruncate = 0;
        unissuedFrom = log.lastIndex() + 1;
        configurations.reset(
                new EntryId(
                        snapshot.configurationIndex() == 0
                                ? 0
                                : snapshot.lastIncluded().term(),
                        snapshot.configurationIndex()),
                snapshot.configuration());
        configurationChanged(now);
    }

    private void configurationChanged(long now) {
        ConfigurationAt inForce = configurations.inForce();
        if (role instanceof Role.Leader leading) {
            leading.leadership.configurationChanged(now);
            leading.leadership.advanceCommit(now);
        } else {
            resetElectionTimer(now);
        }
        outbox.configurationChanged(
                inForce.configuration(), inForce.id(), inForce.id().index() <= log.commitIndex());
    }

    private void resetElectionTimer(long now) {
        long timeout = settings.electionTimeoutNanos();
        electionDeadline = mayStand() ? now + timeout + random.below(timeout) : Long.MAX_VALUE;
    }

    /**
     * Tells if this member may stand for election: voters may, and so may one whom a configuration removes that is not
     * known to be committed, since nobody else may have the entry that is needed to win (dissertation §4.2.2, figure
     * 4.6). Its own vote does not count then.
     */
    boolean mayStand() {
        ConfigurationAt inForce = configurations.inForce();
        return inForce.configuration().isVoter(settings.memberId())
                || (inForce.id().index() > log.commitIndex()
                        && configurations
                                .at(inForce.id().index() - 1)
                                .configuration()
                                .isVoter(settings.memberId()));
    }

    /** Gives this term's vote, once (§5.2). */
    void voteFor(long candidate, long now) {
        check(votedFor == 0 || votedFor == candidate, "one vote a term");
        votedFor = candidate;
        resetElectionTimer(now);
    }

    private void enterTerm(long term, long vote) {
        checkOrder("current term", currentTerm, "new term", term);
        if (term > currentTerm) {
            currentTerm = term;
            votedFor = vote;
        }
    }

    /** A leader of our term or a later one spoke (rules T1, T9). */
    void followLeader(long from, long term, long now) {
        check(
                term > currentTerm || !(role instanceof Role.Leader),
                "members " + from + " and " + settings.memberId() + " both lead in term " + term
                        + " (Election Safety, §5.2)");
        if (term > currentTerm || leader != from || !(role instanceof Role.Follower)) {
            becomeFollower(term, from, "follows the leader", now);
        }
        lastLeaderContact = now;
        stickyUntil = now + settings.electionTimeoutNanos();
        rearmedAfterPause = false;
        resetElectionTimer(now);
    }

    /** A refused vote must not disturb the others, so the election timer goes on as it was (rule T10). */
    void becomeFollower(long term, long newLeader, String why, long now) {
        boolean wasLeader = role instanceof Role.Leader;
        enterTerm(term, 0);
        become(new Role.Follower(), newLeader, why);
        if (wasLeader) {
            resetElectionTimer(now);
        }
    }

    /** A leader that lost its quorum stops leading in its own term (check-quorum). */
    void stepDown(String why, long now) {
        becomeFollower(currentTerm, 0, why, now);
    }

    void becomePreCandidate(String why, long now) {
        stickyUntil = Progress.NEVER;
        become(new Role.PreCandidate(), 0, why);
        resetElectionTimer(now);
    }

    void becomeCandidate(boolean byTransfer, long now) {
        stickyUntil = Progress.NEVER;
        enterTerm(currentTerm + 1, settings.memberId());
        become(new Role.Candidate(byTransfer), 0, byTransfer ? "the leader hands over" : "a quorum would vote for it");
        resetElectionTimer(now);
    }

    void becomeLeader(String why, long now) {
        check(role instanceof Role.Candidate, "only a candidate becomes leader (figure 4)");
        check(durableTerm == currentTerm, "a leader's own vote is durable");
        Leadership leadership = new Leadership(this, now);
        become(new Role.Leader(leadership), settings.memberId(), why);
    }

    /** The only way to change role; a role's private state dies with it. */
    private void become(Role next, long newLeader, String why) {
        Role previous = role;
        role = next;
        leader = newLeader;
        refuseReads();
        if (previous instanceof Role.Leader ended) {
            ended.leadership.end();
            transfer.onLeadershipEnded();
            membership.onLeadershipEnded();
        }
        outbox.roleChanged(role(), currentTerm, leader, why);
    }

    /** A leader that is no longer a voter lets the most complete one take over (rule M11). */
    void handOverAndStepDown(Leadership leadership, long now) {
        Progress best = null;
        for (Progress progress : leadership.peers()) {
            if (configuration().isVoter(progress.peer) && (best == null || progress.matchIndex() > best.matchIndex())) {
                best = progress;
            }
        }
        leadership.replicate(now);
        if (best != null) {
            send(new TimeoutNow(settings.memberId(), best.peer, currentTerm));
        }
        stepDown("no longer a voter", now);
    }

    // ------------------------------------------------------------------------------------------------- state

    /** The current term. */
    public long term() {
        return currentTerm;
    }

    /** Who got this member's vote in the current term; 0 for nobody. */
    public long votedFor() {
        return votedFor;
    }

    /** FOLLOWER, PRE_CANDIDATE, CANDIDATE, LEADER or LEARNER. */
    public String role() {
        boolean learner =
                role instanceof Role.Follower && configuration().learners().contains(settings.memberId());
        return learner ? "LEARNER" : role.toString();
    }

    /** The leader as far as known, 0 if not. */
    public long leader() {
        return leader;
    }

    /** Tells if this member leads and has committed an entry of its term. */
    public boolean isReady() {
        return role instanceof Role.Leader leading && leading.leadership.isReady();
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

    /** When a leader was last heard of; long before any time if never. */
    public long lastLeaderContactNanos() {
        return lastLeaderContact;
    }

    long unsyncedNanos() {
        return unsyncedNanos;
    }

    boolean isInRepair() {
        return inRepair;
    }

    @Nullable SnapshotMeta newestSnapshot() {
        return newestSnapshot;
    }

    /** Tells if a live leader is known, so that nobody else is to be elected (rules K1, K2). */
    boolean isSticky(long now) {
        boolean promised = leader != 0 || configuration().leaderLease();
        return role instanceof Role.Leader || (promised && now < stickyUntil);
    }

    /** A number that two servers in the same state share. */
    public long stateDigest() {
        long digest = 17;
        for (long part : new long[] {
            currentTerm,
            votedFor,
            leader,
            role.toString().hashCode(),
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
