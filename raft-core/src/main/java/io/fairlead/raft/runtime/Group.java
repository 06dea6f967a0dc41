package io.fairlead.raft.runtime;

import io.fairlead.raft.Consistency;
import io.fairlead.raft.GroupStoppedException;
import io.fairlead.raft.Membership;
import io.fairlead.raft.NotAcceptedException;
import io.fairlead.raft.RaftException;
import io.fairlead.raft.RaftException.Effect;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.RaftListener;
import io.fairlead.raft.RaftStatus;
import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A group as its user sees it: checks and counts what comes in, and hands it to the loop.
 *
 * <p><b>Threads:</b> any. What it does itself on the caller's thread never waits and never touches the core.
 */
public final class Group<R> implements RaftGroup<R> {
    private static final int READS_PER_PROPOSAL = 8;

    private final GroupParts<R> parts;
    private final PublishedState published;
    private final PendingProposals<R> pending;
    private final AtomicInteger pendingReads = new AtomicInteger();
    private final int maxPendingReads;
    private final long requestTimeoutNanos;
    private final long source;
    private final Events events;
    private final TimerAdvice advice;
    private final GroupLoop<R> loop;
    private final Effects<R> effects;
    private final Server server;
    private final Runnable onEnding;
    private final Runnable onClosed;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private volatile boolean closing;

    /**
     * @param onEnding called when the group takes no more part; its stages are still at work
     * @param onClosed called when nothing of it runs any more
     */
    Group(GroupParts<R> parts, Recovery recovery, Runnable onEnding, Runnable onClosed) {
        this.parts = parts;
        this.onEnding = onEnding;
        this.onClosed = onClosed;
        this.published = new PublishedState(
                recovery.appliedConfiguration().configuration(),
                recovery.applied().index(),
                recovery.restored().standing());
        this.pending = new PendingProposals<>(parts.config().maxPendingProposals());
        this.maxPendingReads = (int) Math.min(
                Integer.MAX_VALUE / 2,
                (long) READS_PER_PROPOSAL * parts.config().maxPendingProposals());
        this.requestTimeoutNanos = parts.config().requestTimeout().toNanos();
        this.source = parts.random().next();
        this.events = new Events(parts.groupId(), parts.memberId());
        this.advice = new TimerAdvice(parts.groupId(), parts.memberId(), parts.config(), parts.advised());
        events.add(advice);
        events.add(new Measurements(parts.groupId(), parts.metrics(), published, pending, pendingReads));
        events.add(new FlightEvents(
                parts.groupId(),
                parts.memberId(),
                parts.config().electionTimeout().toNanos() / 4));
        EffectsHolder<R> holder = new EffectsHolder<>();
        this.loop = new GroupLoop<>(
                parts,
                published,
                events,
                advice,
                newLoop -> holder.keep(
                        new Effects<>(parts, recovery, newLoop, events, published, pending, pendingReads, source)),
                this::onHalted);
        this.effects = holder.effects();
        this.server = effects.server();
    }

    /** Keeps what the loop's constructor makes. */
    private static final class EffectsHolder<R> {
        private @Nullable Effects<R> effects;

        Effects<R> keep(Effects<R> made) {
            effects = made;
            return made;
        }

        Effects<R> effects() {
            return java.util.Objects.requireNonNull(effects);
        }
    }

    /** The core. Only the loop may use it; a simulation, whose one thread is the loop as well, may look at it. */
    public Server core() {
        return server;
    }

    /** Takes part from now on. */
    void start() {
        loop.offerTask(effects::begin);
    }

    /** A message for this group arrived; false says that it was dropped. */
    boolean receive(RaftMessage message) {
        return effects.receive(message);
    }

    /** See {@link Server#onNode}. */
    void onNode(long member, long life, long heardAt) {
        loop.offerTask(now -> server.onNode(member, life, heardAt, now));
    }

    /** The connection to a member is down. */
    void onUnreachable(long member) {
        loop.offerTask(now -> server.onUnreachable(member, now));
    }

    @Override
    public long groupId() {
        return parts.groupId();
    }

    @Override
    public long memberId() {
        return parts.memberId();
    }

    // -------------------------------------------------------------------------------------------- proposals

    @Override
    public CompletionStage<R> propose(ByteBuffer command) {
        ProposalFuture<R> future = new ProposalFuture<>();
        if (command.remaining() > parts.config().maxEntryBytes()) {
            future.onFailed(tooLarge(command.remaining()));
        } else {
            propose(newProposal(command), future);
        }
        return future;
    }

    /** A future that is its own callback. */
    private static final class ProposalFuture<R> extends CompletableFuture<R> implements ProposalCallback<R> {
        @Override
        public void onApplied(long index, R result) {
            complete(result);
        }

        @Override
        public void onFailed(RaftException failure) {
            completeExceptionally(failure);
        }
    }

    @Override
    public Entry newProposal(ByteBuffer command) {
        return Entry.proposal(EntryKind.COMMAND, source, pending.newSequence(), command);
    }

    @Override
    public void propose(Entry entry, ProposalCallback<? super R> callback) {
        if (entry.source() != source || entry.index() != 0) {
            throw new IllegalArgumentException("make proposals with newProposal(), and propose each once");
        }
        if (entry.payloadLength() > parts.config().maxEntryBytes()) {
            callback.onFailed(tooLarge(entry.payloadLength()));
            return;
        }
        if (closing || loop.isHalted()) {
            callback.onFailed(hasStopped());
            return;
        }
        Proposal<R> proposal = new Proposal<>(entry, callback, parts.clock().nanoTime(), requestTimeoutNanos);
        if (!pending.add(proposal)) {
            callback.onFailed(overloaded(parts.config().maxPendingProposals() + " proposals"));
            return;
        }
        effects.propose(proposal);
        if (loop.isHalted() && pending.remove(entry.sequence()) != null) {
            callback.onFailed(hasStopped());
        }
    }

    private NotAcceptedException tooLarge(int bytes) {
        return new NotAcceptedException(
                Refusal.TOO_LARGE,
                published.status().leader(),
                "the command has " + bytes + " bytes; max-entry-bytes is "
                        + parts.config().maxEntryBytes());
    }

    private NotAcceptedException overloaded(String what) {
        return new NotAcceptedException(
                Refusal.OVERLOADED,
                published.status().leader(),
                "group " + groupId() + " has " + what + " under way: try again later");
    }

    private GroupStoppedException hasStopped() {
        return new GroupStoppedException(
                "group " + groupId() + " has stopped, or is about to, on member " + memberId(), Effect.NONE);
    }

    // ------------------------------------------------------------------------------------------------- reads

    @Override
    public CompletionStage<Long> readBarrier(Consistency consistency) {
        if (consistency instanceof Consistency.Local) {
            return loop.isHalted()
                    ? CompletableFuture.failedFuture(hasStopped())
                    : CompletableFuture.completedFuture(published.appliedIndex());
        }
        if (closing || loop.isHalted()) {
            return CompletableFuture.failedFuture(hasStopped());
        }
        if (pendingReads.incrementAndGet() > maxPendingReads) {
            pendingReads.decrementAndGet();
            return CompletableFuture.failedFuture(overloaded(maxPendingReads + " reads"));
        }
        ReadFuture read = new ReadFuture();
        if (consistency instanceof Consistency.Bounded bounded) {
            return ask(read, now -> readBounded(read, bounded, now));
        }
        loop.offer(read);
        refuseIfHalted(read);
        return read;
    }

    private void readBounded(ReadFuture read, Consistency.Bounded bounded, long now) {
        long silence = now - server.lastLeaderContactNanos();
        if (server.leader() != 0 && silence <= bounded.maxStaleness().toNanos()) {
            effects.reads().addBounded(read, bounded.minIndex(), now);
            return;
        }
        if (server.isQuiet()) { // Nobody has spoken for long, and still nothing may be missing: ask.
            loop.offer(read);
            return;
        }
        pendingReads.decrementAndGet();
        NotAcceptedException stale = new NotAcceptedException(
                Refusal.NOT_LEADER,
                server.leader(),
                "member " + memberId() + " of group " + groupId() + " has not heard of the leader for longer than "
                        + bounded.maxStaleness());
        parts.workers().notifier().execute(() -> read.completeExceptionally(stale));
    }

    // ------------------------------------------------------------------------------------------ administration

    @Override
    public RaftStatus status() {
        return published.status();
    }

    @Override
    public CompletionStage<List<String>> explain() {
        CompletableFuture<List<String>> done = new CompletableFuture<>();
        return ask(done, now -> {
            List<String> findings = new ArrayList<>(server.explain(now));
            findings.addAll(advice.findings());
            parts.workers().notifier().execute(() -> done.complete(List.copyOf(findings)));
        });
    }

    @Override
    public Configuration configuration() {
        return published.configuration();
    }

    @Override
    public CompletionStage<Void> transferLeadership(long target) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        return ask(done, now -> server.transferLeadership(effects.changes().add(done), target, now));
    }

    @Override
    public CompletionStage<Configuration> changeMembership(Membership target, long expectedVersion) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        return ask(done, now -> {
                    Configuration wanted = Memberships.toConfiguration(target, server.configuration());
                    server.changeMembership(effects.changes().add(done), wanted, expectedVersion, now);
                })
                .thenApply(nothing -> published.configuration());
    }

    @Override
    public CompletionStage<Long> takeSnapshot() {
        CompletableFuture<Long> done = new CompletableFuture<>();
        return ask(done, now -> effects.snapshots().request(done));
    }

    @Override
    public void addListener(RaftListener listener) {
        loop.offerTask(now -> events.add(listener));
    }

    private <T> CompletableFuture<T> ask(CompletableFuture<T> done, LoopTask task) {
        loop.offer(new Request(done, now -> {
            try {
                task.run(now);
            } catch (IllegalArgumentException e) {
                parts.workers().notifier().execute(() -> done.completeExceptionally(e));
            }
        }));
        refuseIfHalted(done);
        return done;
    }

    private void refuseIfHalted(CompletableFuture<?> done) {
        if (loop.isHalted()) {
            done.completeExceptionally(hasStopped());
        }
    }

    // ----------------------------------------------------------------------------------------------- the end

    /** Begins to close without waiting; {@link #stopped()} tells the end. */
    public void beginClose(Duration patience) {
        closing = true;
        loop.offerTask(now -> loop.beginStop(patience.toNanos(), now));
    }

    @Override
    public void close(Duration patience) {
        beginClose(patience);
        try {
            stopped.join();
        } catch (CompletionException e) {
            // The cause was logged when it happened, and is what stopped() answers.
        }
    }

    @Override
    public void close() {
        close(parts.config().shutdownPatience());
    }

    @Override
    public CompletableFuture<Void> stopped() {
        return stopped.copy();
    }

    /** The loop has ended: ends the other stages, one after the other, the log last. */
    private void onHalted(@Nullable Throwable cause) {
        onEnding.run();
        GroupWorkers workers = parts.workers();
        effects.applier()
                .offer(new ApplierTask.Close(error -> workers.background().execute(() -> {
                    effects.snapshots().close();
                    workers.snapshots()
                            .execute(() -> effects.logWriter().close(logError -> finish(cause, error, logError)));
                })));
    }

    private void finish(@Nullable Throwable cause, @Nullable Throwable error, @Nullable Throwable logError) {
        @Nullable Throwable snapshotError = null;
        try {
            parts.snapshots().close();
        } catch (IOException e) {
            snapshotError = e;
        }
        @Nullable Throwable first = cause;
        for (Throwable next : new @Nullable Throwable[] {error, logError, snapshotError}) {
            first = first == null ? next : first;
        }
        @Nullable Throwable failure = first;
        onClosed.run();
        parts.workers().notifier().execute(() -> {
            if (failure == null) {
                stopped.complete(null);
            } else {
                stopped.completeExceptionally(failure);
            }
        });
    }
}
