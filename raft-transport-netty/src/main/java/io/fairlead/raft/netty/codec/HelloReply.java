package io.fairlead.raft.netty.codec;

/**
 * The answer to {@link Hello}.
 *
 * @param refusal {@link HandshakeRefusal#NONE} if the connection may be used
 * @param reason the refusal in words
 * @param version the protocol version to be used; 0 if refused
 * @param features what the receiver can do beyond this version
 * @param clusterId the receiver's cluster
 * @param memberId who the receiver is
 * @param incarnation the receiver's incarnation; 0 while it does not know
 * @param maxFrameBytes the largest frame body it takes
 */
public record HelloReply(
        HandshakeRefusal refusal,
        String reason,
        int version,
        long features,
        long clusterId,
        long memberId,
        long incarnation,
        long maxFrameBytes) {}
