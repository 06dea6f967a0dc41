package io.fairlead.raft.netty.codec;

/**
 * What a member says when it has dialled another.
 *
 * @param minVersion the oldest protocol version it speaks
 * @param maxVersion the newest protocol version it speaks
 * @param features what it can do beyond its version, one bit each
 * @param clusterId the cluster it belongs to
 * @param memberId who it is
 * @param incarnation what it drew when its disk was formatted; 0 while it does not know
 * @param receiverId whom it takes the receiver for
 * @param lane number of the lane that the connection is for
 * @param address where it can be dialled; empty if it cannot tell
 */
public record Hello(
        int minVersion,
        int maxVersion,
        long features,
        long clusterId,
        long memberId,
        long incarnation,
        long receiverId,
        int lane,
        String address) {}
