package io.fairlead.raft.core;

import static io.fairlead.raft.core.Invariant.check;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.HeartbeatReply;
import io.fairlead.raft.message.InstallSnapshot;
import io.fairlead.raft.message.InstallSnapshotReply;
import io.fairlead.raft.message.SnapshotMeta;
import org.jspecify.annotations.Nullable;

/** What a member does for its leader: figure 2, AppendEntries receiver rules; §7 for snapshots. */
final class Following {
    private final Server server;
    private final RaftLog log;
    private final long self;

    /** The one acknowledgement of this step: a later one covers the earlier (rule D7). */
    private @Nullable AppendEntriesReply acknowledgement;

    private @Nullable SnapshotMeta incoming;
    private boolean installing;

    /** In this term, the log is the leader's up to here. */
    private long verifiedIndex;

    private long verifiedTerm;

    /** When the newest message of the leader of {@link #newestTerm} was sent, by the leader's clock. */
    private long newestSentNanos;

    private long newestTerm;

    Following(Server server) {
        this.server = server;
        this.log = server.log;
        this.self = server.settings.memberId();
    }

    boolean isInstallingSnapshot() {
        return incoming != null;
    }

    /** While the state machine is being replaced, nothing may be handed to it (rule S5). */
    boolean isReplacingState() {
        return installing;
    }

    /**
     * Whoever speaks as leader of our term is the leader; one of an older term is told so (rules T1, T4, T9). What is
     * older than something that is here already, or here again, is heeded as long as this member follows, but shows
     * nobody alive: however late, and often, a network repeats a dead leader, it is followed by another.
     */
    private boolean accept(long from, long term, boolean news, long now) {
        if (term < server.term()) {
            server.send(reply(from, false, 0, EntryId.ZERO, 0, 0));
            return false;
        }
        if (news) {
            server.roles.followLeader(from, term, now);
        }
        return server.roles.isFollowing(from);
    }

    /** Tells if nothing that was sent then, or later, has come from the leader of that term; 0 if it was not said when. */
    private boolean isNews(long term, long sentAtNanos) {
        long sent = sentAtNanos == 0 ? Progress.NEVER : sentAtNanos;
        if (term > newestTerm) {
            newestTerm = term;
        } else if (term < newestTerm || sent <= newestSentNanos) {
            return false;
        }
        newestSentNanos = sent;
        return true;
    }

    void onAppendEntries(AppendEntries request, long now) {
        boolean news = isNews(request.term(), request.sentAtNanos());
        if (!accept(request.from(), request.term(), news, now)) {
            return;
        }
        long prevIndex = request.prev().index();
        if (prevIndex < log.commitIndex()) {
            acknowledge(request.from(), log.commitIndex(), request.readRound(), request.sentAtNanos());
        } else if (log.contains(request.prev())) {
            appendNew(request, now);
            long lastNew = prevIndex + request.entries().size();
            verified(lastNew);
            commitTo(Math.min(request.leaderCommit(), lastNew));
            acknowledge(request.from(), lastNew, request.readRound(), request.sentAtNanos());
        } else {
            server.send(reply(
                    request.from(),
                    false,
                    prevIndex,
                    log.conflictHint(request.prev()),
                    request.readRound(),
                    request.sentAtNanos()));
        }
    }

    /**
     * Entries that are already here are kept, so that a stale or repeated message never shortens the log; from the
     * first one that differs on, the leader's replace ours (rule A3).
     */
    private void appendNew(AppendEntries request, long now) {
        long expected = request.prev().index();
        for (Entry entry : request.entries()) {
            expected++;
            check(entry.index() == expected, "entries of one message follow each other");
            if (entry.index() <= log.lastIndex()) {
                if (log.termAt(entry.index()) == entry.term()) {
                    continue;
                }
                server.changes.truncateFrom(entry.index(), now);
            }
            server.changes.append(entry, now);
        }
    }

    private void verified(long index) {
        verifiedIndex = verifiedTerm == server.term() ? Math.max(verifiedIndex, index) : index;
        verifiedTerm = server.term();
    }

    private long verifiedIndex() {
        return verifiedTerm == server.term() ? verifiedIndex : 0;
    }

    /** What was acknowledged while it did not count is acknowledged once more. */
    void acknowledgeAgain() {
        acknowledge(server.leader(), Math.min(verifiedIndex(), log.lastIndex()), 0, 0);
    }

    private void commitTo(long index) {
        if (log.commitTo(index)) {
            server.membership.reportCommitted();
        }
    }

    /** Success is told when it is durable, which may be at once. */
    private void acknowledge(long leader, long index, long readRound, long sentAtNanos) {
        AppendEntriesReply previous = acknowledgement;
        boolean sameLeader = previous != null && previous.to() == leader && previous.term() == server.term();
        if (previous != null && !sameLeader) {
            flush();
            previous = null;
        }
        long highest = previous == null ? index : Math.max(previous.index(), index);
        long round = previous == null ? readRound : Math.max(previous.readRound(), readRound);
        acknowledgement = reply(leader, true, highest, EntryId.ZERO, round, sentAtNanos);
    }

    /** Lets the acknowledgement of this step go. */
    void flush() {
        AppendEntriesReply reply = acknowledgement;
        if (reply == null) {
            return;
        }
        acknowledgement = null;
        if (reply.term() != server.term()) {
            return;
        }
        if (reply.index() <= log.durableIndex()) {
            server.send(reply);
        } else {
            server.sendWhenDurable(reply);
        }
    }

    /** An entry was cut off: what was to be acknowledged may be gone. */
    void onTruncated() {
        flushAcknowledgementOf(log.lastIndex());
    }

    private void flushAcknowledgementOf(long lastIndex) {
        AppendEntriesReply reply = acknowledgement;
        if (reply != null && reply.index() > lastIndex) {
            acknowledgement = null;
        }
    }

    private AppendEntriesReply reply(
            long to, boolean success, long index, EntryId hint, long readRound, long sentAtNanos) {
        return new AppendEntriesReply(
                self,
                to,
                server.term(),
                success,
                index,
                hint,
                readRound,
                sentAtNanos,
                server.unsyncedNanos(),
                server.standing());
    }

    void onHeartbeat(Heartbeat heartbeat, long now) {
        boolean news = isNews(heartbeat.term(), heartbeat.sentAtNanos());
        if (!accept(heartbeat.from(), heartbeat.term(), news, now)) {
            return;
        }
        check(
                heartbeat.commitIndex() <= log.lastIndex() || server.repair.isNeeded(),
                () -> "the leader knows entries up to " + heartbeat.commitIndex()
                        + " to be on this member, whose log ends at " + log.lastIndex()
                        + ": acknowledged entries were lost, or two members share the id " + self);
        // The leader may rely on what this member once acknowledged, and has lost since.
        long agreed = server.repair.isNeeded() ? verifiedIndex() : heartbeat.commitIndex();
        commitTo(Math.min(Math.min(heartbeat.commitIndex(), agreed), log.lastIndex()));
        boolean quiet = news ? server.quiescence.follow(heartbeat, now) : server.quiescence.isFollowingQuietly();
        if (heartbeat.sentAtNanos() != 0) {
            server.send(new HeartbeatReply(
                    self,
                    heartbeat.from(),
                    server.term(),
                    heartbeat.readRound(),
                    heartbeat.sentAtNanos(),
                    server.unsyncedNanos(),
                    server.standing(),
                    quiet));
        }
    }

    void onInstallSnapshot(InstallSnapshot offer, long now) {
        if (!accept(offer.from(), offer.term(), isNews(offer.term(), 0), now)) {
            return;
        }
        SnapshotMeta snapshot = offer.snapshot();
        EntryId last = snapshot.lastIncluded();
        if (last.index() <= log.commitIndex()) {
            long own = log.termAt(last.index());
            check(
                    own == TermIndex.UNKNOWN || own == last.term(),
                    "snapshot " + last + " contradicts the committed entry " + own + ":" + last.index()
                            + " (State Machine Safety, §5.4.3)");
            acknowledge(offer.from(), log.commitIndex(), 0, 0);
        } else if (log.contains(last)) {
            verified(last.index());
            commitTo(last.index());
            acknowledge(offer.from(), last.index(), 0, 0);
        } else if (incoming != null && incoming.id() == snapshot.id()) {
            server.send(status(offer.from(), snapshot.id(), InstallSnapshotReply.Status.FETCHING));
        } else if (!installing) {
            // A snapshot without this member in its configuration is taken as well: the entry that adds it, or adds it
            // again, may follow the snapshot and wait for this member's acknowledgement to be committed.
            incoming = snapshot;
            server.outbox.fetchSnapshot(offer.from(), snapshot);
        }
    }

    private InstallSnapshotReply status(long to, long snapshotId, InstallSnapshotReply.Status status) {
        return new InstallSnapshotReply(self, to, server.term(), snapshotId, status, 0);
    }

    /** The snapshot is here, whole and durable. */
    void onSnapshotReceived(SnapshotMeta snapshot) {
        if (incoming == null || incoming.id() != snapshot.id()) {
            return;
        }
        if (snapshot.lastIncluded().index() <= log.commitIndex()) {
            incoming = null;
            return;
        }
        installing = true;
        server.outbox.installSnapshot(snapshot);
    }

    void onSnapshotFailed(long snapshotId) {
        if (incoming != null && incoming.id() == snapshotId && !installing) {
            incoming = null;
            if (server.leader() != 0 && server.leader() != self) {
                server.send(status(server.leader(), snapshotId, InstallSnapshotReply.Status.FAILED));
            }
        }
    }

    /** The state machine is at the snapshot: so is the log, unless it already goes on behind it (rules S2, S4). */
    void onSnapshotInstalled(SnapshotMeta snapshot, long now) {
        incoming = null;
        installing = false;
        EntryId last = snapshot.lastIncluded();
        if (log.contains(last)) {
            commitTo(last.index());
            log.skipTo(last.index());
        } else if (last.index() > log.commitIndex()) {
            server.changes.reset(snapshot, now);
        }
        if (server.leader() != 0 && server.leader() != self) {
            acknowledge(server.leader(), last.index(), 0, 0);
        }
    }
}
