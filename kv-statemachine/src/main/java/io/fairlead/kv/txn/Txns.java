package io.fairlead.kv.txn;

import io.fairlead.kv.KvError;
import io.fairlead.kv.mvcc.KeySpace;
import io.fairlead.kv.mvcc.MvccWriter;
import io.fairlead.kv.mvcc.RangeQuery;
import io.fairlead.kv.proto.RangeRequest;
import io.fairlead.kv.proto.RequestOp;
import io.fairlead.kv.proto.TxnRequest;
import io.fairlead.kv.wire.ProtoWriter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Executes one transaction: chooses branches, checks what they need against the state before, then executes them in
 * order. Nothing can fail once the first operation is under way.
 */
public final class Txns {
    private static final int HEADER = 1;
    private static final int HEADER_REVISION = 3;
    private static final int SUCCEEDED = 2;
    private static final int RESPONSES = 3;

    private final KeySpace keySpace;
    private final @Nullable MvccWriter writer;

    private Txns(KeySpace keySpace, @Nullable MvccWriter writer) {
        this.keySpace = keySpace;
        this.writer = writer;
    }

    /**
     * Executes a transaction that only reads.
     *
     * @param out gets the response's fields behind the header
     */
    public static Optional<KvError> read(KeySpace keySpace, TxnRequest txn, ProtoWriter out) {
        return new Txns(keySpace, null).execute(txn, out);
    }

    /**
     * Executes a transaction within a write that was begun.
     *
     * @param out gets the response's fields behind the header
     */
    public static Optional<KvError> write(MvccWriter writer, TxnRequest txn, ProtoWriter out) {
        return new Txns(writer, writer).execute(txn, out);
    }

    /** Tells if an operation of the transaction reads at a revision that it names. */
    public static boolean readsPast(TxnRequest txn) {
        return readsPast(txn.getSuccessList()) || readsPast(txn.getFailureList());
    }

    private static boolean readsPast(List<RequestOp> branch) {
        for (RequestOp op : branch) {
            if ((op.hasRequestRange() && op.getRequestRange().getRevision() > 0)
                    || (op.hasRequestTxn() && readsPast(op.getRequestTxn()))) {
                return true;
            }
        }
        return false;
    }

    private Optional<KvError> execute(TxnRequest txn, ProtoWriter out) {
        Branches branches = Branches.choose(keySpace, txn);
        Optional<KvError> wrong = check(branches);
        if (wrong.isEmpty()) {
            respond(branches, out);
        }
        return wrong;
    }

    private Optional<KvError> check(Branches branches) {
        int nested = 0;
        for (RequestOp op : branches.ops()) {
            Optional<KvError> wrong = Optional.empty();
            if (op.hasRequestRange()) {
                wrong = RangeQuery.check(keySpace, op.getRequestRange());
            } else if (op.hasRequestPut()) {
                wrong = WriteOps.checkInTxn(keySpace, op.getRequestPut());
            } else if (op.hasRequestTxn()) {
                wrong = check(branches.nested().get(nested++));
            }
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return Optional.empty();
    }

    private void respond(Branches branches, ProtoWriter out) {
        out.bool(SUCCEEDED, branches.succeeded());
        int nested = 0;
        for (RequestOp op : branches.ops()) {
            ProtoWriter response = new ProtoWriter(64);
            int field = op.getRequestCase().getNumber();
            switch (op.getRequestCase()) {
                case REQUEST_RANGE -> range(op.getRequestRange(), response);
                case REQUEST_PUT -> withHeader(response, body -> WriteOps.put(writer(), op.getRequestPut(), body));
                case REQUEST_DELETE_RANGE ->
                    withHeader(response, body -> WriteOps.delete(writer(), op.getRequestDeleteRange(), body));
                case REQUEST_TXN -> {
                    response.header(HEADER, 0); // etcd leaves the header of a nested transaction empty
                    respond(branches.nested().get(nested++), response);
                }
                default -> throw new IllegalStateException("an operation without a request was let through");
            }
            ProtoWriter wrapped = new ProtoWriter(response.size() + 8);
            wrapped.message(field, response.array(), 0, response.size());
            out.message(RESPONSES, wrapped.array(), 0, wrapped.size());
        }
    }

    private void range(RangeRequest request, ProtoWriter response) {
        withHeader(response, body -> RangeQuery.answer(keySpace, request, body));
    }

    /** A response inside a transaction has a header with nothing but the revision as it is by then. */
    private void withHeader(ProtoWriter response, Body body) {
        ProtoWriter rest = new ProtoWriter(64);
        body.writeTo(rest);
        long revision = keySpace.revision();
        response.header(HEADER, ProtoWriter.int64Size(HEADER_REVISION, revision));
        response.int64(HEADER_REVISION, revision);
        response.raw(rest.array(), 0, rest.size());
    }

    private MvccWriter writer() {
        if (writer == null) {
            throw new IllegalStateException("a transaction that only reads wants to write");
        }
        return writer;
    }

    private interface Body {
        void writeTo(ProtoWriter out);
    }
}
