package io.fairlead.server.etcd;

import io.fairlead.kv.proto.Member;
import io.fairlead.kv.proto.MemberListRequest;
import io.fairlead.kv.proto.MemberListResponse;
import io.fairlead.raft.Consistency;
import io.fairlead.raft.RaftGroup;
import java.util.List;
import java.util.function.Supplier;

/** etcd's Cluster service, as far as it only looks. */
public final class ClusterService {
    private final RaftGroup<?> group;
    private final Identity identity;
    private final Supplier<List<Member>> members;

    /** A service that answers with {@code members}, ordered by id. */
    public ClusterService(RaftGroup<?> group, Identity identity, Supplier<List<Member>> members) {
        this.group = group;
        this.identity = identity;
        this.members = members;
    }

    /** Makes {@code door} serve this service's methods. */
    public void addTo(GrpcDoor door) {
        door.add("etcdserverpb.Cluster/MemberList", MemberListRequest.parser(), this::memberList);
    }

    private void memberList(MemberListRequest request, GrpcDoor.Reply reply) {
        if (!request.getLinearizable()) {
            reply.send(list());
            return;
        }
        group.readBarrier(Consistency.LINEARIZABLE).whenComplete((index, failure) -> {
            if (failure != null) {
                reply.fail(KvService.error(failure));
            } else {
                reply.send(list());
            }
        });
    }

    private byte[] list() {
        return MemberListResponse.newBuilder()
                .setHeader(identity.header(0))
                .addAllMembers(members.get())
                .build()
                .toByteArray();
    }
}
