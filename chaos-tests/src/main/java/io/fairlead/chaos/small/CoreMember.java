package io.fairlead.chaos.small;

import io.fairlead.raft.core.Outbox;
import io.fairlead.raft.core.PersistBatch;
import io.fairlead.raft.core.Server;
import io.fairlead.raft.core.ServerSettings;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.SnapshotMeta;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One life of a member: a real core on a disk that syncs when it is told to. What is committed is applied at once.
 *
 * <p><b>Threads:</b> one.
 */
public final class CoreMember implements Outbox {
    static final long MILLIS = 1_000_000;
    static final long ELECTION_TIMEOUT = 150 * MILLIS;
    static final long HEARTBEAT = 50 * MILLIS;

    private final CoreDisk disk;
    private final Server server;
    private final ArrayDeque<PersistBatch> writing = new ArrayDeque<>();
    private final List<Entry> applying = new ArrayList<>();
    private List<RaftMessage> sent = new ArrayList<>();
    private final Consumer<String> events;
    private @Nullable SnapshotMeta fetching;
    private @Nullable SnapshotMeta installing;
    private long steps;

    /** Begins a life with what is on the disk; {@code events} hears of what else happens, in words. */
    CoreMember(long id, CoreDisk disk, ServerSettings settings, long now, Consumer<String> events) {
        this.disk = disk;
        this.events = events;
        this.server = new Server(settings, disk.restored(), id, now, this);
        SnapshotMeta snapshot = disk.snapshot();
        if (snapshot != null) {
            server.onSnapshotAvailable(snapshot, now);
        }
    }

    /** Limits small enough to matter in small logs. */
    static ServerSettings settings(long id) {
        return new ServerSettings(id, ELECTION_TIMEOUT, HEARTBEAT, 1 << 12, 4, 1 << 16, 1 << 16, 1 << 16, 1 << 16);
    }

    /** One step: the input, and what follows from it. */
    void step(long now, Consumer<Server> input) {
        steps++;
        input.accept(server);
        server.flush(now);
        while (!applying.isEmpty() || installing != null) {
            SnapshotMeta restored = installing;
            installing = null;
            if (restored != null) {
                server.onSnapshotInstalled(restored, now);
            } else {
                long last = applying.get(applying.size() - 1).index();
                applying.clear();
                server.onApplied(last, now);
            }
            server.flush(now);
        }
    }

    /** The oldest write reaches the disk; what waited for it leaves. */
    void persist(long now) {
        PersistBatch batch = writing.remove();
        disk.write(batch);
        sent.addAll(batch.afterwards());
        step(now, core -> core.onPersisted(batch.number(), now));
    }

    /** Writes the oldest write, but nobody hears of it: what a crash right after a sync leaves. */
    void writeUnnoticed() {
        disk.write(writing.remove());
    }

    /** The snapshot that was offered arrives, and is installed. */
    void installSnapshot(long now) {
        SnapshotMeta snapshot = fetching;
        if (snapshot == null) {
            throw new IllegalStateException("no snapshot was offered");
        }
        fetching = null;
        step(now, core -> core.onSnapshotReceived(snapshot, now));
    }

    /** Takes a snapshot of what is applied and forgets the log up to there. */
    void takeSnapshot(long now) {
        EntryId last = server.entryId(server.appliedIndex());
        SnapshotMeta snapshot = new SnapshotMeta(
                last.index(),
                last,
                server.configurationAt(last.index()).configuration(),
                server.configurationAt(last.index()).id().index(),
                0,
                0);
        disk.publish(snapshot);
        disk.compactTo(last.index());
        step(now, core -> {
            core.onSnapshotAvailable(snapshot, now);
            core.onCompacted(last.index() + 1);
        });
    }

    /** How many steps this life has taken. */
    long steps() {
        return steps;
    }

    Server server() {
        return server;
    }

    CoreDisk disk() {
        return disk;
    }

    int writing() {
        return writing.size();
    }

    ArrayDeque<PersistBatch> batches() {
        return writing;
    }

    boolean isFetching() {
        return fetching != null;
    }

    /** What was sent since the last call. */
    List<RaftMessage> takeSent() {
        List<RaftMessage> taken = sent;
        sent = new ArrayList<>();
        return taken;
    }

    @Override
    public void send(RaftMessage message) {
        sent.add(message);
    }

    @Override
    public void persist(PersistBatch batch) {
        writing.add(batch);
    }

    @Override
    public void apply(long from, long to, List<Entry> entries) {
        List<Entry> all = entries.isEmpty() ? disk.read(from, to + 1) : entries;
        applying.addAll(all);
        all.forEach(entry -> events.accept("applies " + entry));
    }

    @Override
    public void readEntries(long peer, long from, long to, int maxBytes) {
        throw new IllegalStateException("all entries are in memory");
    }

    @Override
    public void readReady(long readId, long index) {
        events.accept("read " + readId + " may be served from index " + index);
    }

    @Override
    public void readRefused(long readId, Refusal refusal) {
        events.accept("read " + readId + " refused: " + refusal);
    }

    @Override
    public void proposalRefused(long source, long sequence, Refusal refusal) {
        events.accept("proposal " + sequence + " refused: " + refusal);
    }

    @Override
    public void snapshotNeeded(long peer, long atLeast) {
        events.accept("needs a snapshot for " + peer);
    }

    @Override
    public void fetchSnapshot(long from, SnapshotMeta snapshot) {
        fetching = snapshot;
        events.accept("fetches the snapshot at " + snapshot.lastIncluded() + " from " + from);
    }

    @Override
    public void installSnapshot(SnapshotMeta snapshot) {
        disk.publish(snapshot);
        events.accept("restores the snapshot at " + snapshot.lastIncluded());
        installing = snapshot;
    }

    @Override
    public void repaired(String why) {
        events.accept("is whole again: " + why);
    }

    @Override
    public void foundersAwaited(SortedSet<Long> silent) {
        events.accept("waits for " + silent + " to found the cluster");
    }

    @Override
    public void roleChanged(String role, long term, long leader, String why) {
        events.accept("is " + role + " in term " + term + ": " + why);
    }

    @Override
    public void configurationChanged(Configuration configuration, EntryId at, boolean committed) {
        events.accept(
                "configuration " + at + (committed ? " committed" : " in force") + ": " + describe(configuration));
    }

    @Override
    public void changeEnded(long changeId, Refusal refusal, String why) {
        events.accept("change " + changeId + " ended: " + refusal + ", " + why);
    }

    static String describe(Configuration configuration) {
        return "voters " + configuration.voters()
                + (configuration.isJoint() ? " and " + configuration.outgoingVoters() : "")
                + (configuration.learners().isEmpty() ? "" : " learners " + configuration.learners());
    }
}
