package io.fairlead.raft.core;

import io.fairlead.raft.message.Configuration;

/**
 * Until when a leader may answer reads without asking anybody (dissertation §6.4.1, rules L1 to L9). A voter whose
 * configuration has leases promises, with each answer, to elect nobody for an election timeout, and keeps the promise
 * across its own restart; the promise began after the question was sent, so that moment, on the leader's own clock, is
 * what counts. All members of a group must use the same election timeout.
 */
final class LeaderLease {
    /** What of the promise is used; the rest is for clocks that run at different rates. */
    private static final int PERCENT = 85;

    private final Server server;
    private final Leadership leadership;
    private boolean givenUp;
    private long lastNow = Progress.NEVER;

    LeaderLease(Server server, Leadership leadership) {
        this.server = server;
        this.leadership = leadership;
    }

    /**
     * No lease for the rest of the term: somebody was told to campaign, which no promise holds up, and even if the
     * transfer is given up the message may still be on its way (rule L4).
     */
    void giveUp() {
        givenUp = true;
    }

    boolean isGivenUp() {
        return givenUp;
    }

    /** Tells if nobody else can have been elected by now. A clock that goes back proves nothing any more (rule L5). */
    boolean isValid(long now) {
        if (now < lastNow) {
            giveUp();
        }
        lastNow = now;
        return remainingNanos(now) > 0;
    }

    /** How long the lease still lasts; 0 or less if it does not. */
    long remainingNanos(long now) {
        Configuration configuration = server.configuration();
        if (givenUp || !configuration.leaderLease() || !leadership.isReady()) {
            return 0;
        }
        long promisedFrom = server.configurations.leasesSince();
        long acknowledged = Quorum.reached(configuration, id -> {
            if (id == server.settings.memberId()) {
                return now;
            }
            Progress progress = leadership.progressOf(id);
            return progress == null || progress.matchIndex() < promisedFrom ? Progress.NEVER : progress.ackedSendNanos;
        });
        return acknowledged - now + server.settings.electionTimeoutNanos() / 100 * PERCENT;
    }
}
