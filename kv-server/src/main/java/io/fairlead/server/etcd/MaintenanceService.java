package io.fairlead.server.etcd;

import io.fairlead.kv.KvResult;
import io.fairlead.kv.KvStore;
import io.fairlead.kv.proto.AlarmRequest;
import io.fairlead.kv.proto.AlarmResponse;
import io.fairlead.kv.proto.DowngradeInfo;
import io.fairlead.kv.proto.HashKVRequest;
import io.fairlead.kv.proto.StatusRequest;
import io.fairlead.kv.proto.StatusResponse;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.RaftStatus;
import io.fairlead.server.Version;
import io.vertx.grpc.common.GrpcStatus;

/** etcd's Maintenance service: status and hashes of this member. */
public final class MaintenanceService {
    /** What etcd reports when no quota was set. */
    private static final long DEFAULT_QUOTA_BYTES = 2L << 30;

    private final RaftGroup<?> group;
    private final KvStore store;
    private final Identity identity;

    /** A service for this member. */
    public MaintenanceService(RaftGroup<?> group, KvStore store, Identity identity) {
        this.group = group;
        this.store = store;
        this.identity = identity;
    }

    /** Makes {@code door} serve this service's methods. */
    public void addTo(GrpcDoor door) {
        door.add("etcdserverpb.Maintenance/Status", StatusRequest.parser(), (request, reply) -> reply.send(status()));
        door.add("etcdserverpb.Maintenance/HashKV", HashKVRequest.parser(), this::hashKv);
        door.add("etcdserverpb.Maintenance/Alarm", AlarmRequest.parser(), this::alarm);
    }

    private byte[] status() {
        RaftStatus status = group.status();
        StatusResponse.Builder response = StatusResponse.newBuilder()
                .setHeader(identity.header(store.currentRevision()))
                .setVersion(Version.ETCD)
                .setStorageVersion(Version.ETCD)
                .setDbSize(store.dbSizeBytes())
                .setDbSizeInUse(store.dbSizeInUseBytes())
                .setDbSizeQuota(DEFAULT_QUOTA_BYTES)
                .setLeader(status.leader())
                .setRaftIndex(status.commitIndex())
                .setRaftTerm(status.term())
                .setRaftAppliedIndex(status.appliedIndex())
                .setIsLearner(status.role() == RaftStatus.Role.LEARNER)
                .setDowngradeInfo(DowngradeInfo.getDefaultInstance());
        if (status.leader() == 0) {
            response.addErrors(EtcdError.NO_LEADER.message());
        }
        return response.build().toByteArray();
    }

    /**
     * Nothing raises an alarm yet, so none is ever listed or disarmed; newer versions of etcdctl ask for the list to
     * tell whether an endpoint is healthy.
     */
    private void alarm(AlarmRequest request, GrpcDoor.Reply reply) {
        switch (request.getAction()) {
            case GET, DEACTIVATE ->
                reply.send(AlarmResponse.newBuilder()
                        .setHeader(identity.header(store.currentRevision()))
                        .build()
                        .toByteArray());
            case ACTIVATE ->
                reply.fail(new EtcdError(GrpcStatus.UNIMPLEMENTED, "activating an alarm is not implemented"));
            case UNRECOGNIZED ->
                reply.fail(
                        new EtcdError(GrpcStatus.INVALID_ARGUMENT, "unknown alarm action " + request.getActionValue()));
        }
    }

    private void hashKv(HashKVRequest request, GrpcDoor.Reply reply) {
        KvResult hash = store.hashKv(request.getRevision());
        if (hash.isError()) {
            reply.fail(new EtcdError(
                    GrpcStatus.valueOf(hash.error().grpcCode()), hash.error().message()));
        } else {
            reply.send(hash.toBytes(identity.header(hash.revision())));
        }
    }
}
