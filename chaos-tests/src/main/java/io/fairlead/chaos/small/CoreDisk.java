package io.fairlead.chaos.small;

import io.fairlead.raft.core.PersistBatch;
import io.fairlead.raft.core.Restored;
import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.message.Standing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a member has on disk: hard state, log and newest snapshot. */
public final class CoreDisk {
    private final Configuration initial;
    private HardState hardState = HardState.INITIAL;
    private EntryId beforeFirst = EntryId.ZERO;
    private final List<Entry> entries = new ArrayList<>();
    private @Nullable SnapshotMeta snapshot;

    /** An empty disk of a member that knows the group's first configuration. */
    public CoreDisk(Configuration initial) {
        this.initial = initial;
    }

    CoreDisk copy() {
        CoreDisk copy = new CoreDisk(initial);
        copy.hardState = hardState;
        copy.beforeFirst = beforeFirst;
        copy.entries.addAll(entries);
        copy.snapshot = snapshot;
        return copy;
    }

    void write(PersistBatch batch) {
        EntryId reset = batch.reset();
        if (reset != null) {
            entries.clear();
            beforeFirst = reset;
        }
        if (batch.truncateFrom() != 0) {
            int kept = (int) Math.max(0, batch.truncateFrom() - 1 - beforeFirst.index());
            entries.subList(Math.min(kept, entries.size()), entries.size()).clear();
        }
        for (Entry entry : batch.entries()) {
            if (entry.index() != last().index() + 1) {
                throw new AssertionError("entry " + entry + " is written behind " + last());
            }
            entries.add(entry);
        }
        HardState written = batch.hardState();
        if (written != null) {
            hardState = written;
        }
    }

    void publish(SnapshotMeta published) {
        snapshot = published;
    }

    /** Drops the entries up to {@code index}. */
    void compactTo(long index) {
        EntryId id = id(index);
        entries.subList(0, (int) (index - beforeFirst.index())).clear();
        beforeFirst = id;
    }

    EntryId last() {
        return entries.isEmpty() ? beforeFirst : entries.get(entries.size() - 1).id();
    }

    EntryId id(long index) {
        return index == beforeFirst.index()
                ? beforeFirst
                : entries.get((int) (index - beforeFirst.index() - 1)).id();
    }

    /** Tells if an entry is there, or in the snapshot. */
    boolean holds(EntryId id) {
        SnapshotMeta known = snapshot;
        return (known != null && id.index() <= known.lastIncluded().index())
                || id.index() <= beforeFirst.index()
                || (id.index() <= last().index() && id(id.index()).equals(id));
    }

    HardState hardState() {
        return hardState;
    }

    @Nullable SnapshotMeta snapshot() {
        return snapshot;
    }

    List<Entry> read(long from, long to) {
        List<Entry> found = new ArrayList<>();
        for (long index = from; index < to && index <= last().index() && from > beforeFirst.index(); index++) {
            found.add(entries.get((int) (index - beforeFirst.index() - 1)));
        }
        return found;
    }

    Restored restored() {
        List<EntryId> terms = new ArrayList<>();
        List<ConfigurationAt> configurations = new ArrayList<>(List.of(base()));
        for (Entry entry : entries) {
            if (terms.isEmpty() || terms.get(terms.size() - 1).term() != entry.term()) {
                terms.add(entry.id());
            }
            if (entry.kind() == EntryKind.CONFIGURATION) {
                configurations.add(new ConfigurationAt(entry.id(), Configuration.decode(entry.payload())));
            }
        }
        SnapshotMeta known = snapshot;
        long applied = known == null ? 0 : known.lastIncluded().index();
        boolean fresh = hardState.equals(HardState.INITIAL) && last().equals(EntryId.ZERO);
        return new Restored(
                hardState,
                beforeFirst,
                last(),
                terms,
                configurations,
                List.copyOf(entries),
                applied,
                Standing.WHOLE,
                fresh);
    }

    private ConfigurationAt base() {
        SnapshotMeta known = snapshot;
        return known == null
                ? new ConfigurationAt(EntryId.ZERO, initial)
                : new ConfigurationAt(
                        new EntryId(known.configurationIndex() == 0 ? 0 : 1, known.configurationIndex()),
                        known.configuration());
    }
}
