package io.fairlead.raft.core;

import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.message.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One member on a {@link Scene}: a real core, a disk whose writes complete when the scene says so, and a state machine
 * that only counts.
 */
final class Actor implements Outbox {
    final long id;
    private final Scene scene;

    // What is on disk.
    final TreeMap<Long, Entry> disk = new TreeMap<>();
    HardState hardState = HardState.INITIAL;
    EntryId beforeFirst = EntryId.ZERO;
    ConfigurationAt base;

    @Nullable SnapshotMeta snapshot;

    boolean fresh = true;
    boolean up;

    @SuppressWarnings("NullAway") // Present as soon as the scene has begun.
    Server server;

    /** Batches that the disk has not completed. */
    final List<PersistBatch> writing = new ArrayList<>();

    /** Hand-outs that the state machine has not completed: the last index of each. */
    final List<Long> applying = new ArrayList<>();

    boolean diskHeld;
    boolean applyHeld;
    boolean snapshotsHeld;

    final TreeMap<Long, Long> reads = new TreeMap<>();
    final TreeMap<Long, Refusal> refusedReads = new TreeMap<>();
    final TreeMap<Long, Refusal> refusedProposals = new TreeMap<>();
    final TreeMap<Long, String> changes = new TreeMap<>();
    final List<String> roles = new ArrayList<>();
    final List<String> configurations = new ArrayList<>();
    final List<Entry> applied = new ArrayList<>();

    /** For whom entries were read back from the disk. */
    final List<Long> fedFromDisk = new ArrayList<>();

    final List<SnapshotMeta> fetching = new ArrayList<>();
    private @Nullable SnapshotMeta installing;

    Actor(Scene scene, long id, Configuration initial) {
        this.scene = scene;
        this.id = id;
        this.base = new ConfigurationAt(EntryId.ZERO, initial);
    }

    /** Begins a life with what is on disk. */
    void start() {
        up = true;
        List<Entry> tail = new ArrayList<>(disk.values());
        List<EntryId> terms = new ArrayList<>();
        List<ConfigurationAt> inLog = new ArrayList<>(List.of(base));
        for (Entry entry : tail) {
            terms.add(entry.id());
            if (entry.kind() == EntryKind.CONFIGURATION) {
                inLog.add(new ConfigurationAt(entry.id(), Configuration.decode(entry.payload())));
            }
        }
        EntryId last = tail.isEmpty() ? beforeFirst : tail.get(tail.size() - 1).id();
        server = new Server(
                scene.settings(id),
                new Restored(
                        hardState, beforeFirst, last, terms, inLog, tail, beforeFirst.index(), Standing.WHOLE, fresh),
                scene.nextSeed(),
                scene.now(),
                this);
        fresh = false;
        if (snapshot != null) {
            server.onSnapshotAvailable(snapshot, scene.now());
        }
        input(core -> {});
    }

    /** The process dies: what was not synced is lost. */
    void crash() {
        up = false;
        writing.clear();
        applying.clear();
        fetching.clear();
        installing = null;
    }

    /** One step of the core. */
    void input(Consumer<Server> input) {
        input.accept(server);
        server.flush(scene.now());
        scene.check(this);
    }

    /** The disk completes its oldest batch; answers false if there is none. */
    boolean sync() {
        if (writing.isEmpty()) {
            return false;
        }
        PersistBatch batch = writing.remove(0);
        write(batch);
        batch.afterwards().forEach(scene::send);
        input(core -> core.onPersisted(batch.number(), scene.now()));
        return true;
    }

    private void write(PersistBatch batch) {
        EntryId reset = batch.reset();
        if (reset != null) {
            disk.clear();
            beforeFirst = reset;
        }
        if (batch.truncateFrom() != 0) {
            disk.tailMap(batch.truncateFrom(), true).clear();
        }
        batch.entries().forEach(entry -> disk.put(entry.index(), entry));
        HardState written = batch.hardState();
        if (written != null) {
            hardState = written;
        }
    }

    /** The state machine completes its oldest hand-out; answers false if there is none. */
    boolean applyNext() {
        if (applying.isEmpty()) {
            return false;
        }
        long to = applying.remove(0);
        input(core -> core.onApplied(to, scene.now()));
        return true;
    }

    /** The snapshot that was asked for arrives and is installed. */
    boolean takeInSnapshot() {
        if (fetching.isEmpty()) {
            return false;
        }
        SnapshotMeta meta = fetching.remove(0);
        input(core -> core.onSnapshotReceived(meta, scene.now()));
        if (meta.equals(installing)) {
            installing = null;
            applying.clear();
            snapshot = meta;
            Entry there = disk.get(meta.lastIncluded().index());
            if (there == null || !there.id().equals(meta.lastIncluded())) {
                base = new ConfigurationAt(
                        new EntryId(
                                meta.configurationIndex() == 0
                                        ? 0
                                        : meta.lastIncluded().term(),
                                meta.configurationIndex()),
                        meta.configuration());
            }
            input(core -> core.onSnapshotInstalled(meta, scene.now()));
        }
        return true;
    }

    /** Takes a snapshot of all that is applied and drops the log up to {@code upTo}. */
    void compact(long upTo) {
        long at = server.appliedIndex();
        SnapshotMeta meta = new SnapshotMeta(
                scene.nextSeed(),
                server.entryId(at),
                server.configurationAt(at).configuration(),
                server.configurationAt(at).id().index(),
                0,
                0);
        snapshot = meta;
        beforeFirst = server.entryId(upTo);
        base = server.configurationAt(upTo);
        disk.headMap(upTo, true).clear();
        input(core -> {
            core.onSnapshotAvailable(meta, scene.now());
            core.onCompacted(upTo + 1);
        });
    }

    Progress progressOf(long peer) {
        Leadership leadership = server.leadership();
        Progress progress = leadership == null ? null : leadership.progressOf(peer);
        if (progress == null) {
            throw new AssertionError("member " + id + " keeps no progress of " + peer);
        }
        return progress;
    }

    @Override
    public void send(RaftMessage message) {
        scene.send(message);
    }

    @Override
    public void persist(PersistBatch batch) {
        writing.add(batch);
    }

    @Override
    public void apply(long from, long to, List<Entry> entries) {
        List<Entry> handed = entries.isEmpty()
                ? new ArrayList<>(disk.subMap(from, true, to, true).values())
                : entries;
        if (handed.size() != to - from + 1 || !disk.containsKey(to)) {
            throw new AssertionError(
                    "member " + id + " was to apply " + from + ".." + to + ", which is not on its disk");
        }
        applied.addAll(handed);
        applying.add(to);
    }

    @Override
    public void readEntries(long peer, long from, long to, int maxBytes) {
        fedFromDisk.add(peer);
        List<Entry> read = List.copyOf(disk.subMap(from, to).values());
        scene.later(() -> input(core -> core.onEntriesRead(peer, from, read, scene.now())));
    }

    @Override
    public void readReady(long readId, long index) {
        reads.put(readId, index);
    }

    @Override
    public void readRefused(long readId, Refusal refusal) {
        refusedReads.put(readId, refusal);
    }

    @Override
    public void proposalRefused(long source, long sequence, Refusal refusal) {
        refusedProposals.put(sequence, refusal);
    }

    @Override
    public void snapshotNeeded(long peer, long atLeast) {
        if (server.appliedIndex() >= atLeast) {
            scene.later(() -> compact(atLeast));
        }
    }

    @Override
    public void fetchSnapshot(long from, SnapshotMeta meta) {
        fetching.clear();
        fetching.add(meta);
    }

    @Override
    public void installSnapshot(SnapshotMeta meta) {
        installing = meta;
    }

    @Override
    public void repaired(String why) {}

    @Override
    public void foundersAwaited(SortedSet<Long> silent) {}

    @Override
    public void roleChanged(String role, long term, long leader, String why) {
        roles.add(role + " in term " + term + ": " + why);
    }

    @Override
    public void configurationChanged(Configuration configuration, EntryId at, boolean committed) {
        configurations.add(configuration.voters()
                + (configuration.isJoint() ? "+" + configuration.outgoingVoters() : "")
                + (configuration.learners().isEmpty() ? "" : " learners " + configuration.learners())
                + (committed ? " committed" : ""));
    }

    @Override
    public void changeEnded(long changeId, Refusal refusal, String why) {
        changes.put(changeId, refusal + ": " + why);
    }
}
