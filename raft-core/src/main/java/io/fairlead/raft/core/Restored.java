package io.fairlead.raft.core;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.message.Standing;
import java.util.List;

/**
 * What a member finds on its disk when it starts.
 *
 * @param hardState term and vote as last written
 * @param beforeFirst the entry that precedes the log's first one: the snapshot or compaction point
 * @param last the log's last entry
 * @param terms the first entry of every term in the log, in order
 * @param configurations those in force at and behind {@code beforeFirst}, in order; the first one is the snapshot's or
 *     the initial one
 * @param tail the newest entries, ending with {@code last}
 * @param appliedIndex what the state machine already contains
 * @param standing what may have been lost; if it {@linkplain Standing#hasLost() has lost} entries, the log may be an
 *     earlier state of what it was, and end before {@code appliedIndex}
 * @param fresh whether this member has never taken part before
 */
public record Restored(
        HardState hardState,
        EntryId beforeFirst,
        EntryId last,
        List<EntryId> terms,
        List<ConfigurationAt> configurations,
        List<Entry> tail,
        long appliedIndex,
        Standing standing,
        boolean fresh) {

    /** A configuration and the entry that brought it; {@link EntryId#ZERO} for the initial one. */
    public record ConfigurationAt(EntryId id, Configuration configuration) {}
}
