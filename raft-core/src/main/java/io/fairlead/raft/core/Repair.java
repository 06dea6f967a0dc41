package io.fairlead.raft.core;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.Standing;
import java.nio.ByteBuffer;

/**
 * Repair mode (rule Q6): how a member that lost entries it may have acknowledged, or forgot a vote, becomes whole again.
 *
 * <p>It has the leader append an entry of its own, the <em>marker</em>, under a number drawn in this life. When the
 * marker is committed and durable here, so is everything that was ever committed with the help of what this member said
 * before: the marker cannot have been proposed earlier than this life began. Until then the member neither votes nor
 * campaigns, and while its term and vote are in doubt nothing that it says counts. ADR 0008 has the argument.
 *
 * <p>It is whole when its disk says so, not before: others rely on it from then on, and it must not come back as one that
 * is not.
 */
final class Repair {
    private final Server server;
    private final RaftLog log;
    private final long life;
    private final Founding founding;

    private Standing standing;
    private long sequence;
    private long markerIndex;
    private long nextMarkerAt = Long.MIN_VALUE;
    private long endsWith;
    private String why = "";

    /** @param life unique to this life of this member */
    Repair(Server server, Standing standing, long life, long now) {
        this.server = server;
        this.log = server.log;
        this.standing = standing;
        this.life = life;
        this.founding = new Founding(server, life, now);
    }

    Standing standing() {
        return standing;
    }

    boolean isNeeded() {
        return standing != Standing.WHOLE;
    }

    Founding founding() {
        return founding;
    }

    /** An entry was appended. */
    void onAppended(Entry entry) {
        if (isNeeded() && entry.source() == life && entry.kind() == EntryKind.NO_OP) {
            markerIndex = entry.index();
        }
    }

    /** The log ends here now. */
    void onCut(long lastIndex) {
        if (markerIndex > lastIndex) {
            markerIndex = 0;
        }
    }

    /** The log starts anew behind a snapshot. */
    void onReset() {
        markerIndex = 0;
    }

    /** Ends a step: the marker has arrived, or is asked for; or the roll of the founders is called. */
    void step(long now) {
        if (!isNeeded() || endsWith != 0) {
            return;
        }
        founding.step(now);
        if (founding.isProven()) {
            found(now);
        } else if (server.leader() != 0) {
            repair(now);
        }
    }

    /** No vote is left that could have been given before: those others might count are of this term or earlier ones. */
    private void found(long now) {
        long term = Math.max(1, Math.max(server.term(), founding.latestTerm()));
        if (term > server.term()) {
            server.roles.becomeFollower(term, 0, "founds the cluster", now);
        }
        server.persistent.spendVote(server.settings.memberId());
        end("it founds the cluster, no voter of which has a log");
    }

    private void repair(long now) {
        if (markerIndex != 0 && markerIndex <= Math.min(log.commitIndex(), log.durableIndex())) {
            // Whatever vote of this term was forgotten, its leader is the only one there can be.
            server.persistent.spendVote(server.leader());
            end("it has everything up to entry " + markerIndex + " from its leader");
        } else if (markerIndex == 0 && now >= nextMarkerAt) {
            nextMarkerAt = now + server.settings.electionTimeoutNanos();
            server.propose(Entry.proposal(EntryKind.NO_OP, life, ++sequence, ByteBuffer.allocate(0)), now);
        }
    }

    private void end(String reason) {
        why = reason;
        endsWith = server.persistent.endRepair();
    }

    /** All batches up to this number are durable. */
    void onPersisted(long batch) {
        if (endsWith != 0 && batch >= endsWith) {
            endsWith = 0;
            standing = Standing.WHOLE;
            server.outbox.repaired(why);
            if (server.leader() != 0) {
                server.following.acknowledgeAgain();
            }
        }
    }

    /** When {@link #step} wants to be called next. */
    long deadline() {
        if (!isNeeded() || endsWith != 0) {
            return Long.MAX_VALUE;
        }
        return Math.min(founding.deadline(), server.leader() != 0 && markerIndex == 0 ? nextMarkerAt : Long.MAX_VALUE);
    }
}
