package io.fairlead.raft.session;

import io.fairlead.raft.Consistency;
import io.fairlead.raft.Membership;
import io.fairlead.raft.RaftException;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.RaftListener;
import io.fairlead.raft.RaftStatus;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.spi.Clock;
import io.fairlead.raft.spi.Worker;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A group whose clients may have sessions; everything else is as in any {@link RaftGroup}. Made by {@link
 * io.fairlead.raft.RaftNode#openGroup(long, Membership, io.fairlead.raft.spi.StateMachine, SessionConfig)}. Sessions are
 * a matter of the whole group: it has them on all members and from its first command on, or not at all.
 *
 * <p>While there are sessions, the leader has the time written into the log eight times in each {@link
 * SessionConfig#timeout()}, and every idle session says three times that it is alive; otherwise nothing is written.
 *
 * <p><b>Threads:</b> any.
 *
 * @param <R> what the state machine answers
 */
public final class SessionGroup<R> implements RaftGroup<R> {
    private static final long MIN_LOOK_NANOS = 1_000_000;
    private static final int TICKS_PER_TIMEOUT = 8;
    private static final int LOOKS_PER_TICK = 2;
    private static final int LOOKS_PER_PATIENCE = 16;

    private final RaftGroup<Answer<R>> group;
    private final IntSupplier sessions;
    private final SessionConfig<R> config;
    private final Clock clock;
    private final Worker worker;
    private final LeaderClock leaderClock;
    private final long lookNanos;
    private final ConcurrentSkipListMap<Long, Session<R>> open = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<Long, Errand<R, ?>> waiting = new ConcurrentSkipListMap<>();
    private final AtomicLong tickets = new AtomicLong();
    private final CompletableFuture<Void> ended;
    private boolean ticking;

    /**
     * Sessions on top of a group.
     *
     * @param group whose state machine is {@code machine}
     * @param machine the state machine with sessions around it
     * @param config what sessions the group has
     * @param clock measures patience and signs of life
     * @param worker for retries, signs of life and failures; shared with other groups if need be
     */
    public SessionGroup(
            RaftGroup<Answer<R>> group,
            SessionMachine<R> machine,
            SessionConfig<R> config,
            Clock clock,
            Worker worker) {
        this.group = group;
        this.sessions = machine::sessions;
        this.config = config;
        this.clock = clock;
        this.worker = worker;
        long tickNanos = config.timeout().toNanos() / TICKS_PER_TIMEOUT;
        this.lookNanos = Math.max(
                MIN_LOOK_NANOS,
                Math.min(tickNanos / LOOKS_PER_TICK, config.patience().toNanos() / LOOKS_PER_PATIENCE));
        this.leaderClock = new LeaderClock(clock.nanoTime(), tickNanos, tickNanos);
        lookLater();
        this.ended =
                group.stopped().whenComplete((none, failure) -> waiting.keySet().forEach(this::attemptNow));
    }

    // ---------------------------------------------------------------------------------------------- sessions

    /**
     * Opens a session.
     *
     * <p><b>Failure:</b> as of any proposal; a session that was opened without an answer expires by itself.
     *
     * @return the session, open and kept alive
     */
    public CompletionStage<Session<R>> openSession() {
        Opening opening = new Opening();
        opening.attempt();
        return opening;
    }

    /**
     * Goes on with a session that was opened elsewhere, by a process that is gone or has {@linkplain Session#detach left}
     * it. The first command proposed is taken to be number {@code firstUnanswered}, the next one the next: what was under
     * way there must be proposed again, in the same order, before anything new. If the session has expired, the first
     * command says so.
     *
     * @param id {@link Session#id} there
     * @param firstUnanswered {@link Session#firstUnanswered} there, or a number below
     * @return the session, kept alive from now on
     */
    public Session<R> resumeSession(long id, long firstUnanswered) {
        if (firstUnanswered < 1) {
            throw new IllegalArgumentException("sequence numbers begin with 1, not with " + firstUnanswered);
        }
        Session<R> session = new Session<>(this, id, firstUnanswered, true);
        open.put(id, session);
        return session;
    }

    /** {@return how many sessions the group has, as far as this member has applied} */
    public int sessions() {
        return sessions.getAsInt();
    }

    /** The opening of a session, until it is open. */
    private final class Opening extends Errand<R, Session<R>> {
        Opening() {
            super(SessionGroup.this, config.patience().toNanos(), false);
        }

        @Override
        ByteBuffer request() {
            return new Request.Open(config.timeout().toNanos(), config.maxUnanswered(), config.maxSessions()).encode();
        }

        @Override
        void answered(Answer<R> answer) {
            if (answer instanceof Answer.Opened<R> opened) {
                Session<R> session = new Session<>(SessionGroup.this, opened.session(), 1, false);
                open.put(session.id(), session);
                complete(session);
            }
        }
    }

    SessionConfig<R> config() {
        return config;
    }

    long nanoTime() {
        return clock.nanoTime();
    }

    void send(ByteBuffer request, ProposalCallback<Answer<R>> callback) {
        group.propose(group.newProposal(request), callback);
    }

    void execute(Runnable task) {
        worker.execute(task);
    }

    /** Has an errand attempted again after a pause, or as soon as the group has stopped, which ends it. */
    void attemptLater(Errand<R, ?> errand, long pauseNanos) {
        long ticket = tickets.incrementAndGet();
        waiting.put(ticket, errand);
        worker.schedule(pauseNanos, () -> attemptNow(ticket));
        if (group.stopped().isDone()) {
            attemptNow(ticket);
        }
    }

    private void attemptNow(long ticket) {
        Errand<R, ?> errand = waiting.remove(ticket);
        if (errand != null) {
            errand.attempt();
        }
    }

    /** Nothing needs to be done for a session any more. */
    void left(Session<R> session) {
        open.remove(session.id(), session);
    }

    /** Tells what was answered, or null that nobody knows. */
    static final class Told<R> implements ProposalCallback<Answer<R>> {
        private final Consumer<@Nullable Answer<R>> told;

        Told(Consumer<@Nullable Answer<R>> told) {
            this.told = told;
        }

        @Override
        public void onApplied(long index, Answer<R> answer) {
            told.accept(answer);
        }

        @Override
        public void onFailed(RaftException failure) {
            told.accept(null);
        }
    }

    private void lookLater() {
        worker.schedule(lookNanos, this::look);
    }

    private void look() {
        if (group.stopped().isDone()) {
            return;
        }
        long now = nanoTime();
        open.values().forEach(session -> session.look(now));
        RaftStatus status = group.status();
        if (leaderClock.look(now) && status.role() == RaftStatus.Role.LEADER && sessions.getAsInt() > 0 && !ticking) {
            ticking = true;
            send(
                    new Request.Clock(status.term(), leaderClock.read()).encode(),
                    new Told<>(answer -> worker.execute(() -> ticking = false)));
        }
        lookLater();
    }

    // ------------------------------------------------------------------------------- as any group, without a session

    @Override
    public CompletionStage<R> propose(ByteBuffer command) {
        CompletableFuture<R> future = new CompletableFuture<>();
        propose(newProposal(command), new ProposalCallback<R>() {
            @Override
            public void onApplied(long index, R result) {
                future.complete(result);
            }

            @Override
            public void onFailed(RaftException failure) {
                future.completeExceptionally(failure);
            }
        });
        return future;
    }

    @Override
    public void propose(Entry proposal, ProposalCallback<? super R> callback) {
        group.propose(proposal, new ProposalCallback<Answer<R>>() {
            @Override
            public void onApplied(long index, Answer<R> answer) {
                if (answer instanceof Answer.Result<R> result) {
                    callback.onApplied(index, result.value());
                }
            }

            @Override
            public void onFailed(RaftException failure) {
                callback.onFailed(failure);
            }
        });
    }

    @Override
    public Entry newProposal(ByteBuffer command) {
        return group.newProposal(new Request.Plain(command).encode());
    }

    @Override
    public long groupId() {
        return group.groupId();
    }

    @Override
    public long memberId() {
        return group.memberId();
    }

    @Override
    public CompletionStage<Long> readBarrier(Consistency consistency) {
        return group.readBarrier(consistency);
    }

    @Override
    public RaftStatus status() {
        return group.status();
    }

    @Override
    public CompletionStage<List<String>> explain() {
        return group.explain();
    }

    @Override
    public Configuration configuration() {
        return group.configuration();
    }

    @Override
    public CompletionStage<Void> transferLeadership(long target) {
        return group.transferLeadership(target);
    }

    @Override
    public CompletionStage<Configuration> changeMembership(Membership target, long expectedVersion) {
        return group.changeMembership(target, expectedVersion);
    }

    @Override
    public void addListener(RaftListener listener) {
        group.addListener(listener);
    }

    @Override
    public CompletionStage<Long> takeSnapshot() {
        return group.takeSnapshot();
    }

    @Override
    public void close(Duration patience) {
        group.close(patience);
    }

    @Override
    public void close() {
        group.close();
    }

    @Override
    public CompletableFuture<Void> stopped() {
        return ended.copy();
    }
}
