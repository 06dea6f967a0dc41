package io.fairlead.raft.core;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
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
 */
final class Repair {
    private final Server server;
    private final RaftLog log;
    private final long source;

    private Standing standing;
    private long sequence;
    private long markerIndex;
    private long nextMarkerAt = Long.MIN_VALUE;

    /** @param source unique to this life of this member */
    Repair(Server server, Standing standing, long source) {
        this.server = server;
        this.log = server.log;
        this.standing = standing;
        this.source = source;
    }

    Standing standing() {
        return standing;
    }

    boolean isNeeded() {
        return standing != Standing.WHOLE;
    }

    /** Tells if this member's vote for such a candidate could not contradict one that it has forgotten. */
    boolean mayVoteFor(EntryId candidatesLast) {
        return !isNeeded() || (mayFound() && candidatesLast.equals(EntryId.ZERO));
    }

    boolean mayCampaign() {
        return !isNeeded() || mayFound();
    }

    /** With an empty disk, and an empty log, a member may found a cluster with others like it. */
    private boolean mayFound() {
        return standing == Standing.UNPROVEN && log.lastIndex() == 0;
    }

    /** This member voted: whoever does that before there are any entries founds the cluster. */
    void onVoted() {
        if (isNeeded()) {
            becomeWhole("it takes part in the founding of the cluster");
        }
    }

    /** An entry was appended. */
    void onAppended(Entry entry) {
        if (isNeeded() && entry.source() == source && entry.kind() == EntryKind.NO_OP) {
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

    /** Ends a step: the marker has arrived, or is asked for. */
    void step(long now) {
        if (!isNeeded() || server.leader() == 0) {
            return;
        }
        if (markerIndex != 0 && markerIndex <= Math.min(log.commitIndex(), log.durableIndex())) {
            // Whatever vote of this term was forgotten, its leader is the only one there can be.
            server.persistent.spendVote(server.leader());
            becomeWhole("it has everything up to entry " + markerIndex + " from its leader");
            server.following.acknowledgeAgain();
        } else if (markerIndex == 0 && now >= nextMarkerAt) {
            nextMarkerAt = now + server.settings.electionTimeoutNanos();
            server.propose(Entry.proposal(EntryKind.NO_OP, source, ++sequence, ByteBuffer.allocate(0)), now);
        }
    }

    /** When {@link #step} wants to be called next. */
    long deadline() {
        return isNeeded() && server.leader() != 0 && markerIndex == 0 ? nextMarkerAt : Long.MAX_VALUE;
    }

    private void becomeWhole(String why) {
        standing = Standing.WHOLE;
        server.outbox.repaired(why);
    }
}
