package io.fairlead.raft.core;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.RequestPreVote;
import io.fairlead.raft.message.RequestPreVoteReply;
import io.fairlead.raft.message.RequestVote;
import io.fairlead.raft.message.RequestVoteReply;
import io.fairlead.raft.message.TimeoutNow;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Standing for election, and voting (§5.2, §5.4.1; pre-vote: dissertation §9.6). */
final class Elections {
    private final Server server;
    private final RaftLog log;
    private final long self;

    /** Who refused in the newest campaign, and why. */
    private final TreeMap<Long, Refusal> refusals = new TreeMap<>();

    Elections(Server server) {
        this.server = server;
        this.log = server.log;
        this.self = server.settings.memberId();
    }

    /** Tells if this member may campaign now (rule E1). */
    boolean mayCampaign() {
        return server.candidacy.mayStand()
                && server.leadership() == null
                && !server.following.isInstallingSnapshot()
                && !server.repair.isNeeded()
                && !server.disk.isSick();
    }

    /** Who refused in the newest campaign, and why: for {@link Explanation}. */
    SortedMap<Long, Refusal> refusals() {
        return refusals;
    }

    private void note(Role.Campaign campaign, long voter, Refusal refusal) {
        campaign.record(voter, refusal == Refusal.NONE);
        if (refusal != Refusal.NONE) {
            refusals.put(voter, refusal);
        }
    }

    /** The election timeout passed: ask first whether an election could be won. */
    void startPreVote(long now) {
        Role.PreCandidate campaign = server.roles.becomePreCandidate("no leader for an election timeout", now);
        refusals.clear();
        campaign.record(self, true);
        for (Long voter : otherVoters()) {
            server.send(new RequestPreVote(self, voter, server.term() + 1, log.last()));
        }
        conclude(campaign, now);
    }

    /** Stands for election; the requests leave, and the own vote counts, when term and vote are durable (rule E3). */
    void startElection(boolean transfer, long now) {
        refusals.clear();
        server.roles.becomeCandidate(transfer, now);
        for (Long voter : otherVoters()) {
            server.sendWhenDurable(new RequestVote(self, voter, server.term(), log.last(), transfer));
        }
    }

    /** Term and vote of this campaign are on disk. */
    void onOwnVoteDurable(long now) {
        if (server.roles.current() instanceof Role.Candidate campaign) {
            campaign.record(self, true);
            conclude(campaign, now);
        }
    }

    private SortedSet<Long> otherVoters() {
        Configuration configuration = server.configuration();
        SortedSet<Long> others = new TreeSet<>(configuration.voters());
        others.addAll(configuration.outgoingVoters());
        others.remove(self);
        return others;
    }

    void onRequestPreVote(RequestPreVote request, long now) {
        Refusal refusal = judgePreVote(request, now);
        long term = refusal == Refusal.NONE ? request.term() : server.term();
        server.send(new RequestPreVoteReply(self, request.from(), term, refusal, server.leader()));
    }

    /** Changes nothing, whatever the answer. */
    private Refusal judgePreVote(RequestPreVote request, long now) {
        if (request.term() <= server.term() && !couldVoteAgain(request)) {
            return Refusal.STALE_TERM;
        }
        if (server.repair.isNeeded()) {
            return Refusal.IN_REPAIR;
        }
        if (server.disk.isSick()) {
            return Refusal.SICK_DISK;
        }
        if (server.candidacy.isSticky(now) && request.from() != server.leader()) {
            return stickiness(request.from());
        }
        if (!upToDate(request.last())) {
            return Refusal.LOG_BEHIND;
        }
        return wantsToStandFirst(request) ? Refusal.LOWER_PRIORITY : Refusal.NONE;
    }

    /** What keeps this member from voting: a leader, or what it may have promised before it restarted (rule K4). */
    private Refusal stickiness(long candidate) {
        if (server.leadership() != null && server.candidacy.isRemoved(candidate)) {
            return Refusal.REMOVED;
        }
        return server.leader() == 0 ? Refusal.RESTART_SILENCE : Refusal.LEADER_ALIVE;
    }

    /** Whoever is wanted more stands first if the logs are equal, but tries only once (rule E13). */
    private boolean wantsToStandFirst(RequestPreVote request) {
        Configuration configuration = server.configuration();
        return configuration.isVoter(request.from())
                && configuration.priority(request.from()) < configuration.priority(self)
                && request.last().equals(log.last())
                && server.timer.failedRounds() == 0
                && mayCampaign();
    }

    /** A pre-vote for the present term can only be won by whoever has this member's vote in it already. */
    private boolean couldVoteAgain(RequestPreVote request) {
        return request.term() == server.term() && server.votedFor() == request.from();
    }

    private boolean upToDate(EntryId candidateLast) {
        return candidateLast.isAtLeastAsUpToDateAs(log.last());
    }

    void onRequestPreVoteReply(RequestPreVoteReply reply, long now) {
        if (!reply.granted() && reply.term() > server.term()) {
            server.roles.becomeFollower(reply.term(), 0, "a voter is at a later term", now);
            return;
        }
        if (server.roles.current() instanceof Role.PreCandidate campaign
                && (!reply.granted() || reply.term() == server.term() + 1)) {
            note(campaign, reply.from(), reply.refusal());
            conclude(campaign, now);
        }
    }

    void onRequestVote(RequestVote request, long now) {
        if (request.term() < server.term()) {
            refuse(request, Refusal.STALE_TERM);
            return;
        }
        boolean sticky = server.candidacy.isSticky(now) && !request.transfer() && request.from() != server.leader();
        if (request.term() > server.term()) {
            if (sticky) {
                refuse(request, stickiness(request.from()));
                return;
            }
            server.roles.becomeFollower(request.term(), 0, "a candidate is at a later term", now);
        }
        Refusal refusal = judgeVote(request);
        if (refusal != Refusal.NONE) {
            refuse(request, refusal);
            return;
        }
        server.persistent.vote(request.from());
        server.timer.reset(now);
        server.sendWhenDurable(
                new RequestVoteReply(self, request.from(), server.term(), Refusal.NONE, server.leader()));
    }

    /** One vote a term, and only for a log that has all that this one has (§5.2, §5.4.1; rule E4). */
    private Refusal judgeVote(RequestVote request) {
        if (server.repair.isNeeded()) {
            return Refusal.IN_REPAIR;
        }
        if (server.votedFor() != 0 && server.votedFor() != request.from()) {
            return Refusal.ALREADY_VOTED;
        }
        if (server.votedFor() == 0 && server.leader() != 0) {
            return Refusal.LEADER_ALIVE;
        }
        return upToDate(request.last()) ? Refusal.NONE : Refusal.LOG_BEHIND;
    }

    private void refuse(RequestVote request, Refusal refusal) {
        server.send(new RequestVoteReply(self, request.from(), server.term(), refusal, server.leader()));
    }

    void onRequestVoteReply(RequestVoteReply reply, long now) {
        if (reply.term() > server.term()) {
            server.roles.becomeFollower(reply.term(), 0, "a voter is at a later term", now);
            return;
        }
        if (server.roles.current() instanceof Role.Candidate campaign
                && (!reply.granted() || reply.term() == server.term())) {
            note(campaign, reply.from(), reply.refusal());
            conclude(campaign, now);
        }
    }

    /** The leader hands over: no asking first, the others need not believe it dead (rule E10). */
    void onTimeoutNow(TimeoutNow message, long now) {
        if (message.term() == server.term() && mayCampaign()) {
            startElection(true, now);
        }
    }

    private void conclude(Role.Campaign campaign, long now) {
        Quorum.Outcome outcome =
                Quorum.vote(server.configuration(), campaign.granted::contains, campaign.refused::contains);
        if (outcome == Quorum.Outcome.LOST) {
            server.roles.becomeFollower(server.term(), 0, "a majority refused: " + campaign.refused, now);
        } else if (outcome == Quorum.Outcome.WON && campaign instanceof Role.Candidate) {
            if (campaign.granted.contains(self)) { // Else the others were faster than the own disk: it concludes.
                server.roles.becomeLeader("votes of " + campaign.granted, now);
            }
        } else if (outcome == Quorum.Outcome.WON) {
            startElection(false, now);
        }
    }
}
