package io.fairlead.raft.netty;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What happened since the transport was made. Any thread counts; {@link #snapshot} reads. */
final class Counters {
    final LongAdder framesSent = new LongAdder();
    final LongAdder bytesSent = new LongAdder();
    final LongAdder framesReceived = new LongAdder();
    final LongAdder bytesReceived = new LongAdder();
    final LongAdder flushes = new LongAdder();
    final LongAdder connects = new LongAdder();
    final LongAdder connectFailures = new LongAdder();
    final LongAdder connectionsLost = new LongAdder();
    final LongAdder accepted = new LongAdder();
    final LongAdder handshakesRefusedHere = new LongAdder();
    final LongAdder handshakesRefusedByPeers = new LongAdder();
    final LongAdder malformedFrames = new LongAdder();
    final LongAdder oversizedFrames = new LongAdder();
    private final Map<DropCause, LongAdder> drops = new EnumMap<>(DropCause.class);

    Counters() {
        for (DropCause cause : DropCause.values()) {
            drops.put(cause, new LongAdder());
        }
    }

    void dropped(DropCause cause) {
        dropped(cause, 1);
    }

    void dropped(DropCause cause, int messages) {
        LongAdder counter = drops.get(cause);
        if (counter != null) {
            counter.add(messages);
        }
    }

    NettyTransportStats snapshot() {
        return new NettyTransportStats(this);
    }

    long dropCount(DropCause cause) {
        LongAdder counter = drops.get(cause);
        return counter == null ? 0 : counter.sum();
    }
}
