package io.fairlead.raft.message;

/**
 * RequestVote of figure 2.
 *
 * @param last the candidate's last entry
 * @param transfer whether the leader itself asked for this election, which overrides its liveness (dissertation §3.10)
 */
public record RequestVote(long from, long to, long term, EntryId last, boolean transfer) implements RaftMessage {}
