package io.fairlead.server.etcd;

import io.fairlead.kv.proto.ResponseHeader;
import io.fairlead.raft.RaftGroup;

/** Who answers: the header that every response begins with. <b>Threads:</b> any. */
public final class Identity {
    private final long clusterId;
    private final long memberId;
    private final RaftGroup<?> group;

    /** The identity of the member that serves {@code group}. */
    public Identity(long clusterId, long memberId, RaftGroup<?> group) {
        this.clusterId = clusterId;
        this.memberId = memberId;
        this.group = group;
    }

    /** This member. */
    public long memberId() {
        return memberId;
    }

    /** A header of now, at {@code revision} of the store. */
    public ResponseHeader header(long revision) {
        return ResponseHeader.newBuilder()
                .setClusterId(clusterId)
                .setMemberId(memberId)
                .setRevision(revision)
                .setRaftTerm(group.status().term())
                .build();
    }
}
