package io.fairlead.raft.message;

/**
 * RequestVote of figure 2.
 *
 * @param from the candidate
 * @param to the member that is meant
 * @param term the candidate's term
 * @param last the candidate's last entry
 * @param transfer whether the leader itself asked for this election, which overrides its liveness (dissertation §3.10)
 */
public record RequestVote(long from, long to, long term, EntryId last, boolean transfer) implements RaftMessage {}
