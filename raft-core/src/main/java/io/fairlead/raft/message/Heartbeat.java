package io.fairlead.raft.message;

/**
 * Keeps a leader's followers from campaigning, tells them the commit index and confirms reads, without a look at the
 * log.
 *
 * @param commitIndex the leader's commit index, bounded by what the receiver is known to hold
 * @param readRound the newest round of linearizable reads that this message may confirm
 * @param sentAtNanos the leader's clock when it sent; returned in the reply
 */
public record Heartbeat(long from, long to, long term, long commitIndex, long readRound, long sentAtNanos)
        implements RaftMessage {}
