package io.fairlead.raft.message;

/**
 * Answers {@link AppendEntries}, and a finished snapshot installation. A success leaves only when the entries are
 * durable.
 *
 * @param from the member that sends
 * @param to the member that is meant
 * @param term the sender's term
 * @param success whether {@code prev} was found
 * @param index on success the last entry known to match; else the refused {@code prev.index}
 * @param hint on failure where the leader should look next: the last entry at or before {@code index} whose term does
 *     not exceed that of {@code prev}; term 0 if unknown
 * @param readRound returned from the request
 * @param sentAtNanos returned from the request
 * @param unsyncedNanos how long the follower's oldest un-synced write has been waiting
 * @param standing whether the acknowledgement counts, and if former ones still hold
 */
public record AppendEntriesReply(
        long from,
        long to,
        long term,
        boolean success,
        long index,
        EntryId hint,
        long readRound,
        long sentAtNanos,
        long unsyncedNanos,
        Standing standing)
        implements RaftMessage {
    /**
     * The answer of a member that has lost nothing.
     *
     * @param from the member that sends
     * @param to the member that is meant
     * @param term the sender's term
     * @param success whether {@code prev} was found
     * @param index on success the last entry known to match; else the refused {@code prev.index}
     * @param hint on failure where the leader should look next
     * @param readRound returned from the request
     * @param sentAtNanos returned from the request
     * @param unsyncedNanos how long the follower's oldest un-synced write has been waiting
     */
    public AppendEntriesReply(
            long from,
            long to,
            long term,
            boolean success,
            long index,
            EntryId hint,
            long readRound,
            long sentAtNanos,
            long unsyncedNanos) {
        this(from, to, term, success, index, hint, readRound, sentAtNanos, unsyncedNanos, Standing.WHOLE);
    }
}
