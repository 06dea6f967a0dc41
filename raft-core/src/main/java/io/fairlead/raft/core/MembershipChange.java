package io.fairlead.raft.core;

import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.message.Refusal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes the membership look as somebody wants it (§6, dissertation §4). New voters come in as learners and catch up
 * first; then a change of at most one voter goes in one step, any other through a joint configuration, which is left as
 * soon as it is committed, by whoever leads then.
 */
final class MembershipChange {
    /** A newcomer that is silent for so many shortest election timeouts is not waited for any longer. */
    private static final int NEWCOMER_PATIENCE = 10;

    private final Server server;
    private @Nullable Pending pending;
    private long reported;

    /** A change that somebody waits for. */
    private static final class Pending {
        final long id;
        final Configuration before;
        final Configuration target;
        final List<CatchUp> newcomers = new ArrayList<>();
        /** The step that changes who votes is in the log. */
        boolean decided;

        Pending(long id, Configuration before, Configuration target) {
            this.id = id;
            this.before = before;
            this.target = target;
        }
    }

    MembershipChange(Server server) {
        this.server = server;
    }

    /** Begins, or says why not (rules M2, M8, M10). */
    void start(long changeId, Configuration target, long expectedVersion, long now) {
        ConfigurationAt current = server.configurations.inForce();
        Leadership leadership = server.leadership();
        if (leadership == null) {
            refuse(changeId, Refusal.NOT_LEADER, "this member does not lead");
        } else if (expectedVersion >= 0 && expectedVersion != current.id().index()) {
            refuse(
                    changeId,
                    Refusal.SUPERSEDED,
                    "the configuration is version " + current.id().index() + ", not " + expectedVersion
                            + ": look at it again");
        } else if (target.voters().isEmpty()) {
            refuse(changeId, Refusal.NO_QUORUM, "a group needs at least one voter");
        } else if (nobodyMayLead(target)) {
            refuse(changeId, Refusal.NO_QUORUM, "all voters have priority 0: nobody could ever lead");
        } else if (isUnderWay()) {
            refuse(changeId, Refusal.TRANSFER_IN_PROGRESS, "another membership change is under way: wait for it");
        } else if (server.transfer.isPending()) {
            refuse(changeId, Refusal.TRANSFER_IN_PROGRESS, "leadership is being handed over: ask the next leader");
        } else if (!leadership.isReady()) {
            refuse(changeId, Refusal.NOT_LEADER, "the leader has not committed an entry of its term yet: try again");
        } else {
            String missing = missingQuorum(current.configuration(), target, leadership, now);
            if (missing != null) {
                refuse(changeId, Refusal.NO_QUORUM, missing);
            } else {
                begin(new Pending(changeId, current.configuration(), target), leadership, now);
            }
        }
    }

    private static boolean nobodyMayLead(Configuration target) {
        return target.members().stream()
                .noneMatch(member -> target.voters().contains(member.id()) && member.priority() > 0);
    }

    /** Tells if the configuration is about to change. */
    boolean isUnderWay() {
        ConfigurationAt current = server.configurations.inForce();
        return pending != null || current.configuration().isJoint() || !isCommitted(current);
    }

    private boolean isCommitted(ConfigurationAt at) {
        return at.id().index() <= server.log.commitIndex();
    }

    /**
     * Tells if the change would stop the group now: a quorum of those who vote now must agree to it, and one of those
     * who vote then must carry on. Newcomers prove themselves by catching up.
     */
    private @Nullable String missingQuorum(
            Configuration current, Configuration target, Leadership leadership, long now) {
        String missing = missingQuorum(current.voters(), current, leadership, now);
        return missing != null ? missing : missingQuorum(target.voters(), current, leadership, now);
    }

    private @Nullable String missingQuorum(
            SortedSet<Long> voters, Configuration current, Leadership leadership, long now) {
        SortedSet<Long> silent = new TreeSet<>(voters);
        silent.removeIf(
                id -> id == server.settings.memberId() || !current.contains(id) || mayVote(leadership, id, now));
        return voters.size() - silent.size() >= voters.size() / 2 + 1
                ? null
                : "of the voters " + voters + " the members " + silent
                        + " have not answered for an election timeout, or are under repair: without them there is no"
                        + " quorum, and the group would stop";
    }

    private static boolean mayVote(Leadership leadership, long id, long now) {
        return leadership.hasContact(id, now) && leadership.isWhole(id);
    }

    private void refuse(long change, Refusal refusal, String why) {
        server.outbox.changeEnded(change, refusal, why);
    }

    private void begin(Pending change, Leadership leadership, long now) {
        pending = change;
        for (Long newcomer : ConfigurationSteps.newVoters(change.before, change.target)) {
            change.newcomers.add(new CatchUp(newcomer, server.log.lastIndex(), now));
        }
        Configuration withLearners = ConfigurationSteps.withNewVotersAsLearners(change.before, change.target);
        if (!withLearners.learners().equals(change.before.learners())) {
            append(withLearners, now);
        }
        advance(leadership, now);
    }

    /** Looks whether the newcomers have caught up; if all have, they get their votes. */
    void advance(Leadership leadership, long now) {
        Pending change = pending;
        if (change == null || change.decided) {
            return;
        }
        long timeout = server.settings.electionTimeoutNanos();
        for (CatchUp newcomer : change.newcomers) {
            Progress progress = leadership.progressOf(newcomer.member);
            if (progress != null) {
                newcomer.look(progress.matchIndex(), server.log.lastIndex(), timeout, now);
            }
        }
        if (!isCommitted(server.configurations.inForce())) {
            return;
        }
        for (CatchUp newcomer : change.newcomers) {
            Progress progress = leadership.progressOf(newcomer.member);
            boolean silent = progress == null || now - progress.contactNanos > NEWCOMER_PATIENCE * timeout;
            if (newcomer.isTooSlow() || (silent && !newcomer.isDone())) {
                giveUp(change, newcomer + (silent ? " does not answer" : " cannot keep up with the log"), now);
                return;
            }
        }
        if (change.newcomers.stream().allMatch(each -> each.isDone() && leadership.isWhole(each.member))) {
            change.decided = true;
            append(ConfigurationSteps.firstStep(server.configuration(), change.target), now);
        }
    }

    private void giveUp(Pending change, String why, long now) {
        pending = null;
        if (!server.configuration().equals(change.before)) {
            append(change.before, now);
        }
        refuse(change.id, Refusal.NO_QUORUM, why + "; the membership is as it was");
    }

    private void append(Configuration next, long now) {
        Entry entry = Entry.proposal(EntryKind.CONFIGURATION, 0, 0, ByteBuffer.wrap(next.encode()));
        server.changes.append(entry.stamp(server.term(), server.log.lastIndex() + 1), now);
    }

    /** The commit index moved, on any member: tells that the configuration in force is committed, once. */
    void reportCommitted() {
        ConfigurationAt current = server.configurations.inForce();
        if (current.id().index() > reported && isCommitted(current)) {
            reported = current.id().index();
            server.outbox.configurationChanged(current.configuration(), current.id(), true);
        }
    }

    /** The leader's commit index moved: leave a committed joint configuration; step down if we have no part in it. */
    void onCommitted(Leadership leadership, long now) {
        reportCommitted();
        ConfigurationAt current = server.configurations.inForce();
        if (!isCommitted(current)) {
            return;
        }
        if (current.configuration().isJoint()) {
            if (current.configuration().autoLeave() && leadership.isReady()) {
                append(ConfigurationSteps.leaveJoint(current.configuration()), now);
            }
            return;
        }
        Pending change = pending;
        if (change != null && !change.decided) {
            advance(leadership, now);
            return;
        }
        if (change != null) {
            pending = null;
            server.outbox.changeEnded(change.id, Refusal.NONE, "done");
        }
        if (!Successor.mayLead(current.configuration(), server.settings.memberId())) {
            server.roles.handOverAndStepDown(leadership, now);
        }
    }

    /** What is under way, in words; null if nothing is. */
    @Nullable String describe() {
        Configuration current = server.configuration();
        if (pending != null && !pending.decided) {
            return "catching up: " + pending.newcomers;
        }
        if (current.isJoint()) {
            return "joint: voters " + current.outgoingVoters() + " become " + current.voters();
        }
        return isCommitted(server.configurations.inForce())
                ? null
                : "not committed: members "
                        + current.members().stream().map(Member::id).toList();
    }

    /** The leadership ended: whether the change survives is for the next leader to see. */
    void onLeadershipEnded() {
        Pending change = pending;
        pending = null;
        if (change != null) {
            refuse(change.id, Refusal.NOT_LEADER, "leadership was lost; look at the configuration");
        }
    }
}
