package io.fairlead.raft.message;

/**
 * Keeps a leader's followers from campaigning, tells them the commit index and confirms reads, without a look at the
 * log.
 *
 * @param from the leader
 * @param to the member that is meant
 * @param term the leader's term
 * @param commitIndex the leader's commit index, bounded by what the receiver is known to hold
 * @param readRound the newest round of linearizable reads that waits for answers; 0 if nobody waits
 * @param sentAtNanos the leader's clock when it sent, as in {@link AppendEntries}; returned in the reply; 0 if no reply is
 *     wanted, and then it shows nobody alive
 * @param quietLife if not 0, the group goes quiet: the leader is there as long as its node is, in this life
 */
public record Heartbeat(
        long from, long to, long term, long commitIndex, long readRound, long sentAtNanos, long quietLife)
        implements RaftMessage {
    /**
     * Makes the heartbeat of a group that is awake.
     *
     * @param from the member that sends
     * @param to the member that is meant
     * @param term the leader's term
     * @param commitIndex the leader's commit index, bounded by what the receiver is known to hold
     * @param readRound the newest round of linearizable reads that waits for answers; 0 if nobody waits
     * @param sentAtNanos the leader's clock when it sent; 0 if no reply is wanted
     */
    public Heartbeat(long from, long to, long term, long commitIndex, long readRound, long sentAtNanos) {
        this(from, to, term, commitIndex, readRound, sentAtNanos, 0);
    }
}
