package io.fairlead.bench.core;

import io.fairlead.raft.core.Outbox;
import io.fairlead.raft.core.PersistBatch;
import io.fairlead.raft.core.Restored;
import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.core.Server;
import io.fairlead.raft.core.ServerSettings;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.message.Standing;
import java.util.ArrayDeque;
import java.util.List;
import java.util.SortedSet;

/**
 * A core whose disk and state machine are done at once: what it sends goes into a queue, what it writes and applies is
 * reported in the next step.
 */
final class CoreMember implements Outbox {
    private static final long MILLISECOND = 1_000_000;

    private final Server server;
    private final ArrayDeque<RaftMessage> network;
    private long written;
    private long reportedWritten;
    private long applied;
    private long reportedApplied;

    CoreMember(long id, Configuration configuration, ArrayDeque<RaftMessage> network) {
        this.network = network;
        this.server = new Server(
                new ServerSettings(
                        id,
                        150 * MILLISECOND,
                        50 * MILLISECOND,
                        1 << 20,
                        256,
                        16L << 20,
                        256L << 20,
                        64L << 20,
                        1L << 20),
                new Restored(
                        HardState.INITIAL,
                        EntryId.ZERO,
                        EntryId.ZERO,
                        List.of(),
                        List.of(new ConfigurationAt(EntryId.ZERO, configuration)),
                        List.of(),
                        0,
                        Standing.WHOLE,
                        true),
                id,
                0,
                this);
    }

    Server server() {
        return server;
    }

    /** The last entry that was applied. */
    long applied() {
        return applied;
    }

    /** Ends a step, and goes on while the disk or the state machine has something to report. */
    void finish(long now) {
        server.flush(now);
        while (reportedWritten < written || reportedApplied < applied) {
            if (reportedWritten < written) {
                reportedWritten = written;
                server.onPersisted(written, now);
            }
            if (reportedApplied < applied) {
                reportedApplied = applied;
                server.onApplied(applied, now);
            }
            server.flush(now);
        }
    }

    @Override
    public void send(RaftMessage message) {
        network.add(message);
    }

    @Override
    public void persist(PersistBatch batch) {
        written = batch.number();
        network.addAll(batch.afterwards());
    }

    @Override
    public void apply(long from, long to, List<Entry> entries) {
        applied = to;
    }

    @Override
    public void readEntries(long peer, long from, long to, int maxBytes) {
        throw new IllegalStateException("peer " + peer + " lags behind what is in memory");
    }

    @Override
    public void readReady(long readId, long index) {}

    @Override
    public void readRefused(long readId, Refusal refusal) {}

    @Override
    public void proposalRefused(long source, long sequence, Refusal refusal) {
        throw new IllegalStateException("proposal " + sequence + " was refused: " + refusal);
    }

    @Override
    public void snapshotNeeded(long peer, long atLeast) {}

    @Override
    public void fetchSnapshot(long from, SnapshotMeta snapshot) {}

    @Override
    public void installSnapshot(SnapshotMeta snapshot) {}

    @Override
    public void repaired(String why) {}

    @Override
    public void foundersAwaited(SortedSet<Long> founders) {}

    @Override
    public void roleChanged(String role, long term, long leader, String why) {}

    @Override
    public void configurationChanged(Configuration configuration, EntryId at, boolean committed) {}

    @Override
    public void changeEnded(long changeId, Refusal refusal, String why) {}
}
