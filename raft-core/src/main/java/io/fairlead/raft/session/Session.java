package io.fairlead.raft.session;

import io.fairlead.raft.NotAcceptedException;
import io.fairlead.raft.OutcomeUnknownException;
import io.fairlead.raft.RaftException;
import io.fairlead.raft.RaftException.Effect;
import io.fairlead.raft.SessionExpiredException;
import io.fairlead.raft.message.Refusal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A client whose commands take effect exactly once (dissertation §6.3). Each has a sequence number; it is proposed over
 * leader changes and lost answers until one copy is applied, and the group answers all copies with what the first one
 * did. It is opened by {@link SessionGroup#openSession}, and kept alive until it is {@linkplain #close closed}, {@linkplain
 * #detach left}, or its process ends.
 *
 * <p><b>Order:</b> none between commands that are under way together; wait for an answer before what depends on it.
 *
 * <p><b>Threads:</b> any; nothing blocks. Results come on the group's apply thread, failures on the session worker;
 * callbacks there must not block.
 *
 * <p><b>Memory:</b> {@link SessionConfig#maxUnanswered} commands.
 *
 * @param <R> what the state machine answers
 */
public final class Session<R> {
    private static final int KEEP_ALIVES_PER_TIMEOUT = 3;

    private final SessionGroup<R> group;
    private final long id;
    private final boolean resumed;
    private final int maxUnanswered;
    private final AtomicLong nextSequence;
    private final AtomicLong firstUnanswered;
    private final AtomicReferenceArray<@Nullable SessionCommand> commands;
    private volatile long heardNanos;
    private volatile boolean keepingAlive;
    private volatile boolean expired;
    private volatile boolean left;
    private volatile boolean detached;

    Session(SessionGroup<R> group, long id, long firstUnanswered, boolean resumed) {
        this.group = group;
        this.id = id;
        this.resumed = resumed;
        this.maxUnanswered = group.config().maxUnanswered();
        this.nextSequence = new AtomicLong(firstUnanswered);
        this.firstUnanswered = new AtomicLong(firstUnanswered);
        this.commands = new AtomicReferenceArray<>(maxUnanswered);
        long timeoutNanos = resumed ? group.config().timeout().toNanos() : 0; // Nobody knows when it was heard of.
        this.heardNanos = group.nanoTime() - timeoutNanos;
    }

    /** {@return the session's number in its group; never used again} */
    public long id() {
        return id;
    }

    /**
     * {@link #propose(ByteBuffer, Duration)} with the configured patience.
     *
     * @param command copied before this returns
     * @return the state machine's answer
     */
    public CompletionStage<R> propose(ByteBuffer command) {
        return propose(command, group.config().patience());
    }

    /**
     * Has a command applied exactly once, and answers what it did, when this member has applied it.
     *
     * <p><b>Failure:</b> {@link NotAcceptedException}: no effect; too many commands are under way, or nobody accepted it
     * for all of {@code patience}. {@link OutcomeUnknownException}: nothing was heard for so long, or the
     * session was left; it may have taken effect or may yet, at most once. {@link SessionExpiredException}: the session is
     * over; its effect tells if the command may have been executed before that.
     *
     * <p><b>Source:</b> dissertation §6.3.
     *
     * @param command copied before this returns
     * @param patience how long to try
     * @return the state machine's answer
     */
    public CompletionStage<R> propose(ByteBuffer command, Duration patience) {
        if (left || expired) {
            return CompletableFuture.failedFuture(over(Effect.NONE));
        }
        long sequence = nextSequence();
        if (sequence < 0) {
            return CompletableFuture.failedFuture(new NotAcceptedException(
                    Refusal.OVERLOADED, 0, this + " has " + maxUnanswered + " commands under way: try again later"));
        }
        SessionCommand proposed = new SessionCommand(sequence, command, patience.toNanos());
        commands.set(position(sequence), proposed);
        proposed.attempt();
        return proposed;
    }

    /** Takes the next sequence number; -1 if too many are not answered. */
    private long nextSequence() {
        advance();
        while (true) {
            long next = nextSequence.get();
            if (next - firstUnanswered.get() >= maxUnanswered) {
                return -1;
            }
            if (nextSequence.compareAndSet(next, next + 1)) {
                return next;
            }
        }
    }

    private int position(long sequence) {
        return (int) (sequence % maxUnanswered);
    }

    /**
     * {@return the lowest sequence number that is not answered: all commands below have been} A client that may have to
     * resume the session elsewhere remembers this, and the commands from here on in their order.
     */
    public long firstUnanswered() {
        advance();
        return firstUnanswered.get();
    }

    /** A command whose number was taken but that is not in its place yet holds this up, as one without an answer does. */
    private void advance() {
        while (true) {
            long first = firstUnanswered.get();
            SessionCommand command = commands.get(position(first));
            if (command == null || command.sequence != first || !command.isDone() || detached) {
                return; // What ended because the session was left has not been answered.
            }
            if (firstUnanswered.compareAndSet(first, first + 1)) {
                commands.compareAndSet(position(first), command, null);
            }
        }
    }

    /** {@return whether the group has said that it no longer knows this session} */
    public boolean isExpired() {
        return expired;
    }

    /**
     * Ends the session: nothing more is proposed, and the group forgets it. Commands under way may still take effect
     * before that, or fail with {@link SessionExpiredException}.
     *
     * @return completes when the group has forgotten the session
     */
    public CompletionStage<Void> close() {
        left = true;
        Closing closing = new Closing();
        closing.attempt();
        return closing;
    }

    /**
     * Leaves the session as it is, so that it can be {@linkplain SessionGroup#resumeSession resumed} through another
     * member. Commands under way fail as unknown; proposing them again when it is resumed brings their answers.
     */
    public void detach() {
        detached = true;
        left = true;
        group.left(this);
        group.execute(() -> {
            for (int i = 0; i < maxUnanswered; i++) {
                SessionCommand command = commands.get(i);
                if (command != null) {
                    command.completeExceptionally(new OutcomeUnknownException(this + " was left"));
                }
            }
        });
    }

    /** Ends what is overdue, and keeps the session alive if nothing else does. Called from time to time. */
    void look(long nowNanos) {
        long end = nextSequence.get();
        for (long sequence = firstUnanswered(); sequence < end; sequence++) {
            SessionCommand command = commands.get(position(sequence));
            if (command != null && !command.isDone()) {
                command.isOverdue(nowNanos);
            }
        }
        long timeoutNanos = group.config().timeout().toNanos();
        if (!keepingAlive && !left && nowNanos - heardNanos >= timeoutNanos / KEEP_ALIVES_PER_TIMEOUT) {
            keepingAlive = true;
            group.send(new Request.KeepAlive(id, firstUnanswered()).encode(), new SessionGroup.Told<>(answer -> {
                keepingAlive = false;
                heard(answer);
            }));
        }
        if (left && firstUnanswered() == end) {
            group.left(this);
        }
    }

    /** What the group said of this session; null that it said nothing. */
    private void heard(@Nullable Answer<R> answer) {
        if (answer instanceof Answer.Expired) {
            expired = true;
            group.left(this);
        } else if (answer != null) {
            heardNanos = group.nanoTime();
        }
    }

    private RaftException over(Effect effect) {
        return new SessionExpiredException(this + (expired ? " has expired" : " was left"), effect);
    }

    @Override
    public String toString() {
        return "session " + id + " of group " + group.groupId();
    }

    /** A command until it is answered. */
    private final class SessionCommand extends Errand<R, R> {
        private final long sequence;
        private final ByteBuffer request;

        SessionCommand(long sequence, ByteBuffer command, long patienceNanos) {
            super(group, patienceNanos, resumed);
            this.sequence = sequence;
            this.request = new Request.Execute(id, sequence, 1, command).encode();
        }

        @Override
        ByteBuffer request() {
            Request.answeredBelow(request, firstUnanswered());
            return request;
        }

        @Override
        void answered(Answer<R> answer) {
            heard(answer);
            if (answer instanceof Answer.Result<R> result) {
                complete(result.value());
            } else if (answer instanceof Answer.Full) {
                tryLater(new NotAcceptedException(
                        Refusal.OVERLOADED, 0, Session.this + " has as many unanswered commands as it was opened for"));
            } else if (answer instanceof Answer.Expired) {
                completeExceptionally(over(effect()));
            } else {
                completeExceptionally(new OutcomeUnknownException(
                        "command " + sequence + " of " + Session.this + " was answered, or given up, before"));
            }
        }
    }

    /** The end of the session, until the group knows of it. */
    private final class Closing extends Errand<R, Void> {
        Closing() {
            super(group, group.config().patience().toNanos(), false);
        }

        @Override
        ByteBuffer request() {
            return new Request.Close(id).encode();
        }

        @Override
        @SuppressWarnings("NullAway") // A Void future has no other value.
        void answered(Answer<R> answer) {
            group.left(Session.this);
            complete(null);
        }
    }
}
