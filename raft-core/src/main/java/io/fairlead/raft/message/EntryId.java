package io.fairlead.raft.message;

/**
 * Identifies a log entry: logs that contain an entry with the same term and index are identical up to it
 * (Log Matching, figure 3 of the Raft paper).
 *
 * @param term the term of the leader that created the entry; 0 only for the empty prefix
 * @param index the entry's position; the first real entry is 1
 */
public record EntryId(long term, long index) {
    /** Precedes every entry. */
    public static final EntryId ZERO = new EntryId(0, 0);
}
