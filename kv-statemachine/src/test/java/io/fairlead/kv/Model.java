package io.fairlead.kv;

import com.google.protobuf.ByteString;
import io.fairlead.kv.proto.Compare;
import io.fairlead.kv.proto.DeleteRangeRequest;
import io.fairlead.kv.proto.DeleteRangeResponse;
import io.fairlead.kv.proto.KeyValue;
import io.fairlead.kv.proto.PutRequest;
import io.fairlead.kv.proto.PutResponse;
import io.fairlead.kv.proto.RangeRequest;
import io.fairlead.kv.proto.RangeResponse;
import io.fairlead.kv.proto.RequestOp;
import io.fairlead.kv.proto.ResponseHeader;
import io.fairlead.kv.proto.ResponseOp;
import io.fairlead.kv.proto.TxnRequest;
import io.fairlead.kv.proto.TxnResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * What the store must answer, written as plainly as possible: one sorted map of key-values for every revision, and the
 * list of all changes. An error is thrown; nothing has changed then.
 */
final class Model {
    private static final Comparator<ByteString> BYTES = ByteString.unsignedLexicographicalComparator();

    private final List<NavigableMap<ByteString, KeyValue>> states = new ArrayList<>();
    private List<Change> changes = new ArrayList<>();
    private NavigableMap<ByteString, KeyValue> now = new TreeMap<>(BYTES);
    private int written;
    private long compacted = -1;

    Model() {
        states.add(now); // there is no revision 0
        states.add(now);
    }

    private record Change(long main, int sub, boolean isTombstone, KeyValue kv) {}

    /** A refused request. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        final KvError error;

        Refused(KvError error) {
            super(error.message());
            this.error = error;
        }
    }

    long revision() {
        return states.size() - 1L;
    }

    long compactedRevision() {
        return compacted;
    }

    long count() {
        return now.size();
    }

    PutResponse put(PutRequest put) throws Refused {
        begin();
        checkLease(put);
        checkPrevious(put);
        PutResponse.Builder response = executePut(put);
        end();
        return response.setHeader(header(revision())).build();
    }

    DeleteRangeResponse delete(DeleteRangeRequest delete) {
        begin();
        DeleteRangeResponse.Builder response = executeDelete(delete);
        end();
        return response.setHeader(header(revision())).build();
    }

    TxnResponse txn(TxnRequest txn) throws Refused {
        begin();
        TxnResponse.Builder response = TxnResponse.newBuilder();
        List<Boolean> choices = new ArrayList<>();
        choose(txn, choices);
        check(txn, new ArrayList<>(choices));
        execute(txn, choices, response);
        end();
        return response.setHeader(header(revision())).build();
    }

    RangeResponse range(RangeRequest range) throws Refused {
        begin();
        checkRevision(range.getRevision());
        return executeRange(range).setHeader(header(revision())).build();
    }

    void compact(long revision) throws Refused {
        if (revision <= compacted) {
            throw new Refused(KvError.COMPACTED);
        }
        if (revision > revision()) {
            throw new Refused(KvError.FUTURE_REVISION);
        }
        compacted = revision;
        List<Change> left = new ArrayList<>();
        for (Change change : changes) {
            boolean isNewest = changes.stream()
                    .noneMatch(later -> later.kv.getKey().equals(change.kv.getKey())
                            && later.main <= revision
                            && (later.main > change.main || (later.main == change.main && later.sub > change.sub)));
            boolean isOldTombstone = change.isTombstone && change.main < revision;
            if (change.main > revision || (isNewest && !isOldTombstone)) {
                left.add(change);
            }
        }
        changes = left;
    }

    /** etcd's hash, see kvHasher and its use of the index there. */
    int hashKv(long revision) throws Refused {
        checkRevision(revision);
        long at = revision == 0 ? revision() : revision;
        Collection<KeyValue> live = states.get((int) at).values();
        CRC32C hash = new CRC32C();
        hash.update("key".getBytes(StandardCharsets.US_ASCII));
        for (Change change : changes) {
            if (change.main > at) {
                continue;
            }
            boolean isKept = !change.isTombstone && live.contains(change.kv);
            if (change.main <= compacted && !live.isEmpty() && !isKept) {
                continue;
            }
            if (change.main == compacted && change.isTombstone) {
                continue;
            }
            ByteBuffer key =
                    ByteBuffer.allocate(18).putLong(change.main).put((byte) '_').putLong(change.sub);
            if (change.isTombstone) {
                key.put((byte) 't');
            }
            hash.update(key.flip());
            hash.update(change.kv.toByteArray());
        }
        return (int) hash.getValue();
    }

    private void begin() {
        written = 0;
        now = new TreeMap<>(states.get(states.size() - 1));
    }

    private void end() {
        if (written > 0) {
            states.add(now);
        }
    }

    private long headerRevision() {
        return revision() + (written > 0 ? 1 : 0);
    }

    private static ResponseHeader header(long revision) {
        return ResponseHeader.newBuilder().setRevision(revision).build();
    }

    private void checkRevision(long revision) throws Refused {
        if (revision > revision()) {
            throw new Refused(KvError.FUTURE_REVISION);
        }
        if (revision > 0 && revision < compacted) {
            throw new Refused(KvError.COMPACTED);
        }
    }

    private static void checkLease(PutRequest put) throws Refused {
        if (put.getLease() != 0) {
            throw new Refused(KvError.LEASE_NOT_FOUND);
        }
    }

    private void checkPrevious(PutRequest put) throws Refused {
        if ((put.getIgnoreValue() || put.getIgnoreLease()) && !now.containsKey(put.getKey())) {
            throw new Refused(KvError.KEY_NOT_FOUND);
        }
    }

    private PutResponse.Builder executePut(PutRequest put) {
        PutResponse.Builder response = PutResponse.newBuilder();
        KeyValue before = now.get(put.getKey());
        long main = revision() + 1;
        KeyValue.Builder kv = KeyValue.newBuilder()
                .setKey(put.getKey())
                .setValue(put.getValue())
                .setCreateRevision(main)
                .setModRevision(main)
                .setVersion(1);
        if (before != null) {
            kv.setCreateRevision(before.getCreateRevision()).setVersion(before.getVersion() + 1);
            if (put.getIgnoreValue()) {
                kv.setValue(before.getValue());
            }
            if (put.getPrevKv()) {
                response.setPrevKv(before);
            }
        }
        now.put(put.getKey(), kv.build());
        changes.add(new Change(main, written++, false, kv.build()));
        return response;
    }

    private DeleteRangeResponse.Builder executeDelete(DeleteRangeRequest delete) {
        DeleteRangeResponse.Builder response = DeleteRangeResponse.newBuilder();
        List<KeyValue> gone = new ArrayList<>(select(now, delete.getKey(), delete.getRangeEnd()));
        for (KeyValue kv : gone) {
            now.remove(kv.getKey());
            KeyValue tombstone = KeyValue.newBuilder().setKey(kv.getKey()).build();
            changes.add(new Change(revision() + 1, written++, true, tombstone));
            if (delete.getPrevKv()) {
                response.addPrevKvs(kv);
            }
        }
        return response.setDeleted(gone.size());
    }

    private RangeResponse.Builder executeRange(RangeRequest range) {
        var state = range.getRevision() > 0 ? states.get((int) range.getRevision()) : now;
        List<KeyValue> all = new ArrayList<>(select(state, range.getKey(), range.getRangeEnd()));
        RangeResponse.Builder response = RangeResponse.newBuilder().setCount(all.size());
        if (range.getCountOnly()) {
            return response;
        }
        boolean filters = range.getMinModRevision() != 0
                || range.getMaxModRevision() != 0
                || range.getMinCreateRevision() != 0
                || range.getMaxCreateRevision() != 0;
        boolean unordered = range.getSortOrder() == RangeRequest.SortOrder.NONE;
        List<KeyValue> hits = all;
        if (range.getLimit() > 0 && unordered && !filters && all.size() > range.getLimit()) {
            hits = new ArrayList<>(all.subList(0, (int) range.getLimit() + 1));
        }
        hits.removeIf(kv -> !passes(kv, range));
        Comparator<KeyValue> order = order(range.getSortTarget());
        if (!unordered || range.getSortTarget() != RangeRequest.SortTarget.KEY) {
            boolean descends = range.getSortOrder() == RangeRequest.SortOrder.DESCEND;
            hits.sort(descends ? order.reversed() : order);
        }
        if (range.getLimit() > 0 && hits.size() > range.getLimit()) {
            hits = hits.subList(0, (int) range.getLimit());
            response.setMore(true);
        }
        for (KeyValue kv : hits) {
            response.addKvs(range.getKeysOnly() ? kv.toBuilder().clearValue().build() : kv);
        }
        return response;
    }

    private static boolean passes(KeyValue kv, RangeRequest range) {
        return (range.getMinModRevision() == 0 || kv.getModRevision() >= range.getMinModRevision())
                && (range.getMaxModRevision() == 0 || kv.getModRevision() <= range.getMaxModRevision())
                && (range.getMinCreateRevision() == 0 || kv.getCreateRevision() >= range.getMinCreateRevision())
                && (range.getMaxCreateRevision() == 0 || kv.getCreateRevision() <= range.getMaxCreateRevision());
    }

    private static Comparator<KeyValue> order(RangeRequest.SortTarget target) {
        return switch (target) {
            case VERSION -> Comparator.comparingLong(KeyValue::getVersion);
            case CREATE -> Comparator.comparingLong(KeyValue::getCreateRevision);
            case MOD -> Comparator.comparingLong(KeyValue::getModRevision);
            case VALUE -> Comparator.comparing(KeyValue::getValue, BYTES);
            default -> Comparator.comparing(KeyValue::getKey, BYTES);
        };
    }

    private static Collection<KeyValue> select(
            NavigableMap<ByteString, KeyValue> state, ByteString key, ByteString end) {
        if (end.isEmpty()) {
            return state.containsKey(key) ? List.of(state.get(key)) : List.of();
        }
        if (end.size() == 1 && end.byteAt(0) == 0) {
            return state.tailMap(key, true).values();
        }
        return BYTES.compare(key, end) < 0 ? state.subMap(key, true, end, false).values() : List.of();
    }

    private void choose(TxnRequest txn, List<Boolean> choices) {
        boolean holds = txn.getCompareList().stream().allMatch(this::holds);
        choices.add(holds);
        for (RequestOp op : holds ? txn.getSuccessList() : txn.getFailureList()) {
            if (op.hasRequestTxn()) {
                choose(op.getRequestTxn(), choices);
            }
        }
    }

    private void check(TxnRequest txn, List<Boolean> choices) throws Refused {
        for (RequestOp op : choices.remove(0) ? txn.getSuccessList() : txn.getFailureList()) {
            if (op.hasRequestRange()) {
                checkRevision(op.getRequestRange().getRevision());
            } else if (op.hasRequestPut()) {
                checkPrevious(op.getRequestPut());
                checkLease(op.getRequestPut());
            } else if (op.hasRequestTxn()) {
                check(op.getRequestTxn(), choices);
            }
        }
    }

    private void execute(TxnRequest txn, List<Boolean> choices, TxnResponse.Builder response) {
        boolean succeeded = choices.remove(0);
        response.setSucceeded(succeeded);
        for (RequestOp op : succeeded ? txn.getSuccessList() : txn.getFailureList()) {
            ResponseOp.Builder answer = ResponseOp.newBuilder();
            if (op.hasRequestRange()) {
                answer.setResponseRange(executeRange(op.getRequestRange()).setHeader(header(headerRevision())));
            } else if (op.hasRequestPut()) {
                PutResponse.Builder put = executePut(op.getRequestPut());
                answer.setResponsePut(put.setHeader(header(headerRevision())));
            } else if (op.hasRequestDeleteRange()) {
                DeleteRangeResponse.Builder delete = executeDelete(op.getRequestDeleteRange());
                answer.setResponseDeleteRange(delete.setHeader(header(headerRevision())));
            } else {
                TxnResponse.Builder nested = TxnResponse.newBuilder().setHeader(ResponseHeader.getDefaultInstance());
                execute(op.getRequestTxn(), choices, nested);
                answer.setResponseTxn(nested);
            }
            response.addResponses(answer);
        }
    }

    private boolean holds(Compare compare) {
        Collection<KeyValue> kvs = select(now, compare.getKey(), compare.getRangeEnd());
        if (kvs.isEmpty()) {
            return compare.getTarget() != Compare.CompareTarget.VALUE && holds(compare, KeyValue.getDefaultInstance());
        }
        return kvs.stream().allMatch(kv -> holds(compare, kv));
    }

    private static boolean holds(Compare compare, KeyValue kv) {
        int order = switch (compare.getTarget()) {
            case VERSION -> Long.compare(kv.getVersion(), compare.getVersion());
            case CREATE -> Long.compare(kv.getCreateRevision(), compare.getCreateRevision());
            case MOD -> Long.compare(kv.getModRevision(), compare.getModRevision());
            case VALUE -> BYTES.compare(kv.getValue(), compare.getValue());
            case LEASE -> Long.compare(kv.getLease(), compare.getLease());
            default -> 0;
        };
        return switch (compare.getResult()) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case GREATER -> order > 0;
            case LESS -> order < 0;
            default -> true;
        };
    }
}
