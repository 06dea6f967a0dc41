package io.fairlead.raft.core;

import io.fairlead.raft.message.Configuration;
import java.util.Arrays;
import java.util.SortedSet;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;

/** What a majority says (§5.2, §5.3); while the configuration is joint, a majority of both halves (§6). */
final class Quorum {
    /** How a vote stands. */
    enum Outcome {
        WON,
        LOST,
        PENDING
    }

    private Quorum() {}

    /** The largest value that a quorum has reached: {@code Long.MAX_VALUE} if there are no voters at all. */
    static long reached(Configuration configuration, LongUnaryOperator valueOf) {
        return Math.min(reached(configuration.voters(), valueOf), reached(configuration.outgoingVoters(), valueOf));
    }

    private static long reached(SortedSet<Long> voters, LongUnaryOperator valueOf) {
        if (voters.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long[] values = new long[voters.size()];
        int count = 0;
        for (Long voter : voters) {
            values[count++] = valueOf.applyAsLong(voter);
        }
        Arrays.sort(values);
        return values[(count - 1) / 2];
    }

    /** Counts votes: won by a majority of grants in every half, lost by a half in which no majority is left. */
    static Outcome vote(Configuration configuration, LongPredicate granted, LongPredicate refused) {
        Outcome incoming = vote(configuration.voters(), granted, refused);
        Outcome outgoing = vote(configuration.outgoingVoters(), granted, refused);
        if (incoming == Outcome.LOST || outgoing == Outcome.LOST) {
            return Outcome.LOST;
        }
        return incoming == Outcome.WON && outgoing == Outcome.WON ? Outcome.WON : Outcome.PENDING;
    }

    private static Outcome vote(SortedSet<Long> voters, LongPredicate granted, LongPredicate refused) {
        if (voters.isEmpty()) {
            return Outcome.WON;
        }
        int grants = 0;
        int refusals = 0;
        for (Long voter : voters) {
            if (granted.test(voter)) {
                grants++;
            } else if (refused.test(voter)) {
                refusals++;
            }
        }
        int majority = voters.size() / 2 + 1;
        if (grants >= majority) {
            return Outcome.WON;
        }
        return refusals > voters.size() - majority ? Outcome.LOST : Outcome.PENDING;
    }
}
