package io.fairlead.raft.core;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.SnapshotMeta;
import java.util.List;
import java.util.SortedSet;

/** Effects that come to nothing. */
class NoOutbox implements Outbox {
    @Override
    public void send(RaftMessage message) {}

    @Override
    public void persist(PersistBatch batch) {}

    @Override
    public void apply(long from, long to, List<Entry> entries) {}

    @Override
    public void readEntries(long peer, long from, long to, int maxBytes) {}

    @Override
    public void readReady(long readId, long index) {}

    @Override
    public void repaired(String why) {}

    @Override
    public void foundersAwaited(SortedSet<Long> silent) {}

    @Override
    public void readRefused(long readId, Refusal refusal) {}

    @Override
    public void proposalRefused(long source, long sequence, Refusal refusal) {}

    @Override
    public void snapshotNeeded(long peer, long atLeast) {}

    @Override
    public void fetchSnapshot(long from, SnapshotMeta snapshot) {}

    @Override
    public void installSnapshot(SnapshotMeta snapshot) {}

    @Override
    public void roleChanged(String role, long term, long leader, String why) {}

    @Override
    public void configurationChanged(Configuration configuration, EntryId at, boolean committed) {}

    @Override
    public void changeEnded(long changeId, Refusal refusal, String why) {}
}
