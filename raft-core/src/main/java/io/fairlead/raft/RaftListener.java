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
    /**
     * Role, term or known leader changed.
     *
     * @param role this member's role from now on
     * @param term its current term
     * @param leader the known leader's id, 0 if none
     * @param why one clause for a log line
     */
    default void onRoleChanged(RaftStatus.Role role, long term, long leader, String why) {}

    /**
     * This member leads and has applied everything that was committed before its term.
     *
     * @param term the term it leads in
     */
    default void onLeaderReady(long term) {}

    /**
     * Another configuration is in force, or the one in force is committed.
     *
     * @param configuration the one in force
     * @param index of its entry in the log, 0 for the one the group was founded with
     * @param committed whether it can no longer be cut off
     */
    default void onConfigurationChanged(Configuration configuration, long index, boolean committed) {}

    /**
     * A snapshot of what was applied up to {@code index} was taken here and is durable.
     *
     * @param index the last entry that the snapshot stands for
     * @param bytes size of its stream
     * @param tookNanos from the freezing of the state until it was durable
     */
    default void onSnapshotTaken(long index, long bytes, long tookNanos) {}

    /**
     * A snapshot of member {@code from} was fetched and has replaced what this member had.
     *
     * @param from the member that gave it
     * @param index the last entry that the snapshot stands for
     * @param bytes size of its stream
     * @param tookNanos from the first request until it was in place
     */
    default void onSnapshotInstalled(long from, long index, long bytes, long tookNanos) {}

    /**
     * The oldest write to the log has been waiting for long; told again as it waits, and when it is over.
     *
     * @param nanos how long it has been waiting; 0 when it is over
     */
    default void onDiskDelayed(long nanos) {}

    /**
     * More proposals were refused because too much was under way.
     *
     * @param count how many since this was last told; 1 or more
     */
    default void onProposalsRefused(long count) {}

    /**
     * What this member's disk had lost is mended (repair mode is over).
     *
     * @param why one clause for a log line
     */
    default void onRepaired(String why) {}

    /**
     * The group stopped.
     *
     * @param cause what it had to stop for; null if it was asked to
     */
    default void onStopped(@Nullable Throwable cause) {}

    /**
     * Measurement, applier's thread: one in 64 of the proposals made on this member was answered.
     *
     * @param times where the time of that proposal went
     */
    default void onProposalTimed(ProposalTimes times) {}

    /**
     * Measurement, applier's thread: a batch of commands was applied, and answered.
     *
     * @param commands how many they were
     * @param tookNanos for all of them together
     */
    default void onApplied(int commands, long tookNanos) {}

    /**
     * Measurement, on the thread that wrote it, the log writer's or the loop's, one at a time: a batch of entries was written
     * to the log and synced.
     *
     * @param entries how many they were
     * @param bytes of all of them, as encoded
     * @param writeNanos until the operating system had them
     * @param syncNanos from there until they were durable
     */
    default void onLogSynced(int entries, long bytes, long writeNanos, long syncNanos) {}

    /**
     * Measurement, loop's thread, on a leader: a member answered a heartbeat, for which no disk is asked.
     *
     * @param member which one
     * @param tookNanos the way there and back
     */
    default void onRoundTrip(long member, long tookNanos) {}
}
