package io.fairlead.raft.core;

import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.HeartbeatReply;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.message.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a leader does in its term: it replicates its log, commits by counting, confirms reads, and makes sure that it
 * still leads (§5.3, §5.4, dissertation §6.4). Dropped as a whole when the leadership ends.
 */
final class Leadership {
    /**
     * How many shortest election timeouts a quorum may be silent before the leader gives up: as long as a follower may
     * wait before it looks for another, so that a stall of the whole machine does not unseat a leader that nobody
     * replaces.
     */
    private static final int QUORUM_SILENCE_TIMEOUTS = 2;

    /** For how many election timeouts a member that was removed may need to hear of it. */
    private static final int FAREWELL_TIMEOUTS = 4;

    private final Server server;
    private final RaftLog log;
    private final ServerSettings settings;
    private final List<Progress> peers = new ArrayList<>();
    private final LeaderReads reads;
    private final SnapshotOffers snapshots;
    private final Replication replication;
    private final Idleness idleness;
    private final long termStartIndex;
    private final long preferredFrom;

    private long heartbeatDeadline;
    private long uncommittedBytes;
    private boolean quorumIsSilent;
    private long confirmedFrom = Progress.NEVER;

    Leadership(Server server, long now) {
        this.server = server;
        this.log = server.log;
        this.settings = server.settings;
        this.reads = new LeaderReads(server, this);
        this.snapshots = new SnapshotOffers(server, this);
        this.replication = new Replication(server, this);
        this.idleness = new Idleness(server, this, now);
        configurationChanged(now);
        heartbeatDeadline = now;
        preferredFrom = now + 2 * settings.electionTimeoutNanos();
        Entry noOp = Entry.noOp();
        append(noOp);
        termStartIndex = noOp.index();
    }

    /**
     * Keeps the progress of those who stay and starts that of newcomers. Those who go are kept until they know it; one
     * who comes back may have another disk, so nothing is taken over.
     */
    void configurationChanged(long now) {
        Configuration configuration = server.configuration();
        peers.removeIf(progress -> progress.isLeaving() && configuration.contains(progress.peer));
        for (Progress progress : peers) {
            if (!configuration.contains(progress.peer) && !progress.isLeaving()) {
                progress.leavesAt = log.lastIndex();
            }
        }
        for (Member member : configuration.members()) {
            if (member.id() != settings.memberId() && progressOf(member.id()) == null) {
                peers.add(new Progress(
                        member.id(),
                        log.lastIndex() + 1,
                        now,
                        settings.maxInflightMessages(),
                        settings.maxInflightBytes()));
            }
        }
    }

    @Nullable Progress progressOf(long peer) {
        for (Progress progress : peers) {
            if (progress.peer == peer) {
                return progress;
            }
        }
        return null;
    }

    List<Progress> peers() {
        return peers;
    }

    long heartbeatDeadline() {
        return heartbeatDeadline;
    }

    long uncommittedBytes() {
        return uncommittedBytes;
    }

    /** Tells if an entry of this term is committed: only then is the commit index known to be current (§8, rule R1). */
    boolean isReady() {
        return log.commitIndex() >= termStartIndex;
    }

    long termStartIndex() {
        return termStartIndex;
    }

    /** Nobody is served before a quorum has answered what is sent from now on; the next heartbeat is due at once. */
    void confirmFrom(long now) {
        idleness.wake(now);
        confirmedFrom = now;
        speakAt(now);
    }

    /** The next heartbeats are due then, or earlier. */
    void speakAt(long time) {
        heartbeatDeadline = Math.min(heartbeatDeadline, time);
    }

    /** Appends a proposal, or says why not. */
    Refusal propose(Entry proposal) {
        if (quorumIsSilent || !isConfirmed()) {
            return Refusal.NO_QUORUM;
        }
        int payload = proposal.payloadLength();
        if (payload > 0 && uncommittedBytes > 0 && uncommittedBytes + payload > settings.maxUncommittedBytes()) {
            return Refusal.OVERLOADED;
        }
        append(proposal);
        return Refusal.NONE;
    }

    /** Tells if a quorum has answered since this process stood still. */
    boolean isConfirmed() {
        if (confirmedFrom != Progress.NEVER && lastQuorumContact() >= confirmedFrom) {
            confirmedFrom = Progress.NEVER;
        }
        return confirmedFrom == Progress.NEVER;
    }

    private void append(Entry entry) {
        log.append(entry.stamp(server.term(), log.lastIndex() + 1));
        uncommittedBytes += entry.payloadLength();
    }

    /** Every heartbeat interval: check that a quorum still listens, then speak. */
    void onHeartbeatTimeout(long now) {
        boolean late = now - heartbeatDeadline > settings.electionTimeoutNanos() / 2;
        heartbeatDeadline = nextBeat(now);
        long silence = now - Math.min(now, lastQuorumContact());
        quorumIsSilent = silence > settings.electionTimeoutNanos();
        if (!late && silence > QUORUM_SILENCE_TIMEOUTS * settings.electionTimeoutNanos()) {
            server.roles.stepDown("no answer from a quorum for the longest election timeout", now);
            return;
        }
        peers.removeIf(progress -> isGone(progress, now));
        if (!idleness.mustSpeak(now)) {
            heartbeatDeadline = Long.MAX_VALUE;
            return;
        }
        for (Progress progress : peers) {
            snapshots.expire(progress, now);
            heartbeat(progress, now);
        }
        server.membership.advance(this, now);
        if (isReady() && now >= preferredFrom) {
            server.transfer.toPreferred(this, now);
        }
    }

    /** All leaders of a node speak at the same moments of its clock, so that their heartbeats can travel together. */
    private long nextBeat(long now) {
        return now - Math.floorMod(now, settings.heartbeatIntervalNanos()) + settings.heartbeatIntervalNanos();
    }

    /** A removed member is told once: when it has the entry that removes it and has heard of its commitment (M12). */
    private boolean isGone(Progress progress, long now) {
        if (!progress.isLeaving() || progress.leavesAt > log.commitIndex()) {
            return false;
        }
        progress.leavesUntil =
                Math.min(progress.leavesUntil, now + FAREWELL_TIMEOUTS * settings.electionTimeoutNanos());
        return progress.commitSent >= progress.leavesAt || now >= progress.leavesUntil;
    }

    void heartbeat(Progress progress, long now) {
        long commit = Math.min(progress.matchIndex(), log.commitIndex());
        progress.commitSent = Math.max(progress.commitSent, commit);
        server.send(new Heartbeat(
                settings.memberId(),
                progress.peer,
                server.term(),
                commit,
                reads.awaitedRound(),
                stamp(now),
                idleness.quietLife()));
    }

    /** The time stamp 0 says that no answer is wanted, so a real one is never 0. */
    static long stamp(long now) {
        return now == 0 ? 1 : now;
    }

    /** The latest moment at which a quorum was certainly listening (rule Q2); far in the future if it is this member. */
    long lastQuorumContact() {
        return Quorum.reached(server.configuration(), id -> {
            Progress progress = progressOf(id);
            return id == settings.memberId()
                    ? Long.MAX_VALUE / 4
                    : progress == null ? Progress.NEVER : progress.contactNanos;
        });
    }

    LeaderReads reads() {
        return reads;
    }

    Idleness idleness() {
        return idleness;
    }

    SnapshotOffers snapshots() {
        return snapshots;
    }

    Replication replication() {
        return replication;
    }

    boolean hasContact(long peer, long now) {
        Progress progress = progressOf(peer);
        return progress != null && now - progress.contactNanos <= settings.electionTimeoutNanos();
    }

    boolean isWhole(long peer) {
        Progress progress = progressOf(peer);
        return progress != null && progress.isWhole();
    }

    void onAppendEntriesReply(AppendEntriesReply reply, long now) {
        Progress progress = progressOf(reply.from());
        if (progress == null || reply.index() > log.lastIndex()) {
            return;
        }
        if (idleness.isSilent()) {
            idleness.wake(now); // The follower got an old message, and may listen again.
        }
        progress.heard(reply.sentAtNanos(), reply.readRound(), reply.unsyncedNanos(), reply.standing());
        if (!reply.success()) {
            if (!progress.isWhole() && reply.index() <= progress.matchIndex()) {
                progress.lost(reply.index());
            }
            progress.refused(reply.index(), log.probeAfter(reply.hint()));
        } else {
            boolean news = progress.matched(reply.index(), now);
            boolean reconnected = progress.state() != Progress.State.SNAPSHOT
                    || progress.matchIndex() >= log.beforeFirst().index();
            if (progress.state() != Progress.State.REPLICATE && reconnected) {
                progress.becomeReplicate();
            }
            if (news) {
                advanceCommit(now);
                server.membership.advance(this, now);
            }
        }
        reads.release();
        server.transfer.onProgress(this);
    }

    void onHeartbeatReply(HeartbeatReply reply, long now) {
        Progress progress = progressOf(reply.from());
        if (progress == null) {
            return;
        }
        progress.heard(reply.sentAtNanos(), reply.readRound(), reply.unsyncedNanos(), reply.standing());
        idleness.onReply(progress, reply, now);
        progress.probeSent = false;
        boolean tailMayBeLost = progress.state() == Progress.State.REPLICATE
                && progress.matchIndex() < log.lastIndex()
                && (progress.nextIndex() > log.lastIndex() || progress.inflights.isFull());
        if (tailMayBeLost && log.termAt(progress.nextIndex() - 1) == TermIndex.UNKNOWN) {
            snapshots.offer(progress, now);
        } else if (tailMayBeLost) {
            replication.probe(progress, now);
        }
        reads.release();
    }

    void onUnreachable(long peer) {
        Progress progress = progressOf(peer);
        if (progress != null && progress.state() == Progress.State.REPLICATE) {
            progress.becomeProbe();
            progress.probeSent = true;
        }
    }

    /** Commits what a quorum has on disk, if it is of this term (§5.4.2, rule C2). */
    void advanceCommit(long now) {
        long index = Quorum.reached(server.configuration(), this::matchIndexOf);
        long before = log.commitIndex();
        if (index <= before || log.termAt(index) != server.term()) {
            return;
        }
        long first = Math.max(before + 1, log.tailFirst());
        long payloads = log.bytes(first, index) - Entry.HEADER_BYTES * Math.max(0, index + 1 - first);
        uncommittedBytes = Math.max(0, uncommittedBytes - payloads);
        log.commitTo(index);
        server.membership.onCommitted(this, now);
    }

    /** Tells if more would be committed if all that this member has were on its disk. */
    boolean lacksOnlyOwnDisk() {
        return log.durableIndex() < log.lastIndex()
                && Quorum.reached(
                                server.configuration(),
                                id -> id == settings.memberId() ? log.lastIndex() : matchIndexOf(id))
                        > log.commitIndex();
    }

    /** What a member has on disk and may count; the leader counts itself like any other (dissertation §10.2.1). */
    private long matchIndexOf(long id) {
        if (id == settings.memberId()) {
            return log.durableIndex();
        }
        Progress progress = progressOf(id);
        return progress == null ? 0 : progress.acknowledgedIndex();
    }

    /** Sends every peer what it lacks and may be sent; ends every step of a leader. */
    void replicate(long now) {
        idleness.check(now);
        if (reads.beginRound()) {
            peers.forEach(progress -> heartbeat(progress, now));
            reads.release();
        }
        for (Progress progress : peers) {
            replication.send(progress, now);
        }
    }

    /** The leadership is over. */
    void end() {
        reads.refuseAll();
    }

    /** The smallest index that an active peer, not hopelessly far behind {@code limit}, still needs. */
    long neededByPeers(long limit, long now) {
        long needed = limit;
        for (Progress progress : peers) {
            long match = Math.max(progress.matchIndex(), progress.pendingSnapshot());
            if (hasContact(progress.peer, now) && match < needed && limit - match <= Server.MAX_RETAINED_FOR_PEER) {
                needed = match;
            }
        }
        return needed;
    }
}
