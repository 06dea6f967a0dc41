package io.fairlead.kv.txn;

import io.fairlead.kv.mvcc.KeySpace;
import io.fairlead.kv.proto.RequestOp;
import io.fairlead.kv.proto.TxnRequest;
import java.util.ArrayList;
import java.util.List;

/** Which branches a transaction and its nested transactions take: all decided on the state before the outermost. */
final class Branches {
    private final TxnRequest txn;
    private final boolean succeeded;
    private final List<Branches> nested = new ArrayList<>();

    private Branches(TxnRequest txn, boolean succeeded) {
        this.txn = txn;
        this.succeeded = succeeded;
    }

    static Branches choose(KeySpace keySpace, TxnRequest txn) {
        Branches branches = new Branches(txn, Compares.allHold(keySpace, txn.getCompareList()));
        for (RequestOp op : branches.ops()) {
            if (op.hasRequestTxn()) {
                branches.nested.add(choose(keySpace, op.getRequestTxn()));
            }
        }
        return branches;
    }

    boolean succeeded() {
        return succeeded;
    }

    List<RequestOp> ops() {
        return succeeded ? txn.getSuccessList() : txn.getFailureList();
    }

    /** The choices of the nested transactions in the taken branch, in their order. */
    List<Branches> nested() {
        return nested;
    }
}
