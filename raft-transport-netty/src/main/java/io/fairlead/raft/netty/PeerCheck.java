package io.fairlead.raft.netty;

import java.util.Optional;

/** Decides who may connect, beyond what the handshake checks by itself. */
@FunctionalInterface
public interface PeerCheck {
    /** Admits every member of the cluster. */
    PeerCheck NONE = (memberId, incarnation) -> Optional.empty();

    /**
     * Judges a member of the right cluster that asks to connect.
     *
     * <p><b>Threads:</b> called on the transport's event loops; must not block.
     *
     * @param memberId who it says it is; not 0
     * @param incarnation what the member drew when its disk was formatted; 0 if it did not say
     * @return why it may not connect, in words for both logs; empty if it may
     */
    Optional<String> refuse(long memberId, long incarnation);
}
