package io.fairlead.raft.message;

/**
 * Tells a follower to campaign at once (dissertation §3.10).
 *
 * @param from the leader
 * @param to the follower that is to lead
 * @param term the leader's term; in any other the message means nothing
 */
public record TimeoutNow(long from, long to, long term) implements RaftMessage {}
