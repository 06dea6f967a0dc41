package io.fairlead.raft.core;

import io.fairlead.raft.message.Configuration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * Linearizable reads on the leader in numbered, shared rounds (dissertation §6.4, rules R1 to R6). At most one round is
 * under way; reads that arrive meanwhile form the next. A round's number travels only in messages sent after the round
 * was closed, so whoever confirms it says: the leader still led when all its reads were already here.
 */
final class ReadRounds {
    /** Who asked: {@code peer} is this member itself for local reads. */
    record Read(long peer, long id, long index) {}

    private List<Read> forming = new ArrayList<>();
    private List<Read> underWay = List.of();
    private long round;

    /** The newest round; messages sent from now on confirm it. */
    long current() {
        return round;
    }

    boolean isIdle() {
        return underWay.isEmpty() && forming.isEmpty();
    }

    boolean isWaitingForAnswers() {
        return !underWay.isEmpty();
    }

    /** Registers a read; its index is the commit index of now. */
    void add(long peer, long id, long commitIndex) {
        forming.add(new Read(peer, id, commitIndex));
    }

    /**
     * Closes the forming round if none is under way.
     *
     * @param commitIndex at least the index of every read, also of those that waited for the leader's first commit
     * @return whether a new round has begun
     */
    boolean begin(long commitIndex) {
        if (!underWay.isEmpty() || forming.isEmpty()) {
            return false;
        }
        List<Read> closed = new ArrayList<>(forming.size());
        for (Read read : forming) {
            closed.add(read.index() >= commitIndex ? read : new Read(read.peer(), read.id(), commitIndex));
        }
        underWay = closed;
        forming = new ArrayList<>();
        round++;
        return true;
    }

    /** Takes the reads under way if a quorum has confirmed their round. */
    List<Read> takeConfirmed(Configuration configuration, LongUnaryOperator ackedRound) {
        if (underWay.isEmpty() || Quorum.reached(configuration, ackedRound) < round) {
            return List.of();
        }
        List<Read> confirmed = underWay;
        underWay = List.of();
        return confirmed;
    }

    /** Takes everything: the leadership is over. */
    List<Read> takeAll() {
        List<Read> all = new ArrayList<>(underWay);
        all.addAll(forming);
        underWay = List.of();
        forming = new ArrayList<>();
        return all;
    }
}
