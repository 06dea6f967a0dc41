package io.fairlead.raft.message;

/**
 * Asks a voter if its log is empty, before a cluster is founded with it (ADR 0008).
 *
 * @param from the member that sends
 * @param to the member that is meant
 * @param call tells this call from all others of all members
 */
public record RollCall(long from, long to, long call) implements RaftMessage {}
