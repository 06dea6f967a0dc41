package io.fairlead.raft.runtime;

import io.fairlead.raft.NotAcceptedException;
import io.fairlead.raft.RaftException;
import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.spi.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The loop's side of linearizable reads: all that arrive in one step share one question to the core; a question that the
 * core refuses or gives up is asked again, under a new number, until the reads' time is over.
 *
 * <p><b>Threads:</b> the loop. The applier answers, the notifier refuses.
 *
 * <p><b>Memory:</b> the number of reads is bounded where they come in; batches are dropped at the next sweep after their
 * answer.
 */
final class Reads {
    private final long groupId;
    private final long timeoutNanos;
    private final AtomicInteger pendingReads;
    private final Consumer<ApplierTask> applier;
    private final Worker notifier;
    private List<CompletableFuture<Long>> arrived = new ArrayList<>();
    private final List<ReadBatch> all = new ArrayList<>();
    private final TreeMap<Long, List<ReadBatch>> asked = new TreeMap<>();
    private List<ReadBatch> held = new ArrayList<>();
    private Refusal lastRefusal = Refusal.NOT_LEADER;
    private long lastReadId;

    /**
     * The reads of one life.
     *
     * @param firstReadId drawn anew for each life, so that a late answer to a read of a former life is not taken for the
     *     answer to one of this
     */
    Reads(
            long groupId,
            long timeoutNanos,
            AtomicInteger pendingReads,
            Consumer<ApplierTask> applier,
            Worker notifier,
            long firstReadId) {
        this.groupId = groupId;
        this.timeoutNanos = timeoutNanos;
        this.pendingReads = pendingReads;
        this.applier = applier;
        this.notifier = notifier;
        this.lastReadId = firstReadId;
    }

    /** A read arrived in this step. */
    void add(CompletableFuture<Long> read) {
        arrived.add(read);
    }

    /** A read that only waits until {@code index} is applied. */
    void addBounded(CompletableFuture<Long> read, long index, long now) {
        List<CompletableFuture<Long>> one = new ArrayList<>(1);
        one.add(read);
        ReadBatch batch = new ReadBatch(one, now + timeoutNanos, pendingReads);
        all.add(batch);
        applier.accept(new ApplierTask.Release(index, batch));
    }

    /** All inputs of the step are in: asks once for all reads that arrived. */
    void ask(Server server, long now) {
        if (arrived.isEmpty()) {
            return;
        }
        ReadBatch batch = new ReadBatch(arrived, now + timeoutNanos, pendingReads);
        arrived = new ArrayList<>();
        all.add(batch);
        if (server.leader() == 0) {
            lastRefusal = Refusal.NOT_LEADER;
            held.add(batch);
        } else {
            ask(List.of(batch), server, now);
        }
    }

    private void ask(List<ReadBatch> reads, Server server, long now) {
        long readId = ++lastReadId;
        asked.put(readId, reads);
        server.readIndex(readId, now);
    }

    /** The core found the index. */
    void ready(long readId, long index) {
        List<ReadBatch> reads = asked.remove(readId);
        if (reads != null) {
            for (ReadBatch batch : reads) {
                applier.accept(new ApplierTask.Release(index, batch));
            }
        }
    }

    /** The core cannot answer now. */
    void refused(long readId, Refusal refusal) {
        List<ReadBatch> reads = asked.remove(readId);
        if (reads != null) {
            lastRefusal = refusal;
            held.addAll(reads);
        }
    }

    boolean hasHeld() {
        return !held.isEmpty();
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Asks again for what was refused. */
    void retry(Server server, long now) {
        if (server.leader() != 0) {
            held.removeIf(ReadBatch::isAnswered);
            if (!held.isEmpty()) {
                List<ReadBatch> again = held;
                held = new ArrayList<>();
                ask(again, server, now);
            }
        }
    }

    /** Ends those whose time is over. */
    void expire(long leader, long now) {
        for (ReadBatch batch : all) {
            if (batch.deadlineNanos - now <= 0 && !batch.isAnswered()) {
                fail(
                        batch,
                        new NotAcceptedException(
                                lastRefusal,
                                leader,
                                "group " + groupId + " could not serve the read in time: "
                                        + Refusals.inWords(lastRefusal)));
            }
        }
        all.removeIf(batch -> batch.isAnswered() || batch.deadlineNanos - now <= 0);
    }

    /** The group stops. */
    void failAll(RaftException failure) {
        if (!arrived.isEmpty()) {
            all.add(new ReadBatch(arrived, 0, pendingReads));
            arrived = new ArrayList<>();
        }
        all.forEach(batch -> fail(batch, failure));
        all.clear();
        asked.clear();
        held.clear();
    }

    private void fail(ReadBatch batch, RaftException failure) {
        notifier.execute(() -> batch.fail(failure));
    }
}
