package io.fairlead.raft.message;

import java.util.List;

/**
 * AppendEntries of figure 2.
 *
 * @param from the leader
 * @param to the member that is meant
 * @param term the leader's term
 * @param prev the entry that precedes {@code entries} in the leader's log
 * @param leaderCommit the leader's commit index
 * @param readRound the newest round of linearizable reads that this message may confirm
 * @param sentAtNanos the leader's clock when it sent; returned in the reply; to the receiver it says in which order a
 *     leader's messages were sent, and nothing else
 * @param entries what follows {@code prev}; empty to probe or to tell the commit index
 */
public record AppendEntries(
        long from,
        long to,
        long term,
        EntryId prev,
        long leaderCommit,
        long readRound,
        long sentAtNanos,
        List<Entry> entries)
        implements RaftMessage {}
