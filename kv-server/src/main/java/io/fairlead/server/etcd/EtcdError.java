package io.fairlead.server.etcd;

import io.vertx.grpc.common.GrpcStatus;

/**
 * How a call failed, as etcd would say it: clients compare the text, so nothing is ever added to it.
 *
 * @param status the gRPC code
 * @param message the exact text
 */
public record EtcdError(GrpcStatus status, String message) {
    /** No leader is known. */
    public static final EtcdError NO_LEADER = new EtcdError(GrpcStatus.UNAVAILABLE, "etcdserver: no leader");

    /** The outcome is not known. */
    public static final EtcdError TIMED_OUT = new EtcdError(GrpcStatus.UNAVAILABLE, "etcdserver: request timed out");

    /** The leader changed while the request was under way. */
    public static final EtcdError LEADER_CHANGED = new EtcdError(GrpcStatus.UNAVAILABLE, "etcdserver: leader changed");

    /** The server is going down. */
    public static final EtcdError STOPPED = new EtcdError(GrpcStatus.UNAVAILABLE, "etcdserver: server stopped");

    /** Too much is waiting already. */
    public static final EtcdError TOO_MANY_REQUESTS =
            new EtcdError(GrpcStatus.RESOURCE_EXHAUSTED, "etcdserver: too many requests");

    /** The request is larger than the server takes. */
    public static final EtcdError TOO_LARGE =
            new EtcdError(GrpcStatus.INVALID_ARGUMENT, "etcdserver: request is too large");
}
