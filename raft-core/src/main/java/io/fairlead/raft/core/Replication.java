package io.fairlead.raft.core;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.Heartbeat;
import java.util.List;

/**
 * A leader's stream of entries to each of its peers (§5.3): what the peer lacks from its nextIndex on, as much as may be
 * under way to it, from the log's tail in memory, from the disk, or, where the log does not go back so far, as a
 * snapshot.
 */
final class Replication {
    private final Server server;
    private final RaftLog log;
    private final ServerSettings settings;
    private final Leadership leadership;

    Replication(Server server, Leadership leadership) {
        this.server = server;
        this.log = server.log;
        this.settings = server.settings;
        this.leadership = leadership;
    }

    /** Sends a peer what it lacks and may be sent, and that what it has is committed. */
    void send(Progress progress, long now) {
        while (progress.maySend()
                && (progress.nextIndex() <= log.lastIndex() || progress.state() == Progress.State.PROBE)) {
            if (!sendNext(progress, now)) {
                break;
            }
        }
        long commit = Math.min(progress.matchIndex(), log.commitIndex());
        if (commit > progress.commitSent) {
            progress.commitSent = commit;
            server.send(new Heartbeat(settings.memberId(), progress.peer, server.term(), commit, 0, 0));
        }
    }

    /** Sends one AppendEntries; answers false if the entries must first be fetched from elsewhere. */
    private boolean sendNext(Progress progress, long now) {
        long next = progress.nextIndex();
        if (log.termAt(next - 1) == TermIndex.UNKNOWN) {
            leadership.snapshots().offer(progress, now);
            return false;
        }
        if (next < log.tailFirst() && next <= log.lastIndex()) {
            progress.reading = true;
            server.outbox.readEntries(progress.peer, next, log.tailFirst(), settings.maxAppendBytes());
            return false;
        }
        sendEntries(progress, next > log.lastIndex() ? List.of() : log.entries(next, settings.maxAppendBytes()), now);
        return true;
    }

    /** Asks a peer where its log ends, by an AppendEntries without entries. */
    void probe(Progress progress, long now) {
        sendEntries(progress, List.of(), now);
    }

    void onEntriesRead(long peer, long from, List<Entry> entries, long now) {
        Progress progress = leadership.progressOf(peer);
        if (progress == null || !progress.reading) {
            return;
        }
        progress.reading = false;
        if (entries.isEmpty()) {
            progress.probeSent = true;
        } else if (from == progress.nextIndex()
                && progress.maySend()
                && log.termAt(from - 1) != TermIndex.UNKNOWN
                && log.contains(entries.get(entries.size() - 1).id())) {
            sendEntries(progress, entries, now);
        }
    }

    private void sendEntries(Progress progress, List<Entry> entries, long now) {
        long prevIndex = progress.nextIndex() - 1;
        EntryId prev = new EntryId(log.termAt(prevIndex), prevIndex);
        if (!entries.isEmpty() || progress.state() == Progress.State.PROBE) {
            int bytes = 0;
            for (Entry entry : entries) {
                bytes += entry.encodedLength();
            }
            progress.sent(prevIndex + entries.size(), bytes, now);
        }
        progress.commitSent = Math.max(progress.commitSent, Math.min(log.commitIndex(), prevIndex + entries.size()));
        server.send(new AppendEntries(
                settings.memberId(),
                progress.peer,
                server.term(),
                prev,
                log.commitIndex(),
                leadership.reads().currentRound(),
                Leadership.stamp(now),
                entries));
    }
}
