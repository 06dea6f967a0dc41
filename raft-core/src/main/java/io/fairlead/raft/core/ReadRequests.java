package io.fairlead.raft.core;

import io.fairlead.raft.message.ReadIndexReply;
import io.fairlead.raft.message.ReadIndexRequest;
import io.fairlead.raft.message.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where linearizable reads come in, on any member: the leader takes them into its {@link ReadRounds}, all others ask the
 * leader (dissertation §6.4, rules R7 and R8).
 */
final class ReadRequests {
    private final Server server;
    private final long self;

    /** Reads that the leader was asked about, and since when. */
    private final TreeMap<Long, Long> asked = new TreeMap<>();

    ReadRequests(Server server) {
        this.server = server;
        this.self = server.settings.memberId();
    }

    /** A read of this member. */
    void read(long readId, long now) {
        Leadership leadership = server.leadership();
        if (leadership != null) {
            leadership.reads().read(self, readId, now);
        } else if (server.leader() != 0) {
            asked.put(readId, now);
            server.send(new ReadIndexRequest(self, server.leader(), readId));
        } else {
            server.outbox.readRefused(readId, Refusal.NOT_LEADER);
        }
    }

    void onRequest(ReadIndexRequest request, long now) {
        Leadership leadership = server.leadership();
        if (leadership != null) {
            leadership.reads().read(request.from(), request.requestId(), now);
        } else {
            server.send(new ReadIndexReply(self, request.from(), request.requestId(), Refusal.NOT_LEADER, 0));
        }
    }

    void onReply(ReadIndexReply reply) {
        if (asked.remove(reply.requestId()) == null) {
            return;
        }
        if (reply.refusal() == Refusal.NONE) {
            server.outbox.readReady(reply.requestId(), reply.index());
        } else {
            server.outbox.readRefused(reply.requestId(), reply.refusal());
        }
    }

    /** When the oldest question is given up. */
    long deadline() {
        Map.Entry<Long, Long> oldest = asked.firstEntry();
        return oldest == null ? Long.MAX_VALUE : oldest.getValue() + server.settings.electionTimeoutNanos();
    }

    /** A question or its answer may be lost; the reader asks again, under another number (rule R8). */
    void expire(long now) {
        Map.Entry<Long, Long> oldest = asked.firstEntry();
        while (oldest != null && now - oldest.getValue() >= server.settings.electionTimeoutNanos()) {
            asked.remove(oldest.getKey());
            server.outbox.readRefused(oldest.getKey(), Refusal.NO_QUORUM);
            oldest = asked.firstEntry();
        }
    }

    /** Role or leader changed: whoever was asked need not answer any more (rule R6). */
    void refuseAll() {
        List<Long> reads = new ArrayList<>(asked.keySet());
        asked.clear();
        reads.forEach(read -> server.outbox.readRefused(read, Refusal.NOT_LEADER));
    }
}
