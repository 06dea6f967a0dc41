package io.fairlead.raft.core;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.SnapshotMeta;
import java.util.List;
import java.util.SortedSet;

/**
 * Every effect the consensus core can ask for. Calls are made while an input is handled or in {@link Server#flush};
 * none may call back into the core. What is handed over is immutable or given away.
 */
public interface Outbox {
    /** Send at once; may be lost. */
    void send(RaftMessage message);

    /**
     * Write, sync, release {@link PersistBatch#afterwards()}, then report {@link Server#onPersisted}. At most one per
     * flush.
     */
    void persist(PersistBatch batch);

    /**
     * Apply the entries {@code from..to} (both inclusive) and report {@link Server#onApplied}. All of them are
     * committed and durable here.
     *
     * @param entries exactly these entries, or empty if they are no longer in memory: read them from the log store
     */
    void apply(long from, long to, List<Entry> entries);

    /** Read entries {@code from} (inclusive) to {@code to} (exclusive) from disk for {@code peer}, then report {@link Server#onEntriesRead}. */
    void readEntries(long peer, long from, long to, int maxBytes);

    /** A read registered by {@link Server#readIndex} is linearizable once {@code index} is applied here. */
    void readReady(long readId, long index);

    /** A read registered by {@link Server#readIndex} cannot be served now. */
    void readRefused(long readId, Refusal refusal);

    /** A proposal was refused by this member or, when forwarded, by the leader. It will never be applied. */
    void proposalRefused(long source, long sequence, Refusal refusal);

    /**
     * A peer needs entries that are gone: have a snapshot at or behind {@code atLeast} ready and report {@link
     * Server#onSnapshotAvailable}.
     */
    void snapshotNeeded(long peer, long atLeast);

    /**
     * Fetch this snapshot from {@code from}, store it, and report {@link Server#onSnapshotReceived} or {@link
     * Server#onSnapshotFailed}. A fetch of another snapshot that is under way is given up.
     */
    void fetchSnapshot(long from, SnapshotMeta snapshot);

    /**
     * Restore the state machine from a stored snapshot, then report {@link Server#onSnapshotInstalled}. Entries handed
     * out before are applied first or skipped; none handed out later precede it.
     */
    void installSnapshot(SnapshotMeta snapshot);

    /** This member is whole, on disk as well, and votes and counts from now on. */
    void repaired(String why);

    /** This member could found the cluster with the other voters, but these have not answered for a while. */
    void foundersAwaited(SortedSet<Long> silent);

    /** Role, term or known leader changed; {@code leader} is 0 if none is known. */
    void roleChanged(String role, long term, long leader, String why);

    /** Another configuration is in force (§6: as soon as it is in the log). */
    void configurationChanged(Configuration configuration, EntryId at, boolean committed);

    /** A requested membership change or leadership transfer ended; {@link Refusal#NONE} says it succeeded. */
    void changeEnded(long changeId, Refusal refusal, String why);
}
