package io.fairlead.chaos.small;

import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.RequestVote;
import io.fairlead.raft.message.RequestVoteReply;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;

/**
 * Figure 3's properties, and that promises are on disk before they are made; with what has to be remembered to check them:
 * who led each term, what was committed, and in which term.
 */
final class Laws {
    static final Laws INITIAL = new Laws(new long[1], new long[1], new long[1]);

    private final long[] leaders;
    private final long[] committed;
    private final long[] committedIn;

    private Laws(long[] leaders, long[] committed, long[] committedIn) {
        this.leaders = leaders;
        this.committed = committed;
        this.committedIn = committedIn;
    }

    /** Checks what one member's step has changed; answers what is to be remembered from now on. */
    Laws check(Slot[] members, Slot before, Slot after) {
        if (!after.up) {
            return this;
        }
        for (Slot other : members) {
            checkLogMatching(after, other);
        }
        Laws laws = this;
        if (after.leads && !(before.leads && before.term == after.term)) {
            laws = laws.elected(after);
        }
        require(
                Arrays.mismatch(after.log, committed) < 0
                        || mismatch(after) > Math.min(after.commit, committed.length - 1),
                "State Machine Safety: " + after.id + " committed other entries than were committed before");
        if (after.commit >= committed.length) {
            laws = laws.committed(members, before, after);
        }
        return laws;
    }

    private int mismatch(Slot member) {
        int at = Arrays.mismatch(member.log, committed);
        return at < 0 ? Integer.MAX_VALUE : at;
    }

    private static void checkLogMatching(Slot one, Slot other) {
        int last = Math.min(one.log.length, other.log.length) - 1;
        while (last > 0 && one.log[last] != other.log[last]) {
            last--;
        }
        for (int index = last; index > 0; index--) {
            require(
                    one.log[index] == other.log[index],
                    "Log Matching: " + one.id + " and " + other.id + " agree at " + last + " but not at " + index);
        }
    }

    private Laws elected(Slot leader) {
        int term = (int) leader.term;
        long[] known = Arrays.copyOf(leaders, Math.max(leaders.length, term + 1));
        require(
                known[term] == 0 || known[term] == leader.id,
                "Election Safety: " + known[term] + " and " + leader.id + " lead term " + term);
        known[term] = leader.id;
        for (int index = 1; index < committed.length; index++) {
            require(
                    committedIn[index] >= term || (index < leader.log.length && leader.log[index] == committed[index]),
                    "Leader Completeness: " + leader.id + " leads term " + term + " without entry " + index);
        }
        return new Laws(known, committed, committedIn);
    }

    private Laws committed(Slot[] members, Slot before, Slot after) {
        int first = committed.length;
        long[] more = Arrays.copyOf(after.log, (int) after.commit + 1);
        long[] moreIn = Arrays.copyOf(committedIn, more.length);
        for (int index = first; index < more.length; index++) {
            moreIn[index] = after.term;
            require(
                    isDurable(members, index, more[index], after.configuration)
                            || isDurable(members, index, more[index], before.configuration),
                    "committed is durable: entry " + index + " is not on the disks of a quorum");
        }
        return new Laws(leaders, more, moreIn);
    }

    private static boolean isDurable(Slot[] members, int index, long term, Configuration configuration) {
        return isDurable(members, index, term, configuration.voters())
                && isDurable(members, index, term, configuration.outgoingVoters());
    }

    private static boolean isDurable(Slot[] members, int index, long term, SortedSet<Long> voters) {
        int holders = 0;
        for (Slot member : members) {
            boolean holds = index < member.durable.length && member.durable[index] == term;
            holders += holds && voters.contains(member.id) ? 1 : 0;
        }
        return voters.isEmpty() || holders > voters.size() / 2;
    }

    /** A vote, a candidacy and an acknowledgement are on disk when they leave. */
    static void checkPromises(Slot sender, List<RaftMessage> sent) {
        for (RaftMessage message : sent) {
            if (message instanceof RequestVoteReply reply && reply.granted()) {
                checkVote(sender, reply.term(), reply.to());
            } else if (message instanceof RequestVote request) {
                checkVote(sender, request.term(), request.from());
            } else if (message instanceof AppendEntriesReply reply && reply.success()) {
                require(
                        reply.index() < sender.durable.length,
                        sender.id + " acknowledges " + reply.index() + " before it is on disk");
            }
        }
    }

    private static void checkVote(Slot sender, long term, long candidate) {
        long written = sender.hardState.term();
        require(
                written > term || (written == term && sender.hardState.votedFor() == candidate),
                sender.id + " tells its vote of term " + term + " before it is on disk");
    }

    long fingerprint() {
        return Arrays.hashCode(leaders) * 31L * 31L + Arrays.hashCode(committed) * 31L + Arrays.hashCode(committedIn);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
