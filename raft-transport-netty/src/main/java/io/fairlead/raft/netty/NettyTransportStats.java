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

    /** {@return how many frames were handed to a socket, one per message} */
    public long framesSent() {
        return framesSent;
    }

    /** {@return how many bytes these frames had} */
    public long bytesSent() {
        return bytesSent;
    }

    /** {@return how many frames arrived whole, one per message} */
    public long framesReceived() {
        return framesReceived;
    }

    /** {@return how many bytes arrived, handshakes included} */
    public long bytesReceived() {
        return bytesReceived;
    }

    /** {@return how often a socket was told to write; frames per flush is what batching gives} */
    public long flushes() {
        return flushes;
    }

    /** {@return how many connections were made, with the handshake done} */
    public long connects() {
        return connects;
    }

    /** {@return how many attempts to connect failed, refusals aside} */
    public long connectFailures() {
        return connectFailures;
    }

    /** {@return how many connections made by this side broke afterwards} */
    public long connectionsLost() {
        return connectionsLost;
    }

    /** {@return how many connections of peers were accepted, with the handshake done} */
    public long accepted() {
        return accepted;
    }

    /** {@return how many connections of peers this side refused} */
    public long handshakesRefusedHere() {
        return handshakesRefusedHere;
    }

    /** {@return how many connections of this side peers refused} */
    public long handshakesRefusedByPeers() {
        return handshakesRefusedByPeers;
    }

    /** {@return how many connections were closed because what arrived could not be a frame, or was damaged} */
    public long malformedFrames() {
        return malformedFrames;
    }

    /** {@return how many connections were closed because a frame was larger than allowed} */
    public long oversizedFrames() {
        return oversizedFrames;
    }

    /**
     * {@return how many messages were lost for {@code cause}}
     *
     * @param cause why they were not sent
     */
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
