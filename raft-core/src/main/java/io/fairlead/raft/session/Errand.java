package io.fairlead.raft.session;

import io.fairlead.raft.GroupStoppedException;
import io.fairlead.raft.NotAcceptedException;
import io.fairlead.raft.OutcomeUnknownException;
import io.fairlead.raft.RaftException;
import io.fairlead.raft.RaftException.Effect;
import io.fairlead.raft.RaftGroup.ProposalCallback;
import io.fairlead.raft.message.Refusal;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A request that is proposed again and again until it is answered or its time is over. That is safe for what a session
 * does: whichever copies are committed, one takes effect.
 *
 * <p><b>Threads:</b> begun by any; then one at a time, the group's or the session worker. Whoever completes it first wins.
 */
abstract class Errand<R, T> extends CompletableFuture<T> implements ProposalCallback<Answer<R>> {
    private static final long FIRST_PAUSE_NANOS = 10_000_000;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;

    private final SessionGroup<R> group;
    private final long deadlineNanos;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private volatile boolean underWay;
    private volatile boolean inDoubt;
    private volatile @Nullable RaftException refused;

    /** @param inDoubt whether somebody else may have proposed the same before */
    Errand(SessionGroup<R> group, long patienceNanos, boolean inDoubt) {
        this.group = group;
        this.deadlineNanos = group.nanoTime() + patienceNanos;
        this.inDoubt = inDoubt;
    }

    /** What to propose now. */
    abstract ByteBuffer request();

    /** Some copy is applied, and says this. */
    abstract void answered(Answer<R> answer);

    /** Proposes it, unless it is over. */
    final void attempt() {
        if (isDone() || isOverdue(group.nanoTime())) {
            return;
        }
        underWay = true;
        group.send(request(), this);
    }

    @Override
    public final void onApplied(long index, Answer<R> answer) {
        underWay = false;
        if (!isDone()) {
            answered(answer);
        }
    }

    @Override
    public final void onFailed(RaftException failure) {
        underWay = false;
        if (failure.effect() == Effect.UNKNOWN) {
            inDoubt = true;
        }
        if (failure instanceof GroupStoppedException) {
            completeExceptionally(
                    effect() == failure.effect()
                            ? failure
                            : new GroupStoppedException(
                                    "the group has stopped here; the command may have taken effect before",
                                    Effect.UNKNOWN,
                                    failure));
        } else if (failure instanceof NotAcceptedException refusal && refusal.reason() == Refusal.TOO_LARGE) {
            completeExceptionally(failure);
        } else {
            tryLater(failure);
        }
    }

    /** Nothing came of the last attempt. */
    final void tryLater(RaftException why) {
        refused = why;
        group.attemptLater(this, pauseNanos);
        pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    }

    /** What is known while there is no answer. */
    final Effect effect() {
        return inDoubt ? Effect.UNKNOWN : Effect.NONE;
    }

    /** Ends it if its time is over; tells whether it was. */
    final boolean isOverdue(long nowNanos) {
        if (nowNanos - deadlineNanos < 0) {
            return false;
        }
        RaftException why = refused;
        completeExceptionally(
                why != null && !underWay && !inDoubt && why.effect() == Effect.NONE
                        ? why
                        : new OutcomeUnknownException("there was no answer in time"
                                + (why == null ? "" : "; the last attempt failed: " + why.getMessage())));
        return true;
    }
}
