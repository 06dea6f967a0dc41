package io.fairlead.raft.message;

/**
 * Asks the leader for an index at which a read is linearizable (dissertation §6.4).
 *
 * @param from the member that sends
 * @param to the member that is meant
 * @param requestId unique in the sender's life; one request may stand for many reads
 */
public record ReadIndexRequest(long from, long to, long requestId) implements RaftMessage {}
