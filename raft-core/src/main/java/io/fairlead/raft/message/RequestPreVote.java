package io.fairlead.raft.message;

/**
 * Asks if an election could be won, before any term is raised (dissertation §9.6).
 *
 * @param from the member that sends
 * @param to the member that is meant
 * @param term the term that the sender would campaign in; not adopted by anyone
 * @param last the sender's last entry
 */
public record RequestPreVote(long from, long to, long term, EntryId last) implements RaftMessage {}
