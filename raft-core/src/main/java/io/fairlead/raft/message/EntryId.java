package io.fairlead.raft.message;

/**
 * Names one log entry: a leader creates at most one entry per index in its term (paper, §5.3).
 *
 * @param term the term of the leader that created the entry; 0 only for the empty prefix
 * @param index the entry's position; the first real entry is 1
 */
public record EntryId(long term, long index) {
    /** Precedes every entry. */
    public static final EntryId ZERO = new EntryId(0, 0);

    /**
     * {@return whether a log that ends here is at least as up-to-date as one that ends at {@code other} (§5.4.1)}
     *
     * @param other the last entry of the other log
     */
    public boolean isAtLeastAsUpToDateAs(EntryId other) {
        return term != other.term ? term > other.term : index >= other.index;
    }

    @Override
    public String toString() {
        return term + ":" + index;
    }
}
