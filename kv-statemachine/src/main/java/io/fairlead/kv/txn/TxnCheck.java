package io.fairlead.kv.txn;

import com.google.protobuf.ByteString;
import io.fairlead.kv.KeyRange;
import io.fairlead.kv.KvError;
import io.fairlead.kv.KvRequests;
import io.fairlead.kv.proto.Compare;
import io.fairlead.kv.proto.DeleteRangeRequest;
import io.fairlead.kv.proto.RequestOp;
import io.fairlead.kv.proto.TxnRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What can be wrong with a transaction whatever the store holds. */
public final class TxnCheck {
    private TxnCheck() {}

    /** Checks a transaction of at most {@code maxOps} compares and operations in each branch. */
    public static Optional<KvError> check(TxnRequest txn, int maxOps) {
        Optional<KvError> wrong = checkOps(txn, maxOps);
        if (wrong.isPresent()) {
            return wrong;
        }
        Touched success = new Touched();
        Touched failure = new Touched();
        boolean isClean = success.collect(txn.getSuccessList()) && failure.collect(txn.getFailureList());
        return isClean ? Optional.empty() : Optional.of(KvError.DUPLICATE_KEY);
    }

    private static Optional<KvError> checkOps(TxnRequest txn, int maxOps) {
        int ops = Math.max(txn.getCompareCount(), Math.max(txn.getSuccessCount(), txn.getFailureCount()));
        if (ops > maxOps) {
            return Optional.of(KvError.TOO_MANY_OPS);
        }
        for (Compare compare : txn.getCompareList()) {
            if (compare.getKey().isEmpty()) {
                return Optional.of(KvError.KEY_NOT_PROVIDED);
            }
        }
        Optional<KvError> wrong = checkBranch(txn.getSuccessList(), maxOps - ops);
        return wrong.isPresent() ? wrong : checkBranch(txn.getFailureList(), maxOps - ops);
    }

    private static Optional<KvError> checkBranch(List<RequestOp> branch, int maxOps) {
        for (RequestOp op : branch) {
            Optional<KvError> wrong = switch (op.getRequestCase()) {
                case REQUEST_RANGE -> KvRequests.validate(op.getRequestRange());
                case REQUEST_PUT -> KvRequests.validate(op.getRequestPut());
                case REQUEST_DELETE_RANGE -> KvRequests.validate(op.getRequestDeleteRange());
                case REQUEST_TXN -> checkOps(op.getRequestTxn(), maxOps);
                default -> Optional.of(KvError.KEY_NOT_FOUND);
            };
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return Optional.empty();
    }

    /** The keys that a branch puts and the ranges that it deletes, nested transactions included. */
    private static final class Touched {
        private final Set<ByteString> puts = new HashSet<>();
        private final List<KeyRange> deletes = new ArrayList<>();

        /** Returns false if a key would be put twice, or put and deleted. */
        boolean collect(List<RequestOp> branch) {
            for (RequestOp op : branch) {
                if (op.hasRequestDeleteRange()) {
                    addDelete(op.getRequestDeleteRange());
                }
            }
            for (RequestOp op : branch) {
                if (op.hasRequestTxn() && !collectNested(op.getRequestTxn())) {
                    return false;
                }
            }
            for (RequestOp op : branch) {
                if (op.hasRequestPut() && !addPut(op.getRequestPut().getKey())) {
                    return false;
                }
            }
            return true;
        }

        /** The branches of a nested transaction exclude each other, so both may put the same key. */
        private boolean collectNested(TxnRequest txn) {
            Touched success = new Touched();
            Touched failure = new Touched();
            if (!success.collect(txn.getSuccessList()) || !failure.collect(txn.getFailureList())) {
                return false;
            }
            for (ByteString key : success.puts) {
                if (!addPut(key)) {
                    return false;
                }
            }
            for (ByteString key : failure.puts) {
                if (!success.puts.contains(key) && !addPut(key)) {
                    return false;
                }
            }
            deletes.addAll(success.deletes);
            deletes.addAll(failure.deletes);
            return true;
        }

        private boolean addPut(ByteString key) {
            byte[] bytes = key.toByteArray();
            for (KeyRange range : deletes) {
                if (range.contains(bytes)) {
                    return false;
                }
            }
            return puts.add(key);
        }

        /** A deletion without end is let through beside any put, and executed in its turn: etcd does so. */
        private void addDelete(DeleteRangeRequest delete) {
            KeyRange range = KeyRange.of(
                    delete.getKey().toByteArray(), delete.getRangeEnd().toByteArray());
            if (range.to() != null) {
                deletes.add(range);
            }
        }
    }
}
