package io.fairlead.chaos.invariant;

import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.HeartbeatReply;
import io.fairlead.raft.message.InstallSnapshot;
import io.fairlead.raft.message.InstallSnapshotReply;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.RequestPreVoteReply;
import io.fairlead.raft.message.RequestVote;
import io.fairlead.raft.message.RequestVoteReply;
import io.fairlead.raft.message.RollCallReply;
import io.fairlead.raft.message.TimeoutNow;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;

/**
 * Raft as its formal specification has it, run beside every simulation: it is shown every message and, after every step,
 * every server's variables, and rejects a step that none of its actions explains. The actions are those of the paper's
 * specification: Restart, Timeout, UpdateTerm, HandleRequestVote, BecomeLeader, ClientRequest, HandleAppendEntries,
 * AdvanceCommitIndex; and InstallSnapshot. A real step may be several actions at once.
 *
 * <p>It knows nothing of timers, pre-votes, flow control, leases or the order in which messages arrive, and does not look
 * at whether a step does harm: an entry that is committed with a vote too few is rejected even if it is never lost.
 */
final class AbstractRaft extends Invariant
        implements Invariant.SeesStarts, Invariant.SeesSteps, Invariant.SeesMessages {
    private final ClusterLog logs;
    private final PerMember<AbstractMember> members = new PerMember<>(AbstractMember::new);
    private final Map<Long, Long> leaders = new HashMap<>();
    private long lastLeader;
    private long lastTerm;

    AbstractRaft(ClusterLog logs) {
        super("R1", "every step is one of abstract Raft");
        this.logs = logs;
    }

    private AbstractMember member(long id) {
        return members.of(id);
    }

    // ------------------------------------------------------------------------------------------------- steps

    /** Restart: term, vote and log are those on disk, and nobody leads. */
    @Override
    public void onStarted(MemberView view) {
        Server server = view.server();
        AbstractMember member = member(view.id());
        member.started = false;
        if (server == null) {
            return;
        }
        HardState durable = view.durable().hardState();
        require(
                server.term() == durable.term() && server.votedFor() == durable.votedFor(),
                view,
                "Restart: term and vote are those on disk, " + durable);
        require(!server.leads(), view, "Restart: nobody restarts as leader");
        take(member, server);
        member.started = true;
    }

    private static void take(AbstractMember member, Server server) {
        member.currentTerm = server.term();
        member.votedFor = server.votedFor();
        member.leads = server.leads();
        long last = server.lastIndex();
        if (member.lastLog.index() != last || member.lastLog.term() != server.termAt(last)) {
            member.lastLog = server.entryId(last);
        }
        member.commitIndex = server.commitIndex();
        member.configuration = server.configuration();
    }

    @Override
    public void afterStep(MemberView view) {
        Server server = view.server();
        AbstractMember before = member(view.id());
        if (server == null || !before.started) {
            return;
        }
        checkTermAndVote(view, before, server);
        boolean leads = server.leads();
        if (leads && !(before.leads && before.currentTerm == server.term())) {
            checkBecomeLeader(view, before, server);
        }
        checkLog(view, before, server, leads);
        if (server.commitIndex() > before.commitIndex) {
            checkCommit(view, before, server, leads);
        }
        take(before, server);
    }

    /** UpdateTerm, Timeout, and HandleRequestVote. */
    private void checkTermAndVote(MemberView view, AbstractMember before, Server server) {
        long term = server.term();
        long vote = server.votedFor();
        if (term == before.currentTerm && vote == before.votedFor) {
            return;
        }
        long heard = Math.max(before.currentTerm, before.latestTermHeard);
        boolean timeout = vote == view.id() && term > before.currentTerm;
        require(
                term >= before.currentTerm && term <= (timeout ? heard + 1 : heard),
                view,
                "UpdateTerm, Timeout: from term " + before.currentTerm + " to " + term + ", heard of " + heard);
        if (vote == 0 || timeout) {
            return;
        }
        require(
                term > before.currentTerm || before.votedFor == 0,
                view,
                "HandleRequestVote: one vote a term, and it was " + before.votedFor + "'s");
        if (vote == view.id() || Objects.equals(leaders.get(term), vote)) {
            return; // Repair mode ends: the vote of this term is spent, or goes to whoever has won it already.
        }
        EntryId candidateLast = before.voteRequests(term).get(vote);
        EntryId last = server.entryId(server.lastIndex());
        require(
                candidateLast != null && (isUpToDate(candidateLast, last) || isUpToDate(candidateLast, before.lastLog)),
                view,
                "HandleRequestVote: " + vote + " asked with " + candidateLast + ", the voter has " + last);
    }

    /** In words of its own: the library's may be wrong (§5.4.1). */
    private static boolean isUpToDate(EntryId candidate, EntryId voter) {
        return candidate.term() > voter.term()
                || (candidate.term() == voter.term() && candidate.index() >= voter.index());
    }

    /** BecomeLeader: votes of a quorum have been sent, or, its own, are on disk. */
    private void checkBecomeLeader(MemberView view, AbstractMember before, Server server) {
        long term = server.term();
        claim(view.id(), term, view);
        require(
                hasVotes(view, before, server, term),
                view,
                "BecomeLeader: votes of " + before.votesGranted(term) + " and, on disk, "
                        + view.durable().hardState() + " are no quorum of " + server.configuration());
    }

    private static boolean hasVotes(MemberView view, AbstractMember before, Server server, long term) {
        HardState durable = view.durable().hardState();
        LongPredicate granted = id -> id == view.id()
                ? durable.term() == term && durable.votedFor() == id
                : before.votesGranted(term).contains(id);
        return isQuorum(server.configuration(), granted) || isQuorum(before.configuration, granted);
    }

    /** BecomeLeader, ClientRequest and UpdateTerm in one step, such as that of a process that stood still for long. */
    private boolean ledMeanwhile(MemberView view, AbstractMember before, Server server, long term) {
        boolean led = term >= before.currentTerm && term < server.term() && hasVotes(view, before, server, term);
        if (led) {
            claim(view.id(), term, view);
        }
        return led;
    }

    private void claim(long leader, long term, MemberView view) {
        if (leader == lastLeader && term == lastTerm) {
            return; // As nearly always.
        }
        lastLeader = leader;
        lastTerm = term;
        Long other = leaders.putIfAbsent(term, leader);
        require(other == null || other == leader, view, "BecomeLeader: term " + term + " belongs to " + other);
    }

    /** ClientRequest on a leader, HandleAppendEntries elsewhere, InstallSnapshot. */
    private void checkLog(MemberView view, AbstractMember before, Server server, boolean leads) {
        long kept = logs.keptIndex(view.id());
        long last = server.lastIndex();
        if (kept < before.lastLog.index()) {
            EntryId base = server.entryId(server.firstIndex() - 1);
            require(
                    last > kept || before.snapshots.contains(base),
                    view,
                    "HandleAppendEntries: entries behind " + kept + " were removed, and none took their place");
        }
        for (long index = Math.max(kept + 1, server.firstIndex()); index <= last; index++) {
            long term = server.termAt(index);
            boolean own = (leads && term == server.term()) || (before.leads && term == before.currentTerm);
            if (!own && !before.wasSent(index, term, server.term()) && !ledMeanwhile(view, before, server, term)) {
                require(
                        false,
                        view,
                        "HandleAppendEntries: nobody sent entry " + term + ":" + index + " to this server");
            }
        }
    }

    /** AdvanceCommitIndex on a leader; what leaders allow elsewhere. */
    private void checkCommit(MemberView view, AbstractMember before, Server server, boolean leads) {
        long commit = server.commitIndex();
        if ((leads && mayAdvance(view, before, server, server.term()))
                || before.mayCommit(commit, server.term())
                || (before.leads && mayAdvance(view, before, server, before.currentTerm))) {
            return;
        }
        require(
                false,
                view,
                "AdvanceCommitIndex: " + server.entryId(commit) + " is not acknowledged by a quorum of "
                        + server.configuration() + ", " + acknowledgements(before, server) + "; leaders allowed "
                        + before.mayCommit(server.term()));
    }

    private static String acknowledgements(AbstractMember leader, Server server) {
        return server.configuration().members().stream()
                .map(member -> member.id() + ": " + leader.countedIndex(server.term(), member.id()))
                .collect(Collectors.joining(", ", "but by ", ""));
    }

    /**
     * While the configuration is joint, only what it says counts: that it is left is a consequence of its commit. In the
     * step that commits it the leader leaves it, and commits by the new one what that has acknowledged already.
     */
    private static boolean mayAdvance(MemberView view, AbstractMember before, Server server, long term) {
        EntryId id = server.entryId(server.commitIndex());
        LongPredicate has = member ->
                member == view.id() ? view.durable().holds(id) : before.countedIndex(term, member) >= id.index();
        return id.term() == term
                && (isQuorum(before.configuration, has)
                        || (leavesJoint(view, before, server, term) && isQuorum(server.configuration(), has)));
    }

    private static boolean leavesJoint(MemberView view, AbstractMember before, Server server, long term) {
        if (!before.configuration.isJoint()) {
            return true;
        }
        ConfigurationAt joint = server.configurationAt(server.configurationId().index() - 1);
        LongPredicate has = member -> member == view.id()
                ? view.durable().holds(joint.id())
                : before.matchIndex(term, member) >= joint.id().index();
        return joint.configuration().equals(before.configuration) && isQuorum(before.configuration, has);
    }

    private static boolean isQuorum(Configuration configuration, LongPredicate says) {
        return isMajority(configuration.voters(), says) && isMajority(configuration.outgoingVoters(), says);
    }

    private static boolean isMajority(SortedSet<Long> voters, LongPredicate says) {
        int count = 0;
        for (Long voter : voters) {
            count += says.test(voter) ? 1 : 0;
        }
        return voters.isEmpty() || count > voters.size() / 2;
    }

    // ---------------------------------------------------------------------------------------------- messages

    @Override
    public void onSend(MemberView from, RaftMessage message) {
        AbstractMember to = member(message.to());
        if (message instanceof AppendEntries m) {
            appendEntries(from, m, to);
        } else if (message instanceof AppendEntriesReply m) {
            appendEntriesReply(from, m, to);
        } else if (message instanceof Heartbeat m) {
            heard(to, m.term());
            claim(m.from(), m.term(), from);
            long match = member(m.from()).matchIndex(m.term(), m.to());
            require(
                    m.commitIndex() <= match,
                    from,
                    "Heartbeat: commits " + m.commitIndex() + ", acknowledged is only " + match);
            allow(to.fromLeader(m.term()), m.commitIndex());
        } else if (message instanceof HeartbeatReply m) {
            heard(to, m.term());
        } else if (message instanceof InstallSnapshot m) {
            heard(to, m.term());
            claim(m.from(), m.term(), from);
            to.snapshots.add(m.snapshot().lastIncluded());
            to.latestSnapshot =
                    Math.max(to.latestSnapshot, m.snapshot().lastIncluded().index());
        } else if (message instanceof InstallSnapshotReply m) {
            heard(to, m.term());
        } else {
            onElectionMessage(message, to);
        }
    }

    private static void onElectionMessage(RaftMessage message, AbstractMember to) {
        if (message instanceof RequestVote m) {
            heard(to, m.term());
            to.voteRequests(m.term()).put(m.from(), m.last());
        } else if (message instanceof RequestVoteReply m) {
            heard(to, m.term());
            if (m.granted()) {
                to.votesGranted(m.term()).add(m.from());
            }
        } else if (message instanceof RequestPreVoteReply m && !m.granted()) {
            heard(to, m.term());
        } else if (message instanceof TimeoutNow m) {
            heard(to, m.term());
        } else if (message instanceof RollCallReply m) {
            heard(to, m.term());
        }
    }

    private static void heard(AbstractMember to, long term) {
        to.latestTermHeard = Math.max(to.latestTermHeard, term);
    }

    private static void allow(AbstractMember.FromLeader sent, long commit) {
        sent.commitIndex = Math.max(sent.commitIndex, commit);
    }

    private void appendEntries(MemberView from, AppendEntries request, AbstractMember to) {
        heard(to, request.term());
        claim(request.from(), request.term(), from);
        AbstractMember.FromLeader sent = to.fromLeader(request.term());
        for (Entry entry : request.entries()) {
            sent.entry(entry.id());
        }
        long lastNew = request.prev().index() + request.entries().size();
        sent.matchIndex = Math.max(sent.matchIndex, lastNew);
        allow(sent, Math.min(request.leaderCommit(), lastNew));
    }

    /** A success says no more than what the leader sent, what is committed, or what a snapshot has. */
    private void appendEntriesReply(MemberView from, AppendEntriesReply reply, AbstractMember leader) {
        heard(leader, reply.term());
        if (!reply.success()) {
            return;
        }
        AbstractMember follower = member(reply.from());
        Server server = from.server();
        long known = Math.max(follower.latestSnapshot, server == null ? 0 : server.commitIndex());
        require(
                reply.index() <= Math.max(known, follower.fromLeader(reply.term()).matchIndex),
                from,
                "HandleAppendEntries: acknowledges " + reply.index() + ", sent was "
                        + follower.fromLeader(reply.term()).matchIndex + ", committed " + known);
        leader.acknowledged(
                reply.term(), reply.from(), reply.index(), reply.standing().counts());
    }

    private void require(boolean holds, MemberView view, String action) {
        if (!holds) {
            throw violation("member " + view.id() + " took a step that no action allows; " + action);
        }
    }
}
