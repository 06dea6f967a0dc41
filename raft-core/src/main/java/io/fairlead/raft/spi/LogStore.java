package io.fairlead.raft.spi;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.HardState;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a member's log and hard state on disk, in one sequence.
 *
 * <p><b>Threads:</b> {@link #append}, {@link #sync} belong to one writer, which may be on one thread now and on another
 * later, but sees what it did before; {@link #read}, {@link #compact} may be called
 * by any thread beside it.
 *
 * <p><b>Failure:</b> an {@link IOException} of {@code append} or {@code sync} leaves the store unusable: the member
 * must stop and recover. A failed sync is never tried again.
 */
public interface LogStore extends AutoCloseable {
    /** {@return what was found when the store was opened} */
    Recovered recovered();

    /**
     * Writes one batch behind everything written before; durable only after {@link #sync}.
     *
     * @param write what to change; its entries must not be changed by anyone from now on
     * @throws IOException if the disk fails; the store is unusable from then on
     */
    void append(Write write) throws IOException;

    /**
     * Makes everything appended so far durable.
     *
     * @throws IOException if the disk fails; what is durable is then unknown, and the store unusable
     */
    void sync() throws IOException;

    /**
     * Reads entries from {@code from} (inclusive) on, up to {@code to} (exclusive) and about {@code maxBytes}, at least
     * one; fewer if the log changed meanwhile. Only what is synced is read.
     *
     * @param from the first entry wanted, 1 or more
     * @param to the one behind the last entry wanted
     * @param maxBytes of entries as encoded; one entry is read however large it is
     * @return entries in order, checksums verified; empty if {@code from} is compacted or beyond the end
     * @throws IOException if the disk fails or an entry is damaged; the message names file and offset
     */
    List<Entry> read(long from, long to, int maxBytes) throws IOException;

    /**
     * Gives up entries before {@code firstIndex}; those that share a file with later ones may stay. Not before a
     * snapshot or the state machine has made their effects durable.
     *
     * @param firstIndex the first entry that must stay
     * @throws IOException if a file cannot be deleted; the log is whole all the same
     */
    void compact(long firstIndex) throws IOException;

    /**
     * Gets ready what the writer will need next, such as a file's space, so that it need not wait for it. Called now and
     * then from a background thread, beside the writer; does nothing if all is ready.
     *
     * @throws IOException if the disk fails; the writer will find out for itself
     */
    default void prepareNextSegment() throws IOException {}

    /**
     * {@return whether it is time for {@link #prepareNextSegment}} Not before it is needed soon, since until then
     * compaction may give up something that does as well. Asked by the writer.
     */
    default boolean needsNextSegment() {
        return false;
    }

    /**
     * Makes a damaged log usable: it ends at {@code recovered().last()} from now on, and files that stand behind the
     * damage are kept under other names. Notes the damage first, so that whoever opens the log finds it again until {@link
     * #endRepair}. Called before the first append, and only if {@code recovered().damage()} is not null; until then
     * nothing on disk is changed, and appending fails.
     *
     * @throws IOException if the disk fails; the log is damaged as before
     */
    default void beginRepair() throws IOException {
        throw new UnsupportedOperationException("a store that reports damage must say how it is mended");
    }

    /**
     * All that was lost is here again, and synced: forgets the damage, and deletes what was kept of it. Any thread.
     *
     * @throws IOException if the disk fails; the damage may be found again
     */
    default void endRepair() throws IOException {
        throw new UnsupportedOperationException("a store that reports damage must say how it is mended");
    }

    /** {@return the index of the first entry that is still here; last index + 1 if there is none} */
    long firstIndex();

    /** {@return how many bytes were written and are still here; files may have more space} */
    long sizeBytes();

    @Override
    void close() throws IOException;

    /**
     * One batch, applied in the order of the components and found whole or not at all after a crash.
     *
     * @param reset if present, drop the whole log: it now starts behind this entry (a snapshot was installed)
     * @param truncateFrom if not 0, remove the entries from this index on (§5.3)
     * @param entries to append; each follows its predecessor
     * @param hardState if present, replaces the one before
     */
    record Write(
            @Nullable EntryId reset,
            long truncateFrom,
            List<Entry> entries,
            @Nullable HardState hardState) {}

    /**
     * What a log contains when it is opened.
     *
     * @param hardState the newest one, {@link HardState#INITIAL} if there is none
     * @param beforeFirst the entry that precedes the first one; {@link EntryId#ZERO} for a whole log
     * @param last the last entry, {@code beforeFirst} if the log is empty
     * @param terms where each term begins: the first entry of every term in the log, in order
     * @param configurations every configuration entry in the log, in order
     * @param tail the newest entries, as many as fit the memory meant for them, ending with {@code last}
     * @param acknowledgedIndex entries up to here may have been acknowledged by this member; more than {@code
     *     last.index()} says that some were lost
     * @param damage what cannot be read, or is being refilled; null if all is well. {@code hardState} is then the newest
     *     one that can be read, be it behind the damage
     */
    record Recovered(
            HardState hardState,
            EntryId beforeFirst,
            EntryId last,
            List<EntryId> terms,
            List<ConfigurationEntry> configurations,
            List<Entry> tail,
            long acknowledgedIndex,
            @Nullable Damage damage) {}

    /**
     * A configuration and where it stands in the log.
     *
     * @param id the place of its entry
     * @param configuration what stands there
     */
    record ConfigurationEntry(EntryId id, Configuration configuration) {}
}
