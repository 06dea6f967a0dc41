package io.fairlead.chaos.kv;

import io.fairlead.chaos.cluster.ForwardingMachine;
import io.fairlead.chaos.sim.Randomness;
import io.fairlead.kv.KeyRange;
import io.fairlead.kv.KvResult;
import io.fairlead.kv.KvStateMachine;
import io.fairlead.kv.KvStore;
import io.fairlead.kv.proto.Event;
import io.fairlead.raft.spi.Command;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One life of a member's store: the real one, looked at whenever it has changed. Now and then it writes what is in memory
 * to files, and waits for that, since when RocksDB does so by itself differs from run to run.
 *
 * <p><b>Threads:</b> one.
 */
final class ModelledStore extends ForwardingMachine<KvStateMachine, KvResult> {
    private static final double FLUSHES = 0.03;
    private static final long HASHED_EVERY = 16;

    private final long member;
    private final StoreOracle oracle;
    private final Tickets tickets;
    private final Randomness random;
    private long hashed;
    private boolean closed;

    ModelledStore(long member, KvStateMachine real, StoreOracle oracle, Tickets tickets, Randomness random) {
        super(real);
        this.member = member;
        this.oracle = oracle;
        this.tickets = tickets;
        this.random = random;
        lookAtAll();
    }

    KvStore store() {
        return real().store();
    }

    @Override
    public void applyAll(List<Command> commands, Results<KvResult> results) {
        long known = store().appliedIndex();
        long seen = store().currentRevision();
        super.applyAll(commands, (position, result) -> {
            Command command = commands.get(position);
            if (command.index() > known) { // Else it is replayed, and nobody is answered.
                oracle.applied(member, command, result);
            }
            results.complete(position, result);
        });
        if (store().currentRevision() > seen) {
            watch(Math.max(seen + 1, store().compactedRevision()));
        }
        if (random.chance(FLUSHES)) {
            flush();
        }
        long due = store().currentRevision() / HASHED_EVERY * HASHED_EVERY;
        if (due > hashed && due >= store().compactedRevision()) {
            hashed = due;
            hash(due);
        }
    }

    private void flush() {
        long applied = store().appliedIndex();
        real().startFlush();
        while (durableIndex() < applied) {
            Thread.onSpinWait();
        }
    }

    /** What a watcher of everything is told next. */
    private void watch(long from) {
        List<Event> events = new ArrayList<>();
        KvResult result = store().changes(KeyRange.all(), from, true, events::add);
        oracle.watched(member, from, events, result, store().compactedRevision());
    }

    private void hash(long revision) {
        oracle.hashed(
                member,
                revision,
                store().compactedRevision(),
                Arrays.hashCode(store().hashKv(revision).body()));
    }

    /** Compares everything that can still be read of the past. */
    void lookAtAll() {
        KvStore store = store();
        long newest = store.currentRevision();
        oracle.hasApplied(member, store.appliedIndex(), newest, store.compactedRevision());
        hash(newest);
        watch(Math.max(1, store.compactedRevision()));
        long oldest = Math.max(1, store.compactedRevision());
        for (long revision : new long[] {oldest, (oldest + newest) / 2, newest}) {
            var everything = Requests.everything(revision);
            oracle.read(member, everything, store.range(everything), newest);
        }
    }

    @Override
    public Snapshot snapshot() {
        return tickets.snapshot(super.snapshot(), store().currentRevision());
    }

    @Override
    public void restore(InputStream snapshot, long lastIncludedIndex) throws IOException {
        try (InputStream carried = tickets.redeem(snapshot)) {
            super.restore(carried, lastIncludedIndex);
        }
        lookAtAll();
    }

    @Override
    public void close() {
        closed = true;
        super.close();
    }

    boolean isClosed() {
        return closed;
    }

    /** The process has died: what was only in memory is lost. */
    void die() {
        real().closeWithoutFlush();
    }
}
