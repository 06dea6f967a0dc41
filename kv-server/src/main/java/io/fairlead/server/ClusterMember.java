package io.fairlead.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.List;

/**
 * A member as {@code --initial-cluster} names it. Its id, and the cluster's, are computed as etcd computes them, so that
 * every member finds the same ids without asking.
 *
 * @param name the member's name
 * @param peerUrls where its peers reach it
 * @param id hash of peer URLs and cluster token
 */
public record ClusterMember(String name, List<String> peerUrls, long id) {
    static ClusterMember of(String name, Collection<String> peerUrls, String token) {
        List<String> sorted = peerUrls.stream().sorted().toList();
        return new ClusterMember(
                name, sorted, firstEightBytes((String.join("", sorted) + token).getBytes(StandardCharsets.UTF_8)));
    }

    /** The id of a cluster of these members. */
    static long clusterId(Collection<ClusterMember> members) {
        ByteBuffer ids = ByteBuffer.allocate(members.size() * Long.BYTES);
        members.stream().map(ClusterMember::id).sorted(Long::compareUnsigned).forEach(ids::putLong);
        return firstEightBytes(ids.array());
    }

    private static long firstEightBytes(byte[] bytes) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-1").digest(bytes))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
