package io.fairlead.raft.core;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.message.RaftMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one step wants on disk, and what may be said once it is there. Batches are written in the order of their
 * numbers; several may be in flight, and one sync may cover several.
 *
 * @param number counts up from 1
 * @param reset if present, the log restarts behind this entry
 * @param truncateFrom if not 0, remove entries from this index on first
 * @param entries to append
 * @param hardState if present, the new hard state
 * @param endsRepair forget, behind this batch, that the member was under repair: durable before it is reported
 * @param mustSync false if nothing but the commit hint changed: write it along, no sync of its own
 * @param afterwards messages that may leave only when this batch and all before it are durable, in order
 */
public record PersistBatch(
        long number,
        @Nullable EntryId reset,
        long truncateFrom,
        List<Entry> entries,
        @Nullable HardState hardState,
        boolean endsRepair,
        boolean mustSync,
        List<RaftMessage> afterwards) {}
