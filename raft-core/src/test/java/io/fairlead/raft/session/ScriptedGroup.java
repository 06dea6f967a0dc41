package io.fairlead.raft.session;

import io.fairlead.raft.Consistency;
import io.fairlead.raft.GroupStoppedException;
import io.fairlead.raft.Membership;
import io.fairlead.raft.NotAcceptedException;
import io.fairlead.raft.OutcomeUnknownException;
import io.fairlead.raft.RaftException.Effect;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.RaftListener;
import io.fairlead.raft.RaftStatus;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.Standing;
import io.fairlead.raft.spi.Clock;
import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.Worker;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A group of one member that leads, what becomes of each proposal as the test says, and time that the test moves. */
final class ScriptedGroup implements RaftGroup<Answer<Long>>, Worker, Clock {
    /** What becomes of a proposal. */
    enum Fate {
        APPLIED,
        /** Applied, but whoever proposed it is not told. */
        ANSWER_LOST,
        /** Never applied, and nobody knows. */
        LOST,
        REFUSED,
        /** Nothing happens until the test says so. */
        HELD
    }

    private record Held(ByteBuffer request, ProposalCallback<? super Answer<Long>> callback) {}

    private record Later(long atNanos, long number, Runnable task) {}

    final Ledger ledger = new Ledger();
    final SessionMachine<Long> machine = new SessionMachine<>(ledger, ResultCodec.LONG);
    final Queue<Fate> fates = new ArrayDeque<>();
    final Queue<Held> held = new ArrayDeque<>();
    final List<Request> proposed = new ArrayList<>();
    final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final PriorityQueue<Later> timers =
            new PriorityQueue<>(Comparator.comparingLong(Later::atNanos).thenComparingLong(Later::number));
    private long nowNanos;
    private long timerNumber;
    private long index;

    /** What the next proposals will meet; those behind them are applied. */
    void meets(Fate... next) {
        fates.addAll(List.of(next));
    }

    @Override
    public void propose(Entry proposal, ProposalCallback<? super Answer<Long>> callback) {
        ByteBuffer request = proposal.payload();
        if (stopped.isDone()) {
            callback.onFailed(new GroupStoppedException("stopped", Effect.NONE));
            return;
        }
        proposed.add(Request.decode(request));
        Fate fate = fates.isEmpty() ? Fate.APPLIED : fates.remove();
        switch (fate) {
            case APPLIED -> apply(new Held(request, callback), true);
            case ANSWER_LOST -> apply(new Held(request, callback), false);
            case LOST -> callback.onFailed(new OutcomeUnknownException("lost"));
            case REFUSED -> callback.onFailed(new NotAcceptedException(Refusal.NOT_LEADER, 0, "refused"));
            case HELD -> held.add(new Held(request, callback));
        }
    }

    private void apply(Held proposal, boolean told) {
        Answer<Long> answer = machine.apply(new Command(++index, 1, proposal.request(), true));
        if (told) {
            proposal.callback().onApplied(index, answer);
        } else {
            proposal.callback().onFailed(new OutcomeUnknownException("the answer was lost"));
        }
    }

    /** Applies what was held longest. */
    void release() {
        apply(held.remove(), true);
    }

    /** Lets time pass. */
    void pass(Duration time) {
        long end = nowNanos + time.toNanos();
        while (!timers.isEmpty() && timers.peek().atNanos() <= end) {
            Later next = timers.remove();
            nowNanos = Math.max(nowNanos, next.atNanos());
            next.task().run();
        }
        nowNanos = end;
    }

    /** The process stands still, and nothing runs. */
    void standStill(Duration time) {
        nowNanos += time.toNanos();
    }

    <T extends Request> List<T> proposedOf(Class<T> kind) {
        return proposed.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    // ------------------------------------------------------------------------------------- worker and clock

    @Override
    public void execute(Runnable task) {
        schedule(0, task);
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        Later later = new Later(nowNanos + delayNanos, ++timerNumber, task);
        timers.add(later);
        return () -> timers.remove(later);
    }

    @Override
    public boolean isCurrent() {
        return true;
    }

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    @Override
    public long wallMillis() {
        return 0;
    }

    // ------------------------------------------------------------------------------------------- the group

    @Override
    public Entry newProposal(ByteBuffer command) {
        return Entry.proposal(EntryKind.COMMAND, 1, 1, command);
    }

    @Override
    public RaftStatus status() {
        return new RaftStatus(RaftStatus.Role.LEADER, 1, 1, 1, index, index, index, index, 0, Standing.WHOLE);
    }

    @Override
    public CompletableFuture<Void> stopped() {
        return stopped;
    }

    @Override
    public long groupId() {
        return 7;
    }

    @Override
    public long memberId() {
        return 1;
    }

    @Override
    public void close() {
        stopped.complete(null);
    }

    @Override
    public void close(Duration patience) {
        close();
    }

    @Override
    public CompletionStage<Answer<Long>> propose(ByteBuffer command) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Long> readBarrier(Consistency consistency) {
        return CompletableFuture.completedFuture(index);
    }

    @Override
    public CompletionStage<List<String>> explain() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Configuration configuration() {
        return Configuration.empty();
    }

    @Override
    public CompletionStage<Void> transferLeadership(long target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Configuration> changeMembership(Membership target, long expectedVersion) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void addListener(RaftListener listener) {}

    @Override
    public CompletionStage<Long> takeSnapshot() {
        throw new UnsupportedOperationException();
    }
}
