package io.fairlead.raft.core;

import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.Refusal;
import java.nio.ByteBuffer;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Changes who is a member (§6). A change of at most one voter goes in one step; any other goes through a joint
 * configuration, which is left as soon as it is committed, by whoever leads then.
 */
final class MembershipChange {
    private final Server server;
    private long changeId;
    private long reported;

    MembershipChange(Server server) {
        this.server = server;
    }

    /** Begins, or says why not (rules M2, M8, M10). */
    void start(long newChange, Configuration target, long expectedVersion, long now) {
        ConfigurationAt current = server.configurations.inForce();
        Leadership leadership = server.leadership();
        if (leadership == null) {
            refuse(newChange, Refusal.NOT_LEADER, "this member does not lead");
        } else if (expectedVersion >= 0 && expectedVersion != current.id().index()) {
            refuse(
                    newChange,
                    Refusal.SUPERSEDED,
                    "the configuration is version " + current.id().index() + ", not " + expectedVersion
                            + ": look at it again");
        } else if (target.voters().isEmpty()) {
            refuse(newChange, Refusal.NO_QUORUM, "a group needs at least one voter");
        } else if (changeId != 0 || current.configuration().isJoint() || !isCommitted(current)) {
            refuse(newChange, Refusal.TRANSFER_IN_PROGRESS, "another membership change is under way: wait for it");
        } else if (!leadership.isReady()) {
            refuse(newChange, Refusal.NOT_LEADER, "the leader has not committed an entry of its term yet: try again");
        } else if (!quorumIsAlive(target, leadership, now)) {
            refuse(
                    newChange,
                    Refusal.NO_QUORUM,
                    "fewer than a quorum of the voters " + target.voters() + " have answered within an election"
                            + " timeout: the group would stop");
        } else {
            changeId = newChange;
            append(firstStep(current.configuration(), target), now);
        }
    }

    private boolean isCommitted(ConfigurationAt at) {
        return at.id().index() <= server.log.commitIndex();
    }

    /** Newcomers count as alive when they have answered, or are learners of the present configuration that have. */
    private boolean quorumIsAlive(Configuration target, Leadership leadership, long now) {
        long self = server.settings.memberId();
        return Quorum.vote(
                        target,
                        id -> id == self
                                || leadership.hasContact(id, now)
                                || !server.configuration().contains(id),
                        id -> false)
                == Quorum.Outcome.WON;
    }

    private void refuse(long change, Refusal refusal, String why) {
        server.outbox.changeEnded(change, refusal, why);
    }

    /** One step if at most one voter comes or goes, else C_old,new. */
    static Configuration firstStep(Configuration old, Configuration target) {
        SortedSet<Long> different = new TreeSet<>(old.voters());
        different.removeAll(target.voters());
        SortedSet<Long> coming = new TreeSet<>(target.voters());
        coming.removeAll(old.voters());
        if (different.size() + coming.size() <= 1) {
            return target;
        }
        SortedSet<Long> learners = new TreeSet<>(target.learners());
        learners.removeAll(old.voters());
        SortedSet<Long> learnersNext = new TreeSet<>(target.learners());
        learnersNext.retainAll(old.voters());
        java.util.List<io.fairlead.raft.message.Member> members = new java.util.ArrayList<>(target.members());
        old.members().stream()
                .filter(member -> old.voters().contains(member.id()) && !target.contains(member.id()))
                .forEach(members::add);
        return new Configuration(
                members, target.voters(), old.voters(), learners, learnersNext, true, target.leaderLease());
    }

    /** C_new, once C_old,new is committed (rules M4, M5). */
    static Configuration leaveJoint(Configuration joint) {
        SortedSet<Long> learners = new TreeSet<>(joint.learners());
        learners.addAll(joint.learnersNext());
        return new Configuration(
                joint.members().stream()
                        .filter(member -> joint.voters().contains(member.id()) || learners.contains(member.id()))
                        .toList(),
                joint.voters(),
                new TreeSet<>(),
                learners,
                new TreeSet<>(),
                false,
                joint.leaderLease());
    }

    private void append(Configuration next, long now) {
        Entry entry = Entry.proposal(EntryKind.CONFIGURATION, 0, 0, ByteBuffer.wrap(next.encode()));
        server.changes.append(entry.stamp(server.term(), server.log.lastIndex() + 1), now);
    }

    /** The commit index moved: leave a committed joint configuration; step down if we are no longer part of it. */
    void onCommitted(Leadership leadership, long now) {
        ConfigurationAt current = server.configurations.inForce();
        boolean news = current.id().index() > reported;
        if (!isCommitted(current) || (!news && !current.configuration().isJoint())) {
            return;
        }
        if (news) {
            reported = current.id().index();
            server.outbox.configurationChanged(current.configuration(), current.id(), true);
        }
        if (current.configuration().isJoint()) {
            if (current.configuration().autoLeave() && leadership.isReady()) {
                append(leaveJoint(current.configuration()), now);
            }
            return;
        }
        if (changeId != 0) {
            long ended = changeId;
            changeId = 0;
            server.outbox.changeEnded(ended, Refusal.NONE, "done");
        }
        if (!current.configuration().isVoter(server.settings.memberId())) {
            server.roles.handOverAndStepDown(leadership, now);
        }
    }

    /** The leadership ended: whether the change survives is for the next leader to see. */
    void onLeadershipEnded() {
        if (changeId != 0) {
            long ended = changeId;
            changeId = 0;
            server.outbox.changeEnded(ended, Refusal.NOT_LEADER, "leadership was lost; look at the configuration");
        }
    }
}
