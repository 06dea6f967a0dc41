package io.fairlead.raft.core;

import static io.fairlead.raft.core.Invariant.check;

import io.fairlead.raft.message.TimeoutNow;
import org.jspecify.annotations.Nullable;

/** The role a member plays now and the leader it knows: figure 4's transitions, and nobody else's. */
final class RoleChanges {
    private final Server server;
    private final PersistentState persistent;
    private final long self;
    private Role role = new Role.Follower();
    private long leader;

    RoleChanges(Server server) {
        this.server = server;
        this.persistent = server.persistent;
        this.self = server.settings.memberId();
    }

    Role current() {
        return role;
    }

    /** The leadership of this member, if it leads. */
    @Nullable Leadership leadership() {
        return role instanceof Role.Leader leading ? leading.leadership : null;
    }

    /** The leader as far as known, 0 if not. */
    long leader() {
        return leader;
    }

    boolean isFollowing(long other) {
        return leader == other && role instanceof Role.Follower;
    }

    /** A leader of our term or a later one spoke (rules T1, T9). */
    void followLeader(long from, long term, long now) {
        check(
                term > persistent.term() || !(role instanceof Role.Leader),
                () -> "members " + from + " and " + self + " both lead in term " + term + " (Election Safety, §5.2)");
        if (term > persistent.term() || !isFollowing(from)) {
            becomeFollower(term, from, "follows the leader", now);
        }
        server.timer.heardLeader(now);
    }

    /** A refused vote must not disturb the others, so the election timer goes on as it was (rule T10). */
    void becomeFollower(long term, long newLeader, String why, long now) {
        boolean wasLeader = role instanceof Role.Leader;
        persistent.enterTerm(term, 0);
        become(new Role.Follower(), newLeader, why);
        if (wasLeader || server.timer.isSuspended()) {
            server.timer.reset(now);
        }
    }

    /** A leader that lost its quorum stops leading in its own term (check-quorum). */
    void stepDown(String why, long now) {
        becomeFollower(persistent.term(), 0, why, now);
    }

    Role.PreCandidate becomePreCandidate(String why, long now) {
        Role.PreCandidate campaign = new Role.PreCandidate();
        server.timer.forgetLeader();
        become(campaign, 0, why);
        server.timer.reset(now);
        return campaign;
    }

    void becomeCandidate(boolean byTransfer, long now) {
        server.timer.forgetLeader();
        persistent.enterTerm(persistent.term() + 1, self);
        become(new Role.Candidate(byTransfer), 0, byTransfer ? "the leader hands over" : "a quorum would vote for it");
        server.timer.reset(now);
    }

    void becomeLeader(String why, long now) {
        check(role instanceof Role.Candidate, "only a candidate becomes leader (figure 4)");
        check(persistent.isTermDurable(), "a leader's own vote is durable");
        Leadership leadership = new Leadership(server, now);
        become(new Role.Leader(leadership), self, why);
    }

    /** The only way to change role; a role's private state dies with it. */
    private void become(Role next, long newLeader, String why) {
        Role previous = role;
        role = next;
        leader = newLeader;
        server.reads.refuseAll();
        if (previous instanceof Role.Leader ended) {
            ended.leadership.end();
            server.transfer.onLeadershipEnded();
            server.membership.onLeadershipEnded();
        }
        server.outbox.roleChanged(server.role(), persistent.term(), leader, why);
    }

    /** A leader that is no longer a voter, or not wanted as leader, lets the most complete one take over (rule M11). */
    void handOverAndStepDown(Leadership leadership, long now) {
        Progress best = Successor.best(leadership, server.configuration(), Progress::isWhole);
        leadership.replicate(now);
        if (best != null) {
            server.send(new TimeoutNow(self, best.peer, persistent.term()));
        }
        stepDown("may no longer lead", now);
    }
}
