package io.fairlead.raft.core;

import io.fairlead.raft.message.InstallSnapshot;
import io.fairlead.raft.message.InstallSnapshotReply;
import io.fairlead.raft.message.SnapshotMeta;

/** What a leader does for peers that need what its log no longer has (§7, rules P5, P7, S9). */
final class SnapshotOffers {
    /** A peer whose snapshot makes no headway for so many election timeouts is offered one anew. */
    private static final int IDLE_TIMEOUTS = 10;

    private final Server server;
    private final Leadership leadership;

    SnapshotOffers(Server server, Leadership leadership) {
        this.server = server;
        this.leadership = leadership;
    }

    /** Offers the newest snapshot, or has one made; a peer that does not answer has to wait. */
    void offer(Progress progress, long now) {
        SnapshotMeta snapshot = server.newestSnapshot();
        long needed = server.log.beforeFirst().index();
        if (!leadership.hasContact(progress.peer, now)) {
            progress.probeSent = true;
        } else if (snapshot == null || snapshot.lastIncluded().index() < needed) {
            progress.probeSent = true;
            if (!progress.snapshotRequested) {
                progress.snapshotRequested = true;
                server.outbox.snapshotNeeded(progress.peer, needed);
            }
        } else {
            progress.becomeSnapshot(snapshot.lastIncluded().index(), now);
            server.send(new InstallSnapshot(server.settings.memberId(), progress.peer, server.term(), snapshot));
        }
    }

    void onReply(InstallSnapshotReply reply, long now) {
        Progress progress = leadership.progressOf(reply.from());
        if (progress == null || progress.state() != Progress.State.SNAPSHOT) {
            return;
        }
        if (reply.status() == InstallSnapshotReply.Status.FETCHING) {
            progress.snapshotAlive(now);
        } else {
            progress.snapshotFailed();
            progress.probeSent = true;
        }
    }

    /** A snapshot that does not move is taken for lost. */
    void expire(Progress progress, long now) {
        if (progress.state() == Progress.State.SNAPSHOT
                && now - progress.pendingSnapshotSince() > IDLE_TIMEOUTS * server.settings.electionTimeoutNanos()) {
            progress.snapshotFailed();
        }
    }

    void onAvailable() {
        for (Progress progress : leadership.peers()) {
            if (progress.snapshotRequested) {
                progress.snapshotRequested = false;
                progress.probeSent = false;
            }
        }
    }
}
