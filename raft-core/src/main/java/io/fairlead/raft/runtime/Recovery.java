package io.fairlead.raft.runtime;

import io.fairlead.raft.GroupStoppedException;
import io.fairlead.raft.RaftException.Effect;
import io.fairlead.raft.core.Restored;
import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.message.Standing;
import io.fairlead.raft.spi.LogStore;
import io.fairlead.raft.spi.LogStore.ConfigurationEntry;
import io.fairlead.raft.spi.LogStore.Recovered;
import io.fairlead.raft.spi.StateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings log, snapshot and state machine of a member that starts to one state (rules of §13.3).
 *
 * @param restored what the core starts from
 * @param applied the last entry that the state machine contains
 * @param replayedFrom entries behind this one are handed to the applier: {@code applied}, or less if entries were lost
 * @param appliedConfiguration the configuration in force there
 * @param writtenConfigurationIndex the configuration in the {@link ConfigurationFile}
 */
record Recovery(
        Restored restored,
        EntryId applied,
        EntryId replayedFrom,
        ConfigurationAt appliedConfiguration,
        long writtenConfigurationIndex) {
    private static final Logger log = LoggerFactory.getLogger(Recovery.class);

    /**
     * Recovers a member, on the caller's thread.
     *
     * @param initial the configuration of a group that is founded now; ignored if this member has been in it before
     * @throws IOException if the disk fails
     * @throws GroupStoppedException if what is on disk does not fit together
     */
    static Recovery of(GroupParts<?> parts, Configuration initial) throws IOException {
        Recovered found = parts.log().recovered();
        @Nullable SnapshotMeta snapshot = parts.snapshots().latest().orElse(null);
        Optional<ConfigurationAt> written = parts.configurations().read();
        boolean empty = found.damage() == null
                && found.last().index() == 0
                && found.hardState().equals(HardState.INITIAL);
        boolean fresh = empty && written.isEmpty() && snapshot == null;
        ConfigurationAt base = written.orElseGet(() -> new ConfigurationAt(EntryId.ZERO, initial));
        ConfigurationAt newest = newest(base, snapshot, found);
        Losses losses =
                new Losses(parts, parts.newestConfiguration().orNewer(newest).configuration());
        if (fresh) {
            losses.newcomer();
        } else {
            losses.lookAtLog(empty);
        }
        if (written.isEmpty()) {
            parts.configurations().write(base);
        }
        if (newest.id().index() > 0) {
            parts.newestConfiguration().holds(newest); // A crash may have come between the log and this.
        }

        long applied = restoreStateMachine(parts.stateMachine(), parts, snapshot);
        EntryId beforeFirst = found.beforeFirst();
        EntryId last = found.last();
        List<EntryId> terms = found.terms();
        List<ConfigurationEntry> entries = found.configurations();
        List<Entry> tail = found.tail();
        HardState hardState = found.hardState();
        if (snapshot != null && !holds(found, snapshot.lastIncluded())) {
            EntryId included = snapshot.lastIncluded();
            hardState = atLeast(hardState, included);
            parts.log().append(new LogStore.Write(included, 0, List.of(), hardState));
            parts.log().sync();
            beforeFirst = included;
            last = included;
            terms = List.of();
            entries = List.of();
            tail = List.of();
        }
        if (hardState.term() < last.term()) { // A log whose beginning is damaged may have lost it.
            hardState = atLeast(hardState, last);
            parts.log().append(new LogStore.Write(null, 0, List.of(), hardState));
            parts.log().sync();
        }
        if (applied > last.index()) {
            losses.lost("its state machine has applied entry " + applied + ", but its log ends at " + last);
        }
        checkComplete(parts, applied, beforeFirst);

        base = newer(base, snapshot);
        if (base.id().index() > last.index()) {
            // The log's beginning is lost. What is refilled may begin anywhere, so this configuration has no place in
            // it.
            base = new ConfigurationAt(EntryId.ZERO, base.configuration());
        }
        List<ConfigurationAt> configurations = new ArrayList<>();
        configurations.add(base);
        for (ConfigurationEntry entry : entries) {
            if (entry.id().index() > base.id().index()) {
                configurations.add(new ConfigurationAt(entry.id(), entry.configuration()));
            }
        }
        Standing standing = losses.standing();
        EntryId appliedId = new EntryId(termAt(applied, beforeFirst, terms), applied);
        EntryId replayedFrom = standing.hasLost() ? beforeFirst : appliedId;
        ConfigurationAt appliedConfiguration = base;
        for (ConfigurationAt configuration : configurations) {
            if (configuration.id().index() <= replayedFrom.index()) {
                appliedConfiguration = configuration;
            }
        }
        log.info(
                "group={} member={} recovered first={} last={} term={} applied={} snapshot={} fresh={} standing={}",
                parts.groupId(),
                parts.memberId(),
                beforeFirst.index() + 1,
                last,
                hardState.term(),
                applied,
                snapshot == null ? 0 : snapshot.lastIncluded().index(),
                fresh,
                standing);
        return new Recovery(
                new Restored(hardState, beforeFirst, last, terms, configurations, tail, applied, standing, fresh),
                appliedId,
                replayedFrom,
                appliedConfiguration,
                written.map(at -> at.id().index()).orElse(0L));
    }

    /** The newest configuration that is known, committed or not. */
    static ConfigurationAt newest(ConfigurationAt base, @Nullable SnapshotMeta snapshot, Recovered found) {
        List<ConfigurationEntry> entries = found.configurations();
        if (!entries.isEmpty()) {
            ConfigurationEntry last = entries.get(entries.size() - 1);
            return new ConfigurationAt(last.id(), last.configuration());
        }
        return newer(base, snapshot);
    }

    private static ConfigurationAt newer(ConfigurationAt base, @Nullable SnapshotMeta snapshot) {
        return snapshot != null && snapshot.configurationIndex() > base.id().index()
                ? new ConfigurationAt(
                        new EntryId(snapshot.lastIncluded().term(), snapshot.configurationIndex()),
                        snapshot.configuration())
                : base;
    }

    /** A state machine that is behind the snapshot starts from it, be it empty or half-way through an installation. */
    private static long restoreStateMachine(
            StateMachine<?> stateMachine, GroupParts<?> parts, @Nullable SnapshotMeta snapshot) throws IOException {
        long applied = stateMachine.durableIndex();
        if (snapshot == null || applied >= snapshot.lastIncluded().index()) {
            return applied;
        }
        try (InputStream stream = parts.snapshots().open(snapshot)) {
            stateMachine.restore(stream, snapshot.lastIncluded().index());
        }
        return snapshot.lastIncluded().index();
    }

    /** Tells if the log has, or once had and compacted, this entry. */
    static boolean holds(Recovered found, EntryId id) {
        return id.index() < found.beforeFirst().index()
                || (id.index() <= found.last().index()
                        && termAt(id.index(), found.beforeFirst(), found.terms()) == id.term());
    }

    private static long termAt(long index, EntryId beforeFirst, List<EntryId> terms) {
        long term = beforeFirst.term();
        for (EntryId first : terms) {
            if (first.index() <= index) {
                term = first.term();
            }
        }
        return term;
    }

    /** An entry of a later term than the hard state's: the term is as late, the vote in it not known. */
    private static HardState atLeast(HardState hardState, EntryId entry) {
        return hardState.term() >= entry.term() ? hardState : new HardState(entry.term(), 0, hardState.commitIndex());
    }

    private static void checkComplete(GroupParts<?> parts, long applied, EntryId beforeFirst) {
        if (applied < beforeFirst.index()) {
            throw new GroupStoppedException(
                    "the state machine of group " + parts.groupId() + " has applied entry " + applied
                            + ", but the log begins behind " + beforeFirst + ": the state machine's data was lost."
                            + " Remove this member from the group, clear its data and add it again",
                    Effect.NONE);
        }
    }
}
