package io.fairlead.raft.netty;

import java.util.EnumMap;
import java.util.Map;

/** What a transport has counted since it was made: totals that only grow. A snapshot; any thread may hold it. */
public final class NettyTransportStats {
    private final long framesSent;
    private final long bytesSent;
    private final long framesReceived;
    private final long bytesReceived;
    private final long flushes;
    private final long connects;
    private final long connectFailures;
    private final long connectionsLost;
    private final long accepted;
    private final long handshakesRefusedHere;
    private final long handshakesRefusedByPeers;
    private final long malformedFrames;
    private final long oversizedFrames;
    private final Map<DropCause, Long> drops = new EnumMap<>(DropCause.class);

    NettyTransportStats(Counters counters) {
        framesSent = counters.framesSent.sum();
        bytesSent = counters.bytesSent.sum();
        framesReceived = counters.framesReceived.sum();
        bytesReceived = counters.bytesReceived.sum();
        flushes = counters.flushes.sum();
        connects = counters.connects.sum();
        connectFailures = counters.connectFailures.sum();
        connectionsLost = counters.connectionsLost.sum();
        accepted = counters.accepted.sum();
        handshakesRefusedHere = counters.handshakesRefusedHere.sum();
        handshakesRefusedByPeers = counters.handshakesRefusedByPeers.sum();
        malformedFrames = counters.malformedFrames.sum();
        oversizedFrames = counters.oversizedFrames.sum();
        for (DropCause cause : DropCause.values()) {
            drops.put(cause, counters.dropCount(cause));
        }
    }

    /** Frames handed to a socket, one per message. */
    public long framesSent() {
        return framesSent;
    }

    /** Bytes of these frames. */
    public long bytesSent() {
        return bytesSent;
    }

    /** Frames that arrived whole, one per message. */
    public long framesReceived() {
        return framesReceived;
    }

    /** Bytes that arrived, handshakes included. */
    public long bytesReceived() {
        return bytesReceived;
    }

    /** How often a socket was told to write; frames per flush is what batching gives. */
    public long flushes() {
        return flushes;
    }

    /** Connections that were made, with the handshake done. */
    public long connects() {
        return connects;
    }

    /** Attempts to connect that failed, refusals aside. */
    public long connectFailures() {
        return connectFailures;
    }

    /** Connections made by this side that broke afterwards. */
    public long connectionsLost() {
        return connectionsLost;
    }

    /** Connections of peers that were accepted, with the handshake done. */
    public long accepted() {
        return accepted;
    }

    /** Connections of peers that this side refused. */
    public long handshakesRefusedHere() {
        return handshakesRefusedHere;
    }

    /** Connections of this side that peers refused. */
    public long handshakesRefusedByPeers() {
        return handshakesRefusedByPeers;
    }

    /** Connections closed because what arrived could not be a frame, or was damaged. */
    public long malformedFrames() {
        return malformedFrames;
    }

    /** Connections closed because a frame was larger than allowed. */
    public long oversizedFrames() {
        return oversizedFrames;
    }

    /** Messages lost for {@code cause}. */
    public long dropped(DropCause cause) {
        return drops.getOrDefault(cause, 0L);
    }

    @Override
    public String toString() {
        return "framesSent=" + framesSent + " bytesSent=" + bytesSent + " framesReceived=" + framesReceived
                + " bytesReceived=" + bytesReceived + " flushes=" + flushes + " connects=" + connects
                + " connectFailures=" + connectFailures + " connectionsLost=" + connectionsLost + " accepted="
                + accepted + " handshakesRefusedHere=" + handshakesRefusedHere + " handshakesRefusedByPeers="
                + handshakesRefusedByPeers + " malformedFrames=" + malformedFrames + " oversizedFrames="
                + oversizedFrames + " drops=" + drops;
    }
}
