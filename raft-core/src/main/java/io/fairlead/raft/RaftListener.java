package io.fairlead.raft;

import io.fairlead.raft.message.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Hears of a group's life.
 *
 * <p><b>Order.</b> Events come from the group's loop, one at a time, in the order in which they happened, each before
 * the loop does anything else:
 *
 * <ul>
 *   <li>A new listener first hears how things are (role, configuration, readiness), and from then on misses nothing. One
 *       that is added before the node starts hears everything.
 *   <li>Terms never go down. A member becomes {@code LEADER} at most once in a term; {@link #onLeaderReady} of that term
 *       follows, if at all, before the role changes again.
 *   <li>A configuration is told when it comes into force, which is when it is appended (§6), and again when it is
 *       committed. If it is cut off instead, the one before it is told again.
 *   <li>{@link #onStopped} is the last event, and the only one after which there are no others.
 * </ul>
 *
 * Between events and the answers to proposals and reads there is no order: they come from different threads.
 *
 * <p><b>Measurements</b>, the methods that say so, come from the threads of the stages that they measure, in the order
 * of that stage, and in none with events.
 *
 * <p><b>Threads:</b> as above. No method may block: the stage that calls it waits. What a listener throws is logged, and
 * does not keep others from hearing the event.
 */
public interface RaftListener {
    /** Role, term or known leader changed; {@code leader} is 0 if none is known, {@code why} one clause for a log line. */
    default void onRoleChanged(RaftStatus.Role role, long term, long leader, String why) {}

    /** This member leads and has applied everything that was committed before its term. */
    default void onLeaderReady(long term) {}

    /** Another configuration is in force, or the one in force is committed. */
    default void onConfigurationChanged(Configuration configuration, long index, boolean committed) {}

    /** A snapshot of what was applied up to {@code index} was taken here and is durable. */
    default void onSnapshotTaken(long index, long bytes, long tookNanos) {}

    /** A snapshot of member {@code from} was fetched and has replaced what this member had. */
    default void onSnapshotInstalled(long from, long index, long bytes, long tookNanos) {}

    /** The oldest write to the log has been waiting for {@code nanos}; told again as it waits, with 0 when it is over. */
    default void onDiskDelayed(long nanos) {}

    /** So many proposals more were refused because too much was under way. */
    default void onProposalsRefused(long count) {}

    /** What this member's disk had lost is mended (repair mode is over). */
    default void onRepaired(String why) {}

    /** The group stopped; {@code cause} is null if it was asked to. */
    default void onStopped(@Nullable Throwable cause) {}

    /** Measurement, applier's thread: one in 64 of the proposals made on this member was answered. */
    default void onProposalTimed(ProposalTimes times) {}

    /** Measurement, applier's thread: so many commands were applied as one batch, and answered. */
    default void onApplied(int commands, long tookNanos) {}

    /** Measurement, log writer's thread: so many entries were written to the log as one batch and synced. */
    default void onLogSynced(int entries, long bytes, long writeNanos, long syncNanos) {}
}
