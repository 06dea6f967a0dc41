package io.fairlead.raft.core;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Refusal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/** Says why there is no leader, or why it is slow: what an operator would have to find out from the logs of all members. */
final class Explanation {
    private static final long MILLIS = 1_000_000;

    private final Server server;
    private final Elections elections;
    private final long now;
    private final List<String> findings = new ArrayList<>();

    private Explanation(Server server, Elections elections, long now) {
        this.server = server;
        this.elections = elections;
        this.now = now;
    }

    /** One finding a line, the most important first. */
    static List<String> of(Server server, Elections elections, long now) {
        Explanation explanation = new Explanation(server, elections, now);
        Leadership leadership = server.leadership();
        if (leadership != null) {
            explanation.leading(leadership);
        } else if (server.leader() != 0) {
            explanation.following();
        } else {
            explanation.searching();
        }
        explanation.ownDisk();
        return List.copyOf(explanation.findings);
    }

    private void say(String finding) {
        findings.add(finding);
    }

    private static String millis(long nanos) {
        return nanos / MILLIS + " ms";
    }

    private static String since(long then, long now) {
        return then < 0 ? "never" : millis(now - then) + " ago";
    }

    private void ownDisk() {
        if (server.unsyncedNanos() > 0) {
            say("this member's disk is slow: its oldest write has been waiting for a sync for "
                    + millis(server.unsyncedNanos()));
        }
        long unapplied = server.commitIndex() - server.appliedIndex();
        if (unapplied > 0) {
            say(unapplied + " committed entries are not applied here yet");
        }
    }

    // ------------------------------------------------------------------------------------ without a leader

    private void searching() {
        say("no leader is known in term " + server.term() + "; one was last heard of "
                + since(server.lastLeaderContactNanos(), now));
        Configuration configuration = server.configuration();
        if (configuration.voters().isEmpty()) {
            say("this member knows no configuration: it waits to be added to the group");
        } else if (!configuration.isVoter(server.settings.memberId())) {
            say("this member is not a voter of " + configuration.voters() + " and does not stand for election");
        } else if (configuration.priority(server.settings.memberId()) == 0) {
            say("this member has priority 0 and does not stand for election");
        }
        if (server.following.isInstallingSnapshot()) {
            say("a snapshot is coming in; this member does not stand until it is installed");
        }
        Founding founding = server.repair.founding();
        if (founding.isOpen() && !founding.isLate()) {
            say("this member founds the cluster when all its voters are up at once: it waits for members "
                    + founding.silent());
        } else if (server.repair.isNeeded()) {
            say("this member is " + server.standing()
                    + ": it neither stands nor votes until a leader has given back what its disk may have lost");
        }
        if (server.timer.hasPromised(now) && configuration.leaderLease()) {
            say("this member has promised to vote for nobody, for another " + millis(server.timer.promisedFor(now)));
        }
        campaign(configuration);
    }

    private void campaign(Configuration configuration) {
        SortedMap<Long, Refusal> refusals = elections.refusals();
        refusals.forEach((voter, refusal) -> say("member " + voter + " refuses its vote: " + inWords(refusal)));
        if (server.roles.current() instanceof Role.Campaign campaign) {
            SortedSet<Long> silent = new TreeSet<>(configuration.voters());
            silent.addAll(configuration.outgoingVoters());
            silent.removeAll(campaign.granted);
            silent.removeAll(campaign.refused);
            if (!silent.isEmpty()) {
                say("members " + silent + " do not answer; " + campaign.granted + " would vote for this member");
            }
        }
    }

    private static String inWords(Refusal refusal) {
        return switch (refusal) {
            case STALE_TERM -> "it is in a later term";
            case LOG_BEHIND -> "its log is more complete";
            case ALREADY_VOTED -> "it has voted for another candidate in this term";
            case LEADER_ALIVE -> "it hears from a leader";
            case RESTART_SILENCE -> "it has restarted and keeps the promise that it may have made before";
            case IN_REPAIR -> "it may have lost acknowledged entries";
            case SICK_DISK -> "its disk is sick";
            case REMOVED -> "this member is no longer part of the group";
            case LOWER_PRIORITY -> "it is wanted more as leader, and stands first";
            default -> refusal.toString();
        };
    }

    // ---------------------------------------------------------------------------------------- with a leader

    private void following() {
        say("follows member " + server.leader() + " in term " + server.term() + ", heard of "
                + since(server.lastLeaderContactNanos(), now));
    }

    private void leading(Leadership leadership) {
        say("leads in term " + server.term()
                + (leadership.isReady() ? "" : ", but no entry of this term is committed yet: reads have to wait"));
        long silence = now - Math.min(now, leadership.lastQuorumContact());
        if (silence > server.settings.electionTimeoutNanos()) {
            say("no quorum has answered for " + millis(silence) + ": proposals are refused, and it will step down");
        }
        if (server.transfer.isPending()) {
            say("leadership is being handed to member " + server.transfer.target() + "; proposals wait");
        }
        String change = server.membership.describe();
        if (change != null) {
            say("the membership is changing: " + change);
        }
        lease(leadership);
        long waiting = server.log.lastIndex() - server.commitIndex();
        if (waiting > 0) {
            say(waiting + " entries (" + leadership.uncommittedBytes() + " bytes) are not committed yet");
        }
        leadership.peers().stream()
                .filter(progress -> !progress.isLeaving())
                .sorted(Comparator.comparingLong(Progress::matchIndex))
                .forEach(this::peer);
    }

    private void lease(Leadership leadership) {
        if (!server.configuration().leaderLease()) {
            return;
        }
        long remaining = leadership.reads().lease().remainingNanos(now);
        if (leadership.reads().lease().isGivenUp()) {
            say("the lease is given up for this term, because another was told to take over: each read asks a quorum");
        } else {
            say(
                    remaining > 0
                            ? "the lease lasts another " + millis(remaining)
                            : "there is no lease: each read asks a quorum");
        }
    }

    private void peer(Progress progress) {
        long behind = server.log.lastIndex() - progress.matchIndex();
        boolean silent = now - progress.contactNanos > server.settings.electionTimeoutNanos();
        boolean slowDisk = progress.unsyncedNanos > server.settings.heartbeatIntervalNanos();
        if (behind > 0 || silent || slowDisk) {
            say("member " + progress.peer + " is " + behind + " entries behind"
                    + switch (progress.state()) {
                        case PROBE -> ", where its log agrees is being found out";
                        case SNAPSHOT -> ", it takes in a snapshot";
                        case REPLICATE -> "";
                    }
                    + (silent ? ", it last answered what was sent " + since(progress.ackedSendNanos, now) : "")
                    + (slowDisk ? ", its oldest write has been waiting for " + millis(progress.unsyncedNanos) : ""));
        }
    }
}
