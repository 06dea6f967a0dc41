package io.fairlead.raft.message;

/**
 * Answers {@link RollCall}.
 *
 * @param from the member that sends
 * @param to the member that is meant
 * @param call the call's number
 * @param life unique to this life of the member that answers
 * @param term the term that it is in
 * @param empty whether its log is empty, and has lost nothing that is known
 */
public record RollCallReply(long from, long to, long call, long life, long term, boolean empty)
        implements RaftMessage {}
