package io.fairlead.raft.netty;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.ForwardProposals;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.SnapshotChunk;

/**
 * What may wait for what. Each lane is a connection of its own, so that what is in one never waits for another's bytes;
 * within a lane messages keep their order. Their numbers are part of the wire format.
 */
enum Lane {
    /** Votes, heartbeats, read indexes and all replies. */
    URGENT(0),
    /**
     * Entries and proposals. Also the empty AppendEntries: ahead of the entries sent before it it would be refused, and
     * the leader would start to probe.
     */
    ENTRIES(1),
    /** Bytes of snapshots. Dialled when needed, closed when idle. */
    SNAPSHOT(2);

    private static final Lane[] BY_NUMBER = values();

    private final int number;

    Lane(int number) {
        this.number = number;
    }

    /** What stands for this lane in the handshake. */
    int number() {
        return number;
    }

    static boolean exists(int number) {
        return number >= 0 && number < BY_NUMBER.length;
    }

    static Lane of(int number) {
        return BY_NUMBER[number];
    }

    static Lane of(RaftMessage message) {
        if (message instanceof AppendEntries || message instanceof ForwardProposals) {
            return ENTRIES;
        }
        return message instanceof SnapshotChunk ? SNAPSHOT : URGENT;
    }

    boolean isOnDemand() {
        return this == SNAPSHOT;
    }
}
