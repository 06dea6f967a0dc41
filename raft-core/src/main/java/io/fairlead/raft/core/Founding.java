package io.fairlead.raft.core;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.RollCall;
import io.fairlead.raft.message.RollCallReply;
import io.fairlead.raft.message.Standing;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Tells a member that founds a cluster from one of it that lost its disk: both begin with an empty one (ADR 0008).
 *
 * <p>The roll of the voters is called until each of them has said that its log is empty, and has said so again, in the
 * same life, after the last of them had said it first. At the moment between the two calls all logs were empty, so
 * nothing that this member may have promised on another disk has become, or can become, part of anything.
 */
final class Founding {
    private final Server server;
    private final long self;
    private final long life;

    private long call;
    private long nextCallAt;
    private long latestTerm;

    /** Whose log is empty, with the life in which that was said: answers to this call, and to the one before. */
    private SortedMap<Long, Long> present = new TreeMap<>();

    private SortedMap<Long, Long> presentBefore = new TreeMap<>();

    /** Somebody has a log: the cluster is there already. */
    private boolean late;

    private boolean proven;
    private final long reportsFrom;
    private SortedSet<Long> reported = new TreeSet<>();

    /** @param life unique to this life of this member */
    Founding(Server server, long life, long now) {
        this.server = server;
        this.self = server.settings.memberId();
        this.life = life;
        this.call = life;
        this.nextCallAt = now;
        this.reportsFrom = now + 2 * server.settings.electionTimeoutNanos();
    }

    private boolean isEmpty() {
        return server.log.lastIndex() == 0 && !server.standing().hasLost();
    }

    /** Tells if this member may still turn out to be a founder. */
    boolean isOpen() {
        return server.standing() == Standing.UNPROVEN
                && isEmpty()
                && server.configuration().isVoter(self);
    }

    boolean isLate() {
        return late;
    }

    /** Tells if all voters have been called, twice, and nobody has a log. */
    boolean isProven() {
        return proven && isOpen();
    }

    /** The latest term that any voter was in. */
    long latestTerm() {
        return latestTerm;
    }

    /** The voters that have not answered the present call. */
    SortedSet<Long> silent() {
        Configuration configuration = server.configuration();
        SortedSet<Long> silent = new TreeSet<>(configuration.voters());
        silent.remove(self);
        silent.removeAll(present.keySet());
        return silent;
    }

    /** Calls those who have not answered. */
    void step(long now) {
        if (proven || !isOpen() || now < nextCallAt) {
            return;
        }
        SortedSet<Long> silent = silent();
        for (Long voter : silent) {
            server.send(new RollCall(self, voter, call));
        }
        nextCallAt = now + server.settings.heartbeatIntervalNanos();
        report(silent, now);
    }

    private void report(SortedSet<Long> silent, long now) {
        if (now >= reportsFrom && !late && !silent.equals(reported)) {
            reported = silent;
            server.outbox.foundersAwaited(silent);
        }
    }

    /** When {@link #step} wants to be called next. */
    long deadline() {
        return !proven && isOpen() ? nextCallAt : Long.MAX_VALUE;
    }

    void onRollCall(RollCall request) {
        server.send(new RollCallReply(self, request.from(), request.call(), life, server.term(), isEmpty()));
    }

    void onReply(RollCallReply reply, long now) {
        if (reply.call() != call || !isOpen() || !server.configuration().isVoter(reply.from())) {
            return;
        }
        late |= !reply.empty();
        if (!reply.empty()) {
            return;
        }
        latestTerm = Math.max(latestTerm, reply.term());
        present.put(reply.from(), reply.life());
        if (silent().isEmpty()) {
            proven = present.equals(presentBefore);
            presentBefore = present;
            present = new TreeMap<>();
            call++;
            nextCallAt = now;
        }
    }
}
