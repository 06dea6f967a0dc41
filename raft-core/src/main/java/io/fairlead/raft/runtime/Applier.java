package io.fairlead.raft.runtime;

import io.fairlead.raft.GroupStoppedException;
import io.fairlead.raft.ProposalTimes;
import io.fairlead.raft.RaftException.Effect;
import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.spi.Clock;
import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.LogStore;
import io.fairlead.raft.spi.SnapshotStore;
import io.fairlead.raft.spi.StateMachine;
import io.fairlead.raft.spi.Worker;
import java.io.IOException;
import java.io.InputStream;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stage that owns the state machine: it applies everything that was committed since its last turn as one batch, then
 * publishes the applied index, then answers those who wait for it, in that order.
 *
 * <p><b>Threads:</b> the applier's worker. Answers, and so the callers' callbacks, run there too.
 *
 * <p><b>Failure:</b> an exception of the state machine, or an entry that cannot be read, stops the group.
 *
 * <p><b>Memory:</b> the core bounds the bytes it has handed out; a batch is cut at {@value #MAX_BATCH_BYTES} bytes.
 */
final class Applier<R> {
    private static final Logger log = LoggerFactory.getLogger(Applier.class);

    private static final int MAX_BATCH_BYTES = 4 << 20;
    private static final int MAX_BATCH_COMMANDS = 4096;
    /** How many entries pass before the state machine is asked again what it has made durable. */
    private static final int ENTRIES_BETWEEN_DURABLE_CHECKS = 1024;

    private final long groupId;
    private final long source;
    private final StateMachine<R> stateMachine;
    private final LogStore entries;
    private final SnapshotStore snapshots;
    private final PendingProposals<R> pending;
    private final PublishedState published;
    private final Reports reports;
    private final FailureHandler failures;
    private final Clock clock;
    private final Listeners listeners;
    private final Worker worker;
    private final Stage<ApplierTask> stage;
    private final PriorityQueue<WaitingReads> waitingReads =
            new PriorityQueue<>(Comparator.comparingLong(WaitingReads::index).thenComparingLong(WaitingReads::number));
    private long waitingNumber;
    private boolean stopped;
    private boolean answering;

    private EntryId applied;
    private ConfigurationAt configuration;
    private long durableCheckedAt;
    private long durableIndex;

    // The batch that is being collected: everything behind `applied` up to `collectedIndex`. Its term and index stand
    // here by themselves, since an id of every entry would be garbage at once.
    private long collectedTerm;
    private long collectedIndex;
    private final List<Entry> batch = new ArrayList<>();
    private final List<@Nullable Proposal<R>> proposals = new ArrayList<>();
    private final List<Command> commands = new Commands(batch, proposals);
    private final Results<R> results = new Results<>();
    private final List<ConfigurationAt> configurations = new ArrayList<>();
    private int collectedBytes;

    /** What the applier tells the loop. <b>Threads:</b> called on the applier's worker. */
    interface Reports {
        /** Everything up to {@code index} is applied; {@code configurations} are those among the entries. */
        void applied(EntryId index, long durableIndex, List<ConfigurationAt> configurations);

        /** The state machine contains the snapshot. */
        void restored(SnapshotMeta snapshot);

        /** The state is frozen and can be written; {@code draft} lacks size and checksum. */
        void frozen(SnapshotMeta draft, StateMachine.Snapshot state);

        /** No snapshot can be taken now. */
        void notWritten(IOException cause);
    }

    private record WaitingReads(long index, long number, ReadBatch reads) {}

    /**
     * @param source what this member's life calls itself in the entries it proposes
     * @param applied what the state machine contains
     * @param replayedFrom the first entry that is handed in follows this one; those up to {@code applied} have no effect
     * @param configuration the configuration in force at {@code replayedFrom}
     */
    Applier(
            long groupId,
            long source,
            StateMachine<R> stateMachine,
            LogStore entries,
            SnapshotStore snapshots,
            PendingProposals<R> pending,
            PublishedState published,
            EntryId applied,
            EntryId replayedFrom,
            ConfigurationAt configuration,
            Worker worker,
            Reports reports,
            FailureHandler failures,
            Clock clock,
            Listeners listeners) {
        this.groupId = groupId;
        this.source = source;
        this.stateMachine = stateMachine;
        this.entries = entries;
        this.snapshots = snapshots;
        this.pending = pending;
        this.published = published;
        this.applied = applied;
        this.collectedTerm = replayedFrom.term();
        this.collectedIndex = replayedFrom.index();
        this.configuration = configuration;
        this.reports = reports;
        this.failures = failures;
        this.clock = clock;
        this.listeners = listeners;
        this.durableIndex = stateMachine.durableIndex();
        this.worker = worker;
        this.stage = new Stage<>(worker, this::handle);
    }

    /** Hands in work. Any thread. */
    void offer(ApplierTask task) {
        stage.offer(task);
    }

    /** Tells if the caller is one of those who are being answered. Any thread. */
    boolean isAnsweringCaller() {
        return answering && worker.isCurrent();
    }

    private void handle(List<ApplierTask> tasks) {
        for (int i = 0; i < tasks.size(); i++) {
            ApplierTask task = tasks.get(i);
            if (task instanceof ApplierTask.Close close) {
                attempt(this::applyCollected);
                close(close.done());
            } else {
                attempt(() -> handle(task));
            }
        }
        attempt(() -> {
            applyCollected();
            releaseReads();
        });
    }

    private interface Work {
        void run() throws IOException;
    }

    @SuppressWarnings("CatchingUnchecked") // A stage's root: whatever happens here stops the group, nothing else.
    private void attempt(Work work) {
        if (!stopped) {
            try {
                work.run();
            } catch (Throwable e) {
                stop(e);
            }
        }
    }

    private void handle(ApplierTask task) throws IOException {
        if (task instanceof ApplierTask.Apply apply) {
            collect(apply);
        } else if (task instanceof ApplierTask.Release release) {
            // Answered behind the batch: a read must not cut the batch of writes in two.
            waitingReads.add(new WaitingReads(release.index(), waitingNumber++, release.reads()));
        } else if (task instanceof ApplierTask.Restore restore) {
            applyCollected();
            restore(restore.snapshot());
        } else if (task instanceof ApplierTask.TakeSnapshot take) {
            applyCollected();
            freeze(take.snapshotId());
        }
    }

    private void stop(Throwable cause) {
        stopped = true;
        for (Proposal<R> proposal : proposals) {
            if (proposal != null) {
                fail(proposal, cause);
            }
        }
        failures.failed("the state machine could not apply what follows " + applied, cause);
    }

    private void fail(Proposal<R> proposal, Throwable cause) {
        try {
            proposal.callback.onFailed(new GroupStoppedException(
                    "group " + groupId + " stopped while the command was applied: " + cause, Effect.UNKNOWN, cause));
        } catch (RuntimeException e) {
            log.warn("group={} a proposal's callback failed", groupId, e);
        }
    }

    private void close(Completion done) {
        stopped = true;
        @Nullable Throwable error = null;
        try {
            stateMachine.close();
        } catch (RuntimeException e) {
            error = e;
        }
        done.completed(error);
    }

    private void collect(ApplierTask.Apply apply) throws IOException {
        List<Entry> given = apply.entries();
        if (!given.isEmpty()) {
            for (int i = 0; i < given.size(); i++) {
                collect(given.get(i), apply.committedNanos());
            }
            return;
        }
        long next = Math.max(apply.from(), collectedIndex + 1);
        while (next <= apply.to()) {
            List<Entry> read = entries.read(next, apply.to() + 1, MAX_BATCH_BYTES);
            if (read.isEmpty()) {
                throw new IOException("committed entry " + next + " is not in the log");
            }
            for (Entry entry : read) {
                collect(entry, apply.committedNanos());
            }
            next = collectedIndex + 1;
        }
    }

    private void collect(Entry entry, long committedNanos) {
        long index = entry.index();
        if (index <= collectedIndex) {
            return; // A snapshot has brought it.
        }
        if (index != collectedIndex + 1) {
            throw new IllegalStateException(
                    "entry " + entry.id() + " must not follow " + new EntryId(collectedTerm, collectedIndex));
        }
        collectedTerm = entry.term();
        collectedIndex = index;
        if (index <= applied.index()) {
            seenAgain(entry);
            return;
        }
        if (entry.kind() == EntryKind.COMMAND) {
            Proposal<R> proposal = entry.source() == source ? pending.remove(entry.sequence()) : null;
            if (proposal != null) {
                proposal.committedNanos = committedNanos;
            }
            batch.add(entry);
            proposals.add(proposal);
            collectedBytes += entry.encodedLength();
        } else if (entry.kind() == EntryKind.CONFIGURATION) {
            configurations.add(new ConfigurationAt(entry.id(), Configuration.decode(entry.payload())));
        }
        if (collectedBytes >= MAX_BATCH_BYTES || batch.size() >= MAX_BATCH_COMMANDS) {
            applyCollected();
        }
    }

    /** The state machine was ahead of a log that was lost: this entry's effects are there. */
    private void seenAgain(Entry entry) {
        if (entry.kind() == EntryKind.CONFIGURATION) {
            configuration = new ConfigurationAt(entry.id(), Configuration.decode(entry.payload()));
        }
        if (entry.index() == applied.index()) {
            applied = entry.id();
        }
    }

    private void applyCollected() {
        if (collectedIndex <= applied.index()) {
            return;
        }
        int count = batch.size();
        results.expect(count);
        long begun = clock.nanoTime();
        if (count > 0) {
            stateMachine.applyAll(commands, results);
        }
        results.checkComplete(proposals);
        applied = new EntryId(collectedTerm, collectedIndex);
        published.publishApplied(applied.index());
        if (!configurations.isEmpty()) {
            configuration = configurations.get(configurations.size() - 1);
        }
        answering = true;
        answer(begun);
        answering = false;
        if (applied.index() - durableCheckedAt >= ENTRIES_BETWEEN_DURABLE_CHECKS) {
            durableCheckedAt = applied.index();
            durableIndex = stateMachine.durableIndex();
        }
        if (count > 0) {
            long took = clock.nanoTime() - begun;
            listeners.tell(listener -> listener.onApplied(count, took));
        }
        reports.applied(applied, durableIndex, List.copyOf(configurations));
        batch.clear();
        proposals.clear();
        configurations.clear();
        results.clear();
        collectedBytes = 0;
    }

    private void answer(long begun) {
        long appliedNanos = clock.nanoTime();
        for (int i = 0; i < proposals.size(); i++) {
            Proposal<R> proposal = proposals.get(i);
            if (proposal != null) {
                proposals.set(i, null);
                try {
                    proposal.callback.onApplied(batch.get(i).index(), results.get(i));
                } catch (RuntimeException e) {
                    log.warn("group={} a proposal's callback failed", groupId, e);
                }
                if (proposal.isTimed()) {
                    tellTimes(proposal, begun, appliedNanos);
                }
            }
        }
    }

    private void tellTimes(Proposal<R> proposal, long begun, long appliedNanos) {
        ProposalTimes times = new ProposalTimes(
                proposal.submittedNanos - proposal.proposedNanos,
                proposal.committedNanos - proposal.submittedNanos,
                begun - proposal.committedNanos,
                appliedNanos - begun,
                clock.nanoTime() - appliedNanos);
        listeners.tell(listener -> listener.onProposalTimed(times));
    }

    private void releaseReads() {
        WaitingReads next;
        while ((next = waitingReads.peek()) != null
                && (next.index() <= applied.index() || next.reads().isAnswered())) {
            waitingReads.poll();
            next.reads().complete(applied.index());
        }
    }

    private void restore(SnapshotMeta snapshot) throws IOException {
        EntryId last = snapshot.lastIncluded();
        if (last.index() <= collectedIndex) {
            throw new IllegalStateException("snapshot " + last + " is not ahead of entry " + collectedIndex);
        }
        collectedTerm = last.term();
        collectedIndex = last.index();
        if (last.index() >= applied.index()) {
            try (InputStream stream = snapshots.open(snapshot)) {
                stateMachine.restore(stream, last.index());
            }
            applied = last;
        }
        configuration =
                new ConfigurationAt(new EntryId(last.term(), snapshot.configurationIndex()), snapshot.configuration());
        durableIndex = stateMachine.durableIndex();
        durableCheckedAt = applied.index();
        published.publishApplied(applied.index());
        reports.restored(snapshot);
    }

    private void freeze(long snapshotId) {
        if (collectedIndex < applied.index()) {
            reports.notWritten(new IOException("the log is being refilled up to what the state machine contains"));
            return;
        }
        SnapshotMeta draft = new SnapshotMeta(
                snapshotId,
                applied,
                configuration.configuration(),
                configuration.id().index(),
                0,
                0);
        reports.frozen(draft, stateMachine.snapshot());
    }

    /**
     * The entries of a batch as the commands that they are. Each is made when it is looked at, so that a state machine
     * which looks at it in passing costs no garbage.
     */
    private static final class Commands extends AbstractList<Command> implements RandomAccess {
        private final List<Entry> entries;
        private final List<? extends @Nullable Object> proposals;

        Commands(List<Entry> entries, List<? extends @Nullable Object> proposals) {
            this.entries = entries;
            this.proposals = proposals;
        }

        @Override
        public Command get(int position) {
            return new Command(entries.get(position), proposals.get(position) != null);
        }

        @Override
        public int size() {
            return entries.size();
        }
    }

    /** The answers of one batch, kept until all of it is applied: nobody is told of an effect that is not yet visible. */
    private static final class Results<R> implements StateMachine.Results<R> {
        private static final Object MISSING = new Object();
        private @Nullable Object[] results = new @Nullable Object[16];
        private int size;

        void expect(int commands) {
            if (commands > results.length) {
                results = new @Nullable Object[Math.max(commands, 2 * results.length)];
            }
            size = commands;
            Arrays.fill(results, 0, size, MISSING);
        }

        @Override
        public void complete(int position, R result) {
            results[Objects.checkIndex(position, size)] = result;
        }

        void clear() {
            Arrays.fill(results, 0, size, null);
            size = 0;
        }

        void checkComplete(List<? extends @Nullable Object> awaited) {
            for (int i = 0; i < size; i++) {
                if (results[i] == MISSING && awaited.get(i) != null) {
                    throw new IllegalStateException("the state machine did not answer command " + i + " of " + size
                            + " in a batch, though somebody awaits it");
                }
            }
        }

        @SuppressWarnings({"unchecked", "NullAway"
        }) // Only complete() puts values in, as null as R allows; not MISSING.
        R get(int position) {
            return (R) results[position];
        }
    }
}
