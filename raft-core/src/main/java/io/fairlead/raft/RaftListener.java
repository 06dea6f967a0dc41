package io.fairlead.raft;

import io.fairlead.raft.message.Configuration;

/**
 * Hears of a group's life. All calls of one group come from its loop, in the order of the events, save those that say
 * otherwise; they must not block.
 */
public interface RaftListener {
    /** Role, term or known leader changed; {@code why} is one clause for a log line. */
    default void onRoleChanged(RaftStatus.Role role, long term, long leader, String why) {}

    /** This member leads and has applied everything that was committed before its term. */
    default void onLeaderReady(long term) {}

    /** Another configuration is in force. */
    default void onConfigurationChanged(Configuration configuration, long index, boolean committed) {}

    /** The group stopped; {@code cause} is null if it was asked to. */
    default void onStopped(@org.jspecify.annotations.Nullable Throwable cause) {}

    /** One in 64 of the proposals made on this member was answered; called on the applier's thread. */
    default void onProposalTimed(ProposalTimes times) {}

    /** A batch was written to the log and synced, which took so long; called on the log writer's thread. */
    default void onLogSynced(long writeNanos, long syncNanos) {}
}
