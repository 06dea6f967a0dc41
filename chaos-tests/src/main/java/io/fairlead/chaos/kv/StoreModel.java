package io.fairlead.chaos.kv;

import com.google.protobuf.Message;
import io.fairlead.kv.KvError;
import io.fairlead.kv.proto.CompactionRequest;
import io.fairlead.kv.proto.CompactionResponse;
import io.fairlead.kv.proto.Compare;
import io.fairlead.kv.proto.DeleteRangeRequest;
import io.fairlead.kv.proto.DeleteRangeResponse;
import io.fairlead.kv.proto.Event;
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
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What the store has to answer, as plainly as it can be said: the whole content at every revision there ever was, and
 * what changed in each. Knows the kinds of request that {@link Requests} draws; keys are ASCII.
 */
final class StoreModel {
    private final List<NavigableMap<String, KeyValue>> contents = new ArrayList<>();
    private final List<List<Event>> events = new ArrayList<>();
    private long compacted = -1;
    private NavigableMap<String, KeyValue> now = new TreeMap<>();
    private List<Event> changes = List.of();

    StoreModel() {
        for (int revision = 0; revision <= 1; revision++) {
            contents.add(now);
            events.add(changes);
        }
    }

    /** A request that the store must refuse. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        final KvError error;

        Refused(KvError error) {
            super(error.message());
            this.error = error;
        }
    }

    long revision() {
        return contents.size() - 1L;
    }

    /** The oldest revision that can be read; -1 if there was no compaction. */
    long compacted() {
        return compacted;
    }

    /** What changed in a revision, each change with the version that it ended. */
    List<Event> changesOf(long revision) {
        return events.get((int) revision);
    }

    /** Executes the next request of the log. */
    Answer execute(Message request) {
        now = new TreeMap<>(contents.get(contents.size() - 1));
        changes = new ArrayList<>();
        try {
            Message response = write(request);
            if (!changes.isEmpty()) {
                contents.add(now);
                events.add(changes);
            }
            return Answer.of(response);
        } catch (Refused refused) {
            return Answer.refused(refused.error);
        }
    }

    private Message write(Message request) throws Refused {
        if (request instanceof PutRequest put) {
            check(put);
            return put(put);
        }
        if (request instanceof DeleteRangeRequest delete) {
            return delete(delete);
        }
        if (request instanceof TxnRequest txn) {
            return txn(txn);
        }
        if (request instanceof CompactionRequest compaction) {
            return compact(compaction.getRevision());
        }
        throw new IllegalArgumentException("the model does not know " + request);
    }

    /** What a read must answer where {@code revision} is the newest one. */
    Answer read(RangeRequest range, long revision) {
        long at = range.getRevision() > 0 ? range.getRevision() : revision;
        return Answer.of(range(range, contents.get((int) at), revision));
    }

    private long headerRevision() {
        return revision() + (changes.isEmpty() ? 0 : 1);
    }

    private static ResponseHeader header(long revision) {
        return ResponseHeader.newBuilder().setRevision(revision).build();
    }

    private void check(PutRequest put) throws Refused {
        if (put.getIgnoreValue() && !now.containsKey(put.getKey().toStringUtf8())) {
            throw new Refused(KvError.KEY_NOT_FOUND);
        }
    }

    private void check(RangeRequest range) throws Refused {
        if (range.getRevision() > revision()) {
            throw new Refused(KvError.FUTURE_REVISION);
        }
        if (range.getRevision() > 0 && range.getRevision() < compacted) {
            throw new Refused(KvError.COMPACTED);
        }
    }

    private PutResponse put(PutRequest put) {
        String key = put.getKey().toStringUtf8();
        KeyValue before = now.get(key);
        KeyValue.Builder after = KeyValue.newBuilder()
                .setKey(put.getKey())
                .setValue(before != null && put.getIgnoreValue() ? before.getValue() : put.getValue())
                .setModRevision(revision() + 1)
                .setCreateRevision(before == null ? revision() + 1 : before.getCreateRevision())
                .setVersion(before == null ? 1 : before.getVersion() + 1);
        Event.Builder event = Event.newBuilder().setKv(after);
        PutResponse.Builder response = PutResponse.newBuilder();
        if (before != null) {
            event.setPrevKv(before);
            if (put.getPrevKv()) {
                response.setPrevKv(before);
            }
        }
        now.put(key, after.build());
        changes.add(event.build());
        return response.setHeader(header(headerRevision())).build();
    }

    private DeleteRangeResponse delete(DeleteRangeRequest delete) {
        NavigableMap<String, KeyValue> gone =
                select(now, delete.getKey().toStringUtf8(), delete.getRangeEnd().toStringUtf8());
        DeleteRangeResponse.Builder response = DeleteRangeResponse.newBuilder().setDeleted(gone.size());
        for (KeyValue kv : gone.values()) {
            KeyValue tombstone = KeyValue.newBuilder()
                    .setKey(kv.getKey())
                    .setModRevision(revision() + 1)
                    .build();
            changes.add(Event.newBuilder()
                    .setType(Event.EventType.DELETE)
                    .setKv(tombstone)
                    .setPrevKv(kv)
                    .build());
            if (delete.getPrevKv()) {
                response.addPrevKvs(kv);
            }
        }
        gone.clear();
        return response.setHeader(header(headerRevision())).build();
    }

    private TxnResponse txn(TxnRequest txn) throws Refused {
        boolean succeeded = txn.getCompareList().stream().allMatch(this::holds);
        List<RequestOp> ops = succeeded ? txn.getSuccessList() : txn.getFailureList();
        for (RequestOp op : ops) {
            if (op.hasRequestPut()) {
                check(op.getRequestPut());
            } else if (op.hasRequestRange()) {
                check(op.getRequestRange());
            }
        }
        TxnResponse.Builder response = TxnResponse.newBuilder().setSucceeded(succeeded);
        for (RequestOp op : ops) {
            response.addResponses(execute(op));
        }
        return response.setHeader(header(headerRevision())).build();
    }

    private ResponseOp execute(RequestOp op) {
        ResponseOp.Builder answer = ResponseOp.newBuilder();
        if (op.hasRequestPut()) {
            answer.setResponsePut(put(op.getRequestPut()));
        } else if (op.hasRequestDeleteRange()) {
            answer.setResponseDeleteRange(delete(op.getRequestDeleteRange()));
        } else {
            RangeRequest range = op.getRequestRange();
            var content = range.getRevision() > 0 ? contents.get((int) range.getRevision()) : now;
            answer.setResponseRange(range(range, content, headerRevision()));
        }
        return answer.build();
    }

    private boolean holds(Compare compare) {
        KeyValue kv = now.getOrDefault(compare.getKey().toStringUtf8(), KeyValue.getDefaultInstance());
        if (compare.getTarget() == Compare.CompareTarget.VALUE) {
            return kv.getVersion() != 0 && kv.getValue().equals(compare.getValue());
        }
        long found = compare.getTarget() == Compare.CompareTarget.VERSION ? kv.getVersion() : kv.getModRevision();
        long wanted =
                compare.getTarget() == Compare.CompareTarget.VERSION ? compare.getVersion() : compare.getModRevision();
        return switch (compare.getResult()) {
            case EQUAL -> found == wanted;
            case NOT_EQUAL -> found != wanted;
            case GREATER -> found > wanted;
            default -> found < wanted;
        };
    }

    private CompactionResponse compact(long revision) throws Refused {
        if (revision <= compacted) {
            throw new Refused(KvError.COMPACTED);
        }
        if (revision > revision()) {
            throw new Refused(KvError.FUTURE_REVISION);
        }
        compacted = revision;
        return CompactionResponse.newBuilder().setHeader(header(revision())).build();
    }

    private static RangeResponse range(RangeRequest range, NavigableMap<String, KeyValue> content, long revision) {
        var found = select(
                content, range.getKey().toStringUtf8(), range.getRangeEnd().toStringUtf8());
        RangeResponse.Builder response =
                RangeResponse.newBuilder().setHeader(header(revision)).setCount(found.size());
        if (!range.getCountOnly()) {
            long limit = range.getLimit() > 0 ? range.getLimit() : Long.MAX_VALUE;
            found.values().stream()
                    .limit(limit)
                    .map(kv -> range.getKeysOnly() ? kv.toBuilder().clearValue().build() : kv)
                    .forEach(response::addKvs);
            response.setMore(found.size() > limit);
        }
        return response.build();
    }

    private static NavigableMap<String, KeyValue> select(
            NavigableMap<String, KeyValue> content, String key, String end) {
        if (end.isEmpty()) {
            return content.subMap(key, true, key, true);
        }
        return end.equals("\0") ? content.tailMap(key, true) : content.subMap(key, true, end, false);
    }
}
