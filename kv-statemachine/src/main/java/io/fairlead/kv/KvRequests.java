package io.fairlead.kv;

import io.fairlead.kv.proto.DeleteRangeRequest;
import io.fairlead.kv.proto.PutRequest;
import io.fairlead.kv.proto.RangeRequest;
import io.fairlead.kv.proto.RequestOp;
import io.fairlead.kv.proto.TxnRequest;
import io.fairlead.kv.txn.TxnCheck;
import java.util.List;
import java.util.Optional;

/** What can be said about a request without the store: doors ask here before they propose or read. */
public final class KvRequests {
    /** How many compares, or operations in a branch, a transaction may have unless configured otherwise. */
    public static final int DEFAULT_MAX_TXN_OPS = 128;

    private KvRequests() {}

    /** Why the request is wrong, if so. */
    public static Optional<KvError> validate(RangeRequest request) {
        if (request.getKey().isEmpty()) {
            return Optional.of(KvError.KEY_NOT_PROVIDED);
        }
        boolean isKnown = request.getSortOrder() != RangeRequest.SortOrder.UNRECOGNIZED
                && request.getSortTarget() != RangeRequest.SortTarget.UNRECOGNIZED;
        return isKnown ? Optional.empty() : Optional.of(KvError.INVALID_SORT_OPTION);
    }

    /** Why the request is wrong, if so. */
    public static Optional<KvError> validate(PutRequest request) {
        if (request.getKey().isEmpty()) {
            return Optional.of(KvError.KEY_NOT_PROVIDED);
        }
        if (request.getIgnoreValue() && !request.getValue().isEmpty()) {
            return Optional.of(KvError.VALUE_PROVIDED);
        }
        if (request.getIgnoreLease() && request.getLease() != 0) {
            return Optional.of(KvError.LEASE_PROVIDED);
        }
        return Optional.empty();
    }

    /** Why the request is wrong, if so. */
    public static Optional<KvError> validate(DeleteRangeRequest request) {
        return request.getKey().isEmpty() ? Optional.of(KvError.KEY_NOT_PROVIDED) : Optional.empty();
    }

    /** Why the request is wrong, if so. */
    public static Optional<KvError> validate(TxnRequest request) {
        return validate(request, DEFAULT_MAX_TXN_OPS);
    }

    /** Why the request is wrong, if so. */
    public static Optional<KvError> validate(TxnRequest request, int maxOps) {
        return TxnCheck.check(request, maxOps);
    }

    /** Tells if a transaction changes nothing whatever its compares say, so that it needs no place in the log. */
    public static boolean isReadOnly(TxnRequest request) {
        return onlyRanges(request.getSuccessList()) && onlyRanges(request.getFailureList());
    }

    /** Tells if a transaction that only reads does so without asking for the newest state. */
    public static boolean isSerializable(TxnRequest request) {
        return allSerializable(request.getSuccessList()) && allSerializable(request.getFailureList());
    }

    private static boolean onlyRanges(List<RequestOp> branch) {
        for (RequestOp op : branch) {
            if (!op.hasRequestRange()) {
                return false;
            }
        }
        return true;
    }

    private static boolean allSerializable(List<RequestOp> branch) {
        for (RequestOp op : branch) {
            if (!op.hasRequestRange() || !op.getRequestRange().getSerializable()) {
                return false;
            }
        }
        return true;
    }
}
