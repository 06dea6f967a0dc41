package io.fairlead.raft.runtime;

import io.fairlead.raft.GroupStoppedException;
import io.fairlead.raft.RaftException.Effect;
import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.ForwardProposals;
import io.fairlead.raft.message.HeartbeatReply;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.spi.Worker;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stage that owns the core: it takes everything that has queued (messages, proposals, reads, reports of the other
 * stages), tells the core, and ends the step with one flush. Then it publishes the state and arms one timer.
 *
 * <p><b>Threads:</b> the group's loop worker; {@link #receive}, {@link #offer}, {@link #failed} may be called by any.
 *
 * <p><b>Failure:</b> whatever fails in a step, a broken invariant above all, stops the group and nothing else.
 *
 * <p><b>Memory:</b> at most {@value #MAX_QUEUED_MESSAGES} messages wait; more are dropped, which the protocol is made
 * for. Proposals and reads are bounded where they come in.
 */
final class GroupLoop<R> implements FailureHandler {
    private static final Logger log = LoggerFactory.getLogger(GroupLoop.class);

    private static final int MAX_QUEUED_MESSAGES = 16_384;
    static final long NEVER = Long.MAX_VALUE;

    private final GroupParts<R> parts;
    private final Worker worker;
    private final Stage<Object> inbox;
    private final AtomicInteger queuedMessages = new AtomicInteger();
    private final AtomicBoolean failure = new AtomicBoolean();
    private final Runnable onTimer = this::onTimer;
    private final PublishedState published;
    private final Proposals<R> proposals;
    private final Reads reads;
    private final Changes changes;
    private final Consumer<@Nullable Throwable> onHalted;
    private final Events events;
    private final TimerAdvice advice;
    private final Server server;
    private final SnapshotTraffic snapshots;
    private final Gathering gathering = new Gathering();

    private final long retryNanos;
    private final long sweepNanos;
    private final long diskDelayNanos;
    private Worker.@Nullable Timer timer;
    private long timerAtNanos = NEVER;
    private long retryAtNanos = NEVER;
    private long sweepAtNanos = NEVER;
    private long diskDelayAtNanos = NEVER;
    private boolean diskDelayReported;
    private final Deque<Write> writes = new ArrayDeque<>();
    private boolean leaderChanged;
    private long readyTerm;
    private long readyIndex;
    private long announcedTerm;
    private boolean stopping;
    private long stopAtNanos = NEVER;
    private long handOverAtNanos = NEVER;
    private volatile boolean halted;
    private volatile boolean awaitsPersisted = true;
    private volatile boolean awaitsApplied = true;

    /** A batch on its way to the disk. */
    private record Write(long batch, long sinceNanos) {}

    /** @param onHalted called once, as the loop's last act; null says that the group was asked to stop */
    GroupLoop(
            GroupParts<R> parts,
            PublishedState published,
            Events events,
            TimerAdvice advice,
            Wiring<R> wiring,
            Consumer<@Nullable Throwable> onHalted) {
        this.parts = parts;
        this.events = events;
        this.advice = advice;
        this.worker = parts.workers().loop();
        this.inbox = new Stage<>(worker, this::step);
        this.published = published;
        this.onHalted = onHalted;
        this.retryNanos = Math.max(1_000_000, parts.config().heartbeatInterval().toNanos() / 2);
        this.sweepNanos = Math.max(1_000_000, parts.config().requestTimeout().toNanos() / 16);
        this.diskDelayNanos =
                Math.max(1_000_000, parts.config().electionTimeout().toNanos() / 4);
        Effects<R> effects = wiring.wire(this);
        this.server = effects.server();
        this.proposals = effects.proposals();
        this.reads = effects.reads();
        this.changes = effects.changes();
        this.snapshots = effects.snapshots();
    }

    /** Makes the core and the other stages, which need the loop to report to. */
    interface Wiring<R> {
        /** Called once, in the loop's constructor; nothing may run yet. */
        Effects<R> wire(GroupLoop<R> loop);
    }

    /** Queues an input: a {@link Proposal}, {@link ReadFuture}, {@link Request} or {@link LoopTask}. Any thread. */
    void offer(Object input) {
        inbox.offer(input);
    }

    /** Queues a task. Any thread. */
    void offerTask(LoopTask task) {
        inbox.offer(task);
    }

    /** Queues a proposal for which {@link #schedule} will be called. Any thread. */
    void leave(Proposal<R> proposal) {
        inbox.leave(proposal);
    }

    /** Makes sure that there is a turn for what has queued. Any thread. */
    void schedule() {
        inbox.schedule();
    }

    /**
     * Queues what the log writer has done. If nothing can follow from that now, as on a follower most of the time, or on
     * a leader before others have the same on disk, it waits for the next message or timer: on a lone write every
     * wake-up saved is a good part of its cost. The flag is looked at when the report is in the queue, and the loop looks
     * at the queue once more when it has set the flag, so one of them sees the other. Any thread.
     */
    void offerPersisted(LoopTask report) {
        inbox.leave(report);
        if (awaitsPersisted) {
            inbox.schedule();
        }
    }

    /** Queues what the applier has done, likewise. Any thread. */
    void offerApplied(LoopTask report) {
        inbox.leave(report);
        if (awaitsApplied) {
            inbox.schedule();
        }
    }

    /** A message arrived; false says that it was dropped, because too many wait. Any thread. */
    boolean receive(RaftMessage message) {
        if (halted || queuedMessages.incrementAndGet() > MAX_QUEUED_MESSAGES) {
            queuedMessages.decrementAndGet();
            return false;
        }
        inbox.offer(message);
        return true;
    }

    /** Whether the group takes no more part. Once true, nobody else answers what is offered. */
    boolean isHalted() {
        return halted;
    }

    /** A stage cannot go on. Any thread. */
    @Override
    public void failed(String what, Throwable cause) {
        if (failure.compareAndSet(false, true)) {
            log.error("group={} member={} stops: {}", parts.groupId(), parts.memberId(), what, cause);
        }
        offerTask(now -> halt(cause));
    }

    @SuppressWarnings("unchecked") // The inbox holds proposals of this group only.
    private void feed(Object input, long now) {
        if (input instanceof Proposal<?>) {
            gathering.add(input, 1);
        } else if (input instanceof ForwardProposals forwarded && leads()) {
            gathering.add(forwarded, forwarded.proposals().size());
        } else if (input instanceof RaftMessage message) {
            noteRoundTrip(message, now);
            server.onMessage(message, now);
        } else if (input instanceof LoopTask task) {
            task.run(now);
        } else if (input instanceof ReadFuture read) {
            reads.add(read);
        } else if (input instanceof Request request) {
            request.task().run(now);
        }
    }

    private void noteRoundTrip(RaftMessage message, long now) {
        if (message instanceof HeartbeatReply reply
                && reply.sentAtNanos() != 0
                && leads()
                && reply.term() == server.term()) {
            long took = now - reply.sentAtNanos();
            advice.onAnswer(reply.from(), took);
            events.tell(listener -> listener.onRoundTrip(reply.from(), took));
        }
    }

    private void onTimer() {
        timer = null;
        inbox.runNow();
    }

    /** A timer that is long overdue says that this process stood still. */
    private void noticePause(long now) {
        if (timerAtNanos != NEVER && now > timerAtNanos) {
            server.onPause(now - timerAtNanos, now);
        }
        if (timer == null) {
            timerAtNanos = NEVER;
        }
    }

    @SuppressWarnings("CatchingUnchecked") // A stage's root: whatever happens here stops the group, nothing else.
    private void step(List<Object> inputs) {
        assert worker.isCurrent();
        int i = 0;
        try {
            long now = parts.clock().nanoTime();
            noticePause(now);
            int messages = 0;
            for (; i < inputs.size() && !halted; i++) {
                Object input = inputs.get(i);
                if (input instanceof RaftMessage) {
                    messages++;
                }
                feed(input, now);
            }
            if (messages > 0) {
                queuedMessages.addAndGet(-messages);
            }
            if (!halted) {
                finish(now);
            }
        } catch (Throwable e) {
            if (failure.compareAndSet(false, true)) {
                log.error("group={} member={} stops: a step failed", parts.groupId(), parts.memberId(), e);
            }
            halt(e);
        }
        for (; halted && i < inputs.size(); i++) {
            refuse(inputs.get(i));
        }
    }

    @SuppressWarnings("unchecked") // Only proposals of this group come in.
    private void propose(Object input, long now) {
        if (input instanceof Proposal<?> proposal) {
            proposals.propose((Proposal<R>) proposal, server, now);
        } else {
            server.onMessage((ForwardProposals) input, now);
        }
    }

    /** What a proposal that arrives now could wait for: a leader's uncommitted entries, a follower's own proposals. */
    private long underWay() {
        return leads() ? server.lastIndex() - server.commitIndex() : proposals.underWay() - gathering.size();
    }

    private boolean leads() {
        return server.leads();
    }

    private void finish(long now) {
        if (gathering.size() > 0) {
            gathering.release(underWay(), input -> propose(input, now));
        }
        reads.ask(server, now);
        if (leaderChanged || now >= retryAtNanos) {
            if (server.leader() != 0) {
                proposals.retry(server, now);
                reads.retry(server, now);
            }
            retryAtNanos = NEVER; // Without a leader there is nothing to wake up for.
        }
        leaderChanged = false;
        if (now >= diskDelayAtNanos) {
            checkDiskDelay(now);
        }
        if (now >= server.nextDeadlineNanos()) {
            server.onTick(now);
        }
        server.flush(now);
        proposals.afterFlush(server.term());
        if (now >= sweepAtNanos) {
            sweepAtNanos = NEVER;
            proposals.expire(server.leader(), now);
            reads.expire(server.leader(), now);
        }
        published.publish(server);
        announceReadiness();
        boolean awaitsAll = stopping || !(leads() ? announcedTerm == server.term() : isUnused());
        awaitsPersisted = awaitsAll || server.awaitsPersisted();
        awaitsApplied = awaitsAll || server.awaitsApplied();
        long refused = proposals.takeRefused();
        if (refused > 0) {
            events.proposalsRefused(refused);
        }
        if (stopping) {
            goOnStopping(now);
        }
        if (!halted) {
            arm(now);
        }
    }

    private boolean isUnused() {
        return proposals.isEmpty() && reads.isEmpty();
    }

    /** Arms one timer for whatever is due first; one that is armed for earlier is left alone and finds nothing to do. */
    private void arm(long now) {
        if (retryAtNanos == NEVER && server.leader() != 0 && (proposals.hasHeld() || reads.hasHeld())) {
            retryAtNanos = leaderChanged ? now : now + retryNanos;
        }
        if (sweepAtNanos == NEVER && !isUnused()) {
            sweepAtNanos = now + sweepNanos;
        }
        long at = Math.min(
                Math.min(server.nextDeadlineNanos(), retryAtNanos),
                Math.min(Math.min(sweepAtNanos, diskDelayAtNanos), Math.min(stopAtNanos, handOverAtNanos)));
        if (at < timerAtNanos) {
            if (timer != null) {
                timer.cancel();
            }
            timerAtNanos = at;
            timer = worker.schedule(Math.max(0, at - now), onTimer);
        }
    }

    /** Begins: arms the first timer. */
    void start() {
        offerTask(now -> {});
    }

    // ------------------------------------------------------------------------- what the effects tell the loop

    /** A batch was handed to the log writer. */
    void onWriting(long batch, long now) {
        writes.add(new Write(batch, now));
        if (diskDelayAtNanos == NEVER) {
            diskDelayAtNanos = now + diskDelayNanos;
        }
    }

    /** The log writer has synced everything up to {@code batch}. */
    void onWritten(long batch, long now) {
        while (!writes.isEmpty() && writes.getFirst().batch() <= batch) {
            writes.removeFirst();
        }
        if (writes.isEmpty()) {
            diskDelayAtNanos = NEVER;
            if (diskDelayReported) {
                diskDelayReported = false;
                server.onDiskDelay(0, now);
                events.diskDelayed(0);
            }
        }
    }

    private void checkDiskDelay(long now) {
        Write oldest = writes.getFirst();
        long delay = now - oldest.sinceNanos();
        if (delay >= diskDelayNanos) {
            diskDelayReported = true;
            server.onDiskDelay(delay, now);
            events.diskDelayed(delay);
            diskDelayAtNanos = now + diskDelayNanos;
        } else {
            diskDelayAtNanos = oldest.sinceNanos() + diskDelayNanos;
        }
    }

    /** Role, term or leader changed: what was held may have somewhere to go. */
    void onLeaderChanged() {
        leaderChanged = true;
    }

    /** A new leader speaks up only when it has applied all that its predecessors committed (rule R11). */
    private void announceReadiness() {
        if (!server.isReady() || announcedTerm == server.term()) {
            return;
        }
        long term = server.term();
        if (readyTerm != term) {
            readyTerm = term;
            readyIndex = server.commitIndex();
        }
        if (server.appliedIndex() >= readyIndex) {
            announcedTerm = term;
            events.leaderReady(term);
        }
    }

    // ----------------------------------------------------------------------------------------------- the end

    /** Stops when leadership is handed over and nobody waits any more, or when {@code patienceNanos} are over. */
    void beginStop(long patienceNanos, long now) {
        if (!stopping) {
            stopping = true;
            stopAtNanos = now + patienceNanos;
            handOverAtNanos = now;
        }
    }

    private void goOnStopping(long now) {
        boolean handsOver = server.leads() && hasOtherVoter();
        if (now >= stopAtNanos || (!handsOver && isUnused())) {
            halt(null);
        } else if (!handsOver) {
            handOverAtNanos = NEVER;
        } else if (now >= handOverAtNanos) {
            handOverAtNanos = now + retryNanos;
            server.transferLeadership(0, 0, now);
        }
    }

    private boolean hasOtherVoter() {
        return server.configuration().voters().stream().anyMatch(id -> id != parts.memberId());
    }

    private void halt(@Nullable Throwable cause) {
        if (halted) {
            return;
        }
        halted = true;
        if (timer != null) {
            timer.cancel();
        }
        String why = stoppedBecause(cause);
        GroupStoppedException unserved = Proposals.stopped(why, Effect.NONE, cause);
        published.publishStopped();
        proposals.failAll(why, cause);
        reads.failAll(unserved);
        changes.failAll(Proposals.stopped(why, Effect.UNKNOWN, cause));
        snapshots.failWaiting(unserved);
        events.stopped(cause);
        onHalted.accept(cause);
    }

    private String stoppedBecause(@Nullable Throwable cause) {
        return "group " + parts.groupId() + " has stopped on member " + parts.memberId()
                + (cause == null ? "" : ": " + cause);
    }

    /** Answers what came too late. Proposals are answered by who offered them, since they are in the open. */
    private void refuse(Object input) {
        GroupStoppedException failure = new GroupStoppedException(stoppedBecause(null), Effect.NONE);
        if (input instanceof ReadFuture read) {
            parts.workers().notifier().execute(() -> read.completeExceptionally(failure));
        } else if (input instanceof Request request) {
            parts.workers().notifier().execute(() -> request.done().completeExceptionally(failure));
        }
    }
}
