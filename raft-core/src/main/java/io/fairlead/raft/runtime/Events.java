package io.fairlead.raft.runtime;

import io.fairlead.raft.RaftListener;
import io.fairlead.raft.RaftStatus.Role;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.SnapshotMeta;
import java.util.SortedSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to a group: a line in the log, and told to whoever listens, in the order that {@link RaftListener}
 * promises.
 *
 * <p><b>Threads:</b> the loop, but for {@link #tell}, which measuring stages call as well.
 */
final class Events implements Listeners {
    private static final Logger log = LoggerFactory.getLogger(Events.class);

    private final long groupId;
    private final long memberId;
    private final CopyOnWriteArrayList<RaftListener> listeners = new CopyOnWriteArrayList<>();
    private @Nullable Consumer<RaftListener> role;
    private @Nullable Consumer<RaftListener> configuration;
    private @Nullable Consumer<RaftListener> readiness;

    Events(long groupId, long memberId) {
        this.groupId = groupId;
        this.memberId = memberId;
    }

    /** One more listens; it hears first how things are. */
    void add(RaftListener listener) {
        catchUp(listener, role);
        catchUp(listener, configuration);
        catchUp(listener, readiness);
        listeners.add(listener);
    }

    private void catchUp(RaftListener listener, @Nullable Consumer<RaftListener> known) {
        if (known != null) {
            tell(listener, known);
        }
    }

    @Override
    public void tell(Consumer<RaftListener> event) {
        for (RaftListener listener : listeners) {
            tell(listener, event);
        }
    }

    private void tell(RaftListener listener, Consumer<RaftListener> event) {
        try {
            event.accept(listener);
        } catch (RuntimeException e) {
            log.warn("group={} member={} a listener failed", groupId, memberId, e);
        }
    }

    /** How the member begins. */
    void begins(Role newRole, long term, Configuration inForce, long index, boolean committed) {
        role = listener -> listener.onRoleChanged(newRole, term, 0, "it begins");
        configuration = listener -> listener.onConfigurationChanged(inForce, index, committed);
        tell(role);
        tell(configuration);
    }

    void roleChanged(Role newRole, long term, long leader, String why) {
        log.info(
                "group={} member={} role={} term={} leader={} because={}",
                groupId,
                memberId,
                newRole,
                term,
                leader,
                why);
        readiness = null;
        role = listener -> listener.onRoleChanged(newRole, term, leader, why);
        tell(role);
    }

    void leaderReady(long term) {
        readiness = listener -> listener.onLeaderReady(term);
        tell(readiness);
    }

    void configurationChanged(Configuration inForce, EntryId at, boolean committed) {
        log.info(
                "group={} member={} configuration={} voters={} outgoing={} learners={} committed={}",
                groupId,
                memberId,
                at,
                inForce.voters(),
                inForce.outgoingVoters(),
                inForce.learners(),
                committed);
        configuration = listener -> listener.onConfigurationChanged(inForce, at.index(), committed);
        tell(configuration);
    }

    void snapshotTaken(SnapshotMeta snapshot, long tookNanos) {
        long index = snapshot.lastIncluded().index();
        log.info(
                "group={} member={} took snapshot={} index={} bytes={}",
                groupId,
                memberId,
                Long.toHexString(snapshot.id()),
                index,
                snapshot.sizeBytes());
        tell(listener -> listener.onSnapshotTaken(index, snapshot.sizeBytes(), tookNanos));
    }

    void snapshotInstalled(SnapshotMeta snapshot, long from, long tookNanos) {
        long index = snapshot.lastIncluded().index();
        log.info(
                "group={} member={} installed snapshot={} of member={} index={} bytes={}",
                groupId,
                memberId,
                Long.toHexString(snapshot.id()),
                from,
                index,
                snapshot.sizeBytes());
        tell(listener -> listener.onSnapshotInstalled(from, index, snapshot.sizeBytes(), tookNanos));
    }

    void diskDelayed(long nanos) {
        tell(listener -> listener.onDiskDelayed(nanos));
    }

    void proposalsRefused(long count) {
        tell(listener -> listener.onProposalsRefused(count));
    }

    void repaired(String why) {
        log.info("group={} member={} is whole: {}", groupId, memberId, why);
        tell(listener -> listener.onRepaired(why));
    }

    void foundersAwaited(SortedSet<Long> silent) {
        log.warn(
                "group={} member={} cannot found the group yet: members {} do not answer, and all voters have to be up"
                        + " once, at the first start",
                groupId,
                memberId,
                silent);
    }

    /** The last event. */
    void stopped(@Nullable Throwable cause) {
        log.info("group={} member={} stopped", groupId, memberId);
        tell(listener -> listener.onStopped(cause));
        listeners.clear();
    }
}
