package io.fairlead.raft.core;

import io.fairlead.raft.message.ReadIndexReply;
import io.fairlead.raft.message.Refusal;

/** The reads that a leader answers, its own and those of others: by its lease, or in rounds (dissertation §6.4). */
final class LeaderReads {
    private final Server server;
    private final Leadership leadership;
    private final long self;
    private final LeaderLease lease;
    private final ReadRounds rounds = new ReadRounds();

    LeaderReads(Server server, Leadership leadership) {
        this.server = server;
        this.leadership = leadership;
        this.self = server.settings.memberId();
        this.lease = new LeaderLease(server, leadership);
    }

    LeaderLease lease() {
        return lease;
    }

    /** The newest round; messages sent from now on confirm it. */
    long currentRound() {
        return rounds.current();
    }

    /** Tells if nobody reads. */
    boolean isIdle() {
        return rounds.isIdle();
    }

    /** The round that waits for answers; 0 if nobody waits. */
    long awaitedRound() {
        return rounds.isWaitingForAnswers() ? rounds.current() : 0;
    }

    /** Answers a read at once if a lease allows it, else registers it; {@code peer} is this member for its own. */
    void read(long peer, long id, long now) {
        if (lease.isValid(now)) {
            answer(peer, id, server.log.commitIndex());
        } else {
            rounds.add(peer, id, server.log.commitIndex());
        }
    }

    /** Begins a round if reads wait and none is under way: not before an entry of this term is committed (rule R1). */
    boolean beginRound() {
        return leadership.isReady() && rounds.begin(server.log.commitIndex());
    }

    /** Answers the reads of the round under way if a quorum has confirmed it (rules R3, R5). */
    void release() {
        for (ReadRounds.Read read : rounds.takeConfirmed(server.configuration(), this::ackedRoundOf)) {
            answer(read.peer(), read.id(), read.index());
        }
    }

    private long ackedRoundOf(long id) {
        if (id == self) {
            return rounds.current();
        }
        Progress progress = leadership.progressOf(id);
        return progress == null ? 0 : progress.ackedRound;
    }

    private void answer(long peer, long id, long index) {
        if (peer == self) {
            server.outbox.readReady(id, index);
        } else {
            server.send(new ReadIndexReply(self, peer, id, Refusal.NONE, index));
        }
    }

    /** Fails what still waits: a former leader must not answer it (rule R6). */
    void refuseAll() {
        for (ReadRounds.Read read : rounds.takeAll()) {
            if (read.peer() == self) {
                server.outbox.readRefused(read.id(), Refusal.NOT_LEADER);
            } else {
                server.send(new ReadIndexReply(self, read.peer(), read.id(), Refusal.NOT_LEADER, 0));
            }
        }
    }
}
