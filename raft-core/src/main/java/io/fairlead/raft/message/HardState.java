package io.fairlead.raft.message;

/**
 * What a member must remember across restarts besides its log (figure 2, persistent state).
 *
 * @param term latest term the member has seen
 * @param votedFor who got its vote in {@code term}; 0 for nobody
 * @param commitIndex a hint: entries up to here were known to be committed; need not be synced
 */
public record HardState(long term, long votedFor, long commitIndex) {
    /** The state of a member that has seen nothing. */
    public static final HardState INITIAL = new HardState(0, 0, 0);
}
