package io.fairlead.raft.message;

/**
 * Answers {@link ReadIndexRequest}.
 *
 * @param from the member that sends
 * @param to the member that asked
 * @param requestId the request's
 * @param refusal {@link Refusal#NONE} if there is an index
 * @param index the read may be served when the reader has applied this entry
 */
public record ReadIndexReply(long from, long to, long requestId, Refusal refusal, long index) implements RaftMessage {}
