package io.fairlead.server.etcd;

import com.google.protobuf.MessageLite;
import io.fairlead.kv.KvCommand;
import io.fairlead.kv.KvError;
import io.fairlead.kv.KvRequests;
import io.fairlead.kv.KvResult;
import io.fairlead.kv.KvStore;
import io.fairlead.kv.proto.CompactionRequest;
import io.fairlead.kv.proto.DeleteRangeRequest;
import io.fairlead.kv.proto.PutRequest;
import io.fairlead.kv.proto.RangeRequest;
import io.fairlead.kv.proto.TxnRequest;
import io.fairlead.raft.Consistency;
import io.fairlead.raft.RaftException;
import io.fairlead.raft.RaftGroup;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** etcd's KV service: writes become commands of the log, reads go to the store when the log says they may. */
public final class KvService {
    private static final Logger LOG = LoggerFactory.getLogger(KvService.class);
    private static final String SERVICE = "etcdserverpb.KV/";

    private final RaftGroup<KvResult> group;
    private final KvStore store;
    private final Identity identity;
    private final Clock clock;
    private final int maxRequestBytes;
    private final int maxTxnOps;
    private final AtomicLong requestIds = new AtomicLong();

    /** A service for the store that {@code group} replicates. */
    public KvService(
            RaftGroup<KvResult> group,
            KvStore store,
            Identity identity,
            Clock clock,
            int maxRequestBytes,
            int maxTxnOps) {
        this.group = group;
        this.store = store;
        this.identity = identity;
        this.clock = clock;
        this.maxRequestBytes = maxRequestBytes;
        this.maxTxnOps = maxTxnOps;
    }

    /** Makes {@code door} serve this service's methods. */
    public void addTo(GrpcDoor door) {
        door.add(SERVICE + "Range", RangeRequest.parser(), this::range);
        door.add(
                SERVICE + "Put",
                PutRequest.parser(),
                (request, reply) -> write(KvCommand.Kind.PUT, request, KvRequests.validate(request), reply));
        door.add(
                SERVICE + "DeleteRange",
                DeleteRangeRequest.parser(),
                (request, reply) -> write(KvCommand.Kind.DELETE_RANGE, request, KvRequests.validate(request), reply));
        door.add(SERVICE + "Txn", TxnRequest.parser(), this::txn);
        door.add(
                SERVICE + "Compact",
                CompactionRequest.parser(),
                (request, reply) -> write(KvCommand.Kind.COMPACTION, request, Optional.empty(), reply));
    }

    private void range(RangeRequest request, GrpcDoor.Reply reply) {
        Optional<KvError> wrong = KvRequests.validate(request);
        if (wrong.isPresent()) {
            reply.fail(error(wrong.get()));
        } else {
            read(request.getSerializable(), () -> store.range(request), reply);
        }
    }

    private void txn(TxnRequest request, GrpcDoor.Reply reply) {
        Optional<KvError> wrong = KvRequests.validate(request, maxTxnOps);
        if (wrong.isEmpty() && KvRequests.isReadOnly(request)) {
            read(KvRequests.isSerializable(request), () -> store.txn(request), reply);
        } else {
            write(KvCommand.Kind.TXN, request, wrong, reply);
        }
    }

    private void read(boolean serializable, Supplier<KvResult> read, GrpcDoor.Reply reply) {
        if (serializable) {
            answer(read.get(), reply);
            return;
        }
        group.readBarrier(Consistency.LINEARIZABLE)
                .thenApply(index -> read.get())
                .whenComplete((result, failure) -> {
                    if (failure != null) {
                        reply.fail(error(failure));
                    } else {
                        answer(result, reply);
                    }
                });
    }

    private void write(KvCommand.Kind kind, MessageLite request, Optional<KvError> wrong, GrpcDoor.Reply reply) {
        if (wrong.isPresent()) {
            reply.fail(error(wrong.get()));
        } else if (request.getSerializedSize() > maxRequestBytes) {
            reply.fail(EtcdError.TOO_LARGE);
        } else {
            KvCommand.Origin origin = new KvCommand.Origin(requestIds.incrementAndGet(), clock.millis(), "", 0);
            group.propose(
                    group.newProposal(KvCommand.encode(kind, origin, request)), new RaftGroup.ProposalCallback<>() {
                        @Override
                        public void onApplied(long index, KvResult result) {
                            answer(result, reply);
                        }

                        @Override
                        public void onFailed(RaftException failure) {
                            reply.fail(error(failure));
                        }
                    });
        }
    }

    private void answer(KvResult result, GrpcDoor.Reply reply) {
        if (result.isError()) {
            reply.fail(error(result.error()));
        } else {
            reply.send(result.toBytes(identity.header(result.revision())));
        }
    }

    private static EtcdError error(KvError error) {
        return new EtcdError(GrpcStatus.valueOf(error.grpcCode()), error.message());
    }

    /** What etcd would say when its consensus fails a request. */
    static EtcdError error(Throwable failure) {
        Throwable cause =
                failure instanceof java.util.concurrent.CompletionException wrapped && wrapped.getCause() != null
                        ? wrapped.getCause()
                        : failure;
        if (cause instanceof io.fairlead.raft.NotAcceptedException refused) {
            return switch (refused.reason()) {
                case OVERLOADED -> EtcdError.TOO_MANY_REQUESTS;
                case TOO_LARGE -> EtcdError.TOO_LARGE;
                case SUPERSEDED -> EtcdError.LEADER_CHANGED;
                default -> refused.leader() == 0 ? EtcdError.NO_LEADER : EtcdError.TIMED_OUT;
            };
        }
        if (cause instanceof io.fairlead.raft.GroupStoppedException) {
            return EtcdError.STOPPED;
        }
        if (!(cause instanceof RaftException)) {
            LOG.error("a request failed unexpectedly", cause);
            return new EtcdError(GrpcStatus.INTERNAL, "internal error: " + cause);
        }
        return EtcdError.TIMED_OUT;
    }
}
