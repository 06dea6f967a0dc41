package io.fairlead.raft.core;

import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.HeartbeatReply;
import java.util.TreeMap;

/**
 * A follower's part of a group that is quiet (ADR 0012): it expects no heartbeats as long as its leader's node is
 * there, in the life in which the leader went quiet. Anything else that happens makes it listen as usual, and ask
 * whether it is still led.
 *
 * <p>Quiet is only about who must speak when. It makes no vote count and confirms nothing: a quiet member keeps to
 * every rule that it keeps to while the leader speaks.
 */
final class Quiescence {
    private final Server server;

    /** In which of its lives each node is that is there, this one's own included; nothing if groups stay awake. */
    private final TreeMap<Long, Long> lives = new TreeMap<>();

    /** What this follower's quiet rests on; means nothing while it listens. */
    private long leaderLife;

    Quiescence(Server server) {
        this.server = server;
    }

    /** The life of a member's node; 0 if nothing is heard of it. */
    long lifeOf(long member) {
        return lives.getOrDefault(member, 0L);
    }

    /** Tells if this member follows a leader that need not speak. */
    boolean isFollowingQuietly() {
        return server.timer.isSuspended();
    }

    /** A node is in another life, or silent if that is 0; it was heard of last in its former one at {@code heardAt}. */
    void onNode(long member, long life, long heardAt, long now) {
        if (life == 0) {
            lives.remove(member);
        } else {
            lives.put(member, life);
        }
        Leadership leadership = server.leadership();
        if (leadership != null) {
            leadership.idleness().wake(now);
        } else if (isFollowingQuietly() && member == server.leader() && life != leaderLife) {
            listen(heardAt);
        }
    }

    /** The leader says that it will be quiet; answers whether this follower is, too. */
    boolean follow(Heartbeat heartbeat, long now) {
        boolean nothingMissing = server.log.lastIndex() == heartbeat.commitIndex()
                && server.log.commitIndex() == heartbeat.commitIndex()
                && !server.following.isInstallingSnapshot()
                && !server.repair.isNeeded();
        if (heartbeat.quietLife() == 0 || heartbeat.quietLife() != lifeOf(heartbeat.from()) || !nothingMissing) {
            return false;
        }
        leaderLife = heartbeat.quietLife();
        server.timer.suspend(now);
        return true;
    }

    /** Something happens in this group, or somebody doubts its leader. */
    void wake(long now) {
        Leadership leadership = server.leadership();
        if (leadership != null) {
            leadership.idleness().wake(now);
        } else if (isFollowingQuietly()) {
            listen(now);
        }
    }

    /** Waits for the leader as if it had spoken then, and asks it whether it still leads. */
    void listen(long since) {
        server.timer.resume(since);
        server.send(new HeartbeatReply(
                server.settings.memberId(),
                server.leader(),
                server.term(),
                0,
                0,
                server.unsyncedNanos(),
                server.standing(),
                true));
    }
}
