package io.fairlead.raft.netty.codec;

/** Why a connection is refused. The order is part of the wire format; add at the end. */
public enum HandshakeRefusal {
    /** Not refused. */
    NONE,
    /** No protocol version is spoken by both. */
    VERSION,
    /** The members belong to different clusters. */
    WRONG_CLUSTER,
    /** The receiver is not the member that the sender meant. */
    WRONG_MEMBER,
    /** The sender claims to be the receiver, or nobody. */
    BAD_SENDER,
    /** The receiver was told not to admit this member or this incarnation of it. */
    NOT_ADMITTED,
    /** A reason that only a newer version knows. */
    OTHER
}
