package io.fairlead.raft;

import io.fairlead.raft.message.Standing;

/**
 * What a member knows of its group at one moment.
 *
 * @param role FOLLOWER, PRE_CANDIDATE, CANDIDATE, LEADER, LEARNER or STOPPED
 * @param term the current term
 * @param leader the known leader, 0 if none
 * @param firstIndex first entry still in the log
 * @param lastIndex last entry in the log
 * @param durableIndex last entry that is synced here
 * @param commitIndex last entry known to be committed
 * @param appliedIndex last entry the state machine has applied
 * @param configurationIndex index of the configuration in force
 * @param standing what this member's disk has lost, if anything; all but WHOLE is repair mode, in which it does not vote
 */
public record RaftStatus(
        Role role,
        long term,
        long leader,
        long firstIndex,
        long lastIndex,
        long durableIndex,
        long commitIndex,
        long appliedIndex,
        long configurationIndex,
        Standing standing) {
    /** The roles of a member. */
    public enum Role {
        /** Follows a leader, or waits for one. */
        FOLLOWER,
        /** Asks whether an election could be won. */
        PRE_CANDIDATE,
        /** Stands for election. */
        CANDIDATE,
        /** Leads. */
        LEADER,
        /** Receives the log, has no vote. */
        LEARNER,
        /** No longer takes part. */
        STOPPED
    }
}
