package io.fairlead.raft;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * What became of a proposal: there is no fourth case. The same as what its stage says, a result or a {@link
 * RaftException}, for those who would rather tell cases apart than catch.
 *
 * <table>
 * <caption>What a caller may do</caption>
 * <tr><th>outcome</th><th>effect</th><th>again?</th></tr>
 * <tr><td>{@link Committed}</td><td>one</td><td>no need</td></tr>
 * <tr><td>{@link NotAccepted}</td><td>none, and never will have</td><td>safe</td></tr>
 * <tr><td>{@link Unknown}</td><td>one or none, now or later</td><td>only if twice does not matter; or let a {@link
 * io.fairlead.raft.session.Session session} do it</td></tr>
 * </table>
 *
 * @param <R> what the state machine answers
 */
public sealed interface Outcome<R> {
    /**
     * Committed, and applied by the member that was asked.
     *
     * @param <R> what the state machine answers
     * @param result what it answered
     */
    record Committed<R>(R result) implements Outcome<R> {}

    /**
     * Without effect, now and later.
     *
     * @param <R> what the state machine would have answered
     * @param why with {@link RaftException.Effect#NONE}
     */
    record NotAccepted<R>(RaftException why) implements Outcome<R> {}

    /**
     * With an effect or without one; nobody can say.
     *
     * @param <R> what the state machine would have answered
     * @param why with {@link RaftException.Effect#UNKNOWN}
     */
    record Unknown<R>(RaftException why) implements Outcome<R> {}

    /**
     * The outcome of a proposal; fails only as the stage does with anything but a {@link RaftException}.
     *
     * @param <R> what the state machine answers
     * @param proposal what {@link RaftGroup#propose} or a session answered
     * @return completes when {@code proposal} does, on the same thread
     */
    static <R> CompletionStage<Outcome<R>> of(CompletionStage<R> proposal) {
        return proposal.<Outcome<R>>thenApply(Committed::new).exceptionally(Outcome::ofFailure);
    }

    private static <R> Outcome<R> ofFailure(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RaftException raft) {
            return raft.effect() == RaftException.Effect.NONE ? new NotAccepted<>(raft) : new Unknown<>(raft);
        }
        throw failure instanceof CompletionException wrapped ? wrapped : new CompletionException(failure);
    }
}
