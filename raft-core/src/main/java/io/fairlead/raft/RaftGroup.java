package io.fairlead.raft;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * One replicated log and the state machine behind it, as this member sees them.
 *
 * <p><b>Threads:</b> any; nothing blocks except {@link #close}. Stages complete on the group's apply thread unless said
 * otherwise: a callback that blocks there delays every later command.
 *
 * <p><b>Failure:</b> through the stage, always with a {@link RaftException} that tells what is known of the effect.
 *
 * @param <R> what the state machine answers
 */
public interface RaftGroup<R> extends AutoCloseable {
    /** {@return this group's number, the same on every member} */
    long groupId();

    /** {@return this member's id} */
    long memberId();

    /**
     * Appends a command to the group's log, through the leader if that is another member, and answers when <em>this</em>
     * member has applied it: whoever sees the answer sees the effect in this member's state machine.
     *
     * <p><b>Order:</b> commands of one calling thread are appended in the order of its calls as long as the leader does
     * not change.
     *
     * <p><b>Failure:</b> {@link NotAcceptedException}: no effect, safe to try again. {@link OutcomeUnknownException}: may
     * have an effect, now or later; a {@linkplain io.fairlead.raft.session.Session session} tries such a command again
     * without a second one. {@link Outcome#of} makes cases of it.
     *
     * <p><b>Source:</b> Raft paper, §5.3 and §8.
     *
     * @param command copied before this returns
     * @return the state machine's answer
     */
    CompletionStage<R> propose(ByteBuffer command);

    /**
     * The form of {@link #propose} without allocation of its own: the caller encodes the entry and is told on the apply
     * thread.
     *
     * @param proposal made by {@link #newProposal}; belongs to the group from here on
     * @param callback told the outcome, once; of a refusal perhaps before this returns, on the caller's thread
     * @throws IllegalArgumentException if another group made the proposal, or it has been proposed before
     */
    void propose(Entry proposal, ProposalCallback<? super R> callback);

    /**
     * Encodes a command once, for {@link #propose(Entry, ProposalCallback)}.
     *
     * @param command copied; at most {@link RaftConfig#maxEntryBytes()}, or proposing it fails
     * @return an entry to be proposed to this group, once
     */
    Entry newProposal(ByteBuffer command);

    /**
     * Answers when a read of this member's state machine satisfies {@code consistency}: with the index that it has
     * applied at least.
     *
     * <p><b>Source:</b> dissertation §6.4.
     *
     * @param consistency how fresh the state must be
     * @return the index, 0 or more
     */
    CompletionStage<Long> readBarrier(Consistency consistency);

    /**
     * Runs {@code read} as soon as {@code consistency} is satisfied, on the apply thread or the caller's.
     *
     * @param <T> what is read
     * @param consistency how fresh the state must be
     * @param read looks at the state machine; must not block
     * @return what {@code read} returned, or the failure that it threw
     */
    default <T> CompletionStage<T> read(Consistency consistency, Supplier<T> read) {
        return readBarrier(consistency).thenApply(index -> read.get());
    }

    /** {@return what this member knows now, the fields of one moment} */
    RaftStatus status();

    /**
     * Says in words why this member knows no leader, or what holds the group up: refused votes and their reasons, the
     * lease, slow or silent members, slow disks, a change or transfer under way. One finding a line, the most important
     * first; for people, not for programs.
     *
     * @return the findings of one moment
     */
    CompletionStage<List<String>> explain();

    /** {@return the configuration in force, committed or not} */
    Configuration configuration();

    /**
     * Hands leadership to a member, or to the best one if {@code target} is 0; answers when this member no longer leads.
     * Proposals made meanwhile are held, not refused. Without a name, the best one is the voter with most of the log and
     * the quickest disk. Given up after an election timeout, or when this member itself is named.
     *
     * <p><b>Source:</b> dissertation §3.10.
     *
     * @param target a voter's id, 0 for the best one
     * @return completes when this member no longer leads; fails with {@link NotAcceptedException} if it still does, or
     *     never did
     */
    CompletionStage<Void> transferLeadership(long target);

    /**
     * Makes the membership look like {@code target}: any number of members may come, go or change their part. New voters
     * are caught up as learners first; one that stays silent or cannot keep up is given up, and the membership is as it
     * was. Asking again for what is already so succeeds.
     *
     * <p><b>Failure:</b> {@link NotAcceptedException} on the leader's word. {@code SUPERSEDED}: the configuration is
     * another than the caller saw. {@code NO_QUORUM}: the group would stop now, or a newcomer was given up; the message
     * names who is missing. {@code TRANSFER_IN_PROGRESS}: another change or a transfer is under way. {@code NOT_LEADER}:
     * this member does not lead, or no longer: look at the configuration before asking again.
     *
     * <p><b>Source:</b> Raft paper, §6; dissertation §4.
     *
     * @param target who is to be in the group from now on, voters and learners, all of them
     * @param expectedVersion index of the configuration that the caller saw ({@link RaftStatus#configurationIndex()}),
     *     -1 not to compare
     * @return the configuration that came of it, committed
     */
    CompletionStage<Configuration> changeMembership(Membership target, long expectedVersion);

    /**
     * Adds a listener to this group's life; called on the group's loop, in order, and must not block.
     *
     * @param listener hears of everything from now on, and first how things are
     */
    void addListener(RaftListener listener);

    /**
     * Takes a snapshot of what is applied here now. If that is what the last one has, or nothing at all, none is taken.
     *
     * @return the index it stands for, when it is durable; that of the last one, or 0, if none was taken
     */
    CompletionStage<Long> takeSnapshot();

    /**
     * Leaves: hands over leadership if this member leads, for at most {@code patience}, then stops.
     *
     * @param patience zero or more
     */
    void close(Duration patience);

    /** {@link #close(Duration)} with the configured patience. */
    @Override
    void close();

    /** {@return what completes when this group has stopped, exceptionally if it had to because of a failure} */
    CompletableFuture<Void> stopped();

    /**
     * What becomes of a proposal. Exactly one of the methods is called, once, and must not block.
     *
     * @param <R> what the state machine answers
     */
    interface ProposalCallback<R> {
        /**
         * Committed, and applied by this member.
         *
         * @param index where in the log the command stands
         * @param result what the state machine answered
         */
        void onApplied(long index, R result);

        /**
         * Not applied as far as is known; {@link RaftException#effect()} tells the rest.
         *
         * @param failure what is known, and why
         */
        void onFailed(RaftException failure);
    }
}
