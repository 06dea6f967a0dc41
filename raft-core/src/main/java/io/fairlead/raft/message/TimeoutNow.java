package io.fairlead.raft.message;

/** Tells a follower to campaign at once (dissertation §3.10). */
public record TimeoutNow(long from, long to, long term) implements RaftMessage {}
