package io.fairlead.kv.txn;

import io.fairlead.kv.KeyRange;
import io.fairlead.kv.KvError;
import io.fairlead.kv.mvcc.KeySpace;
import io.fairlead.kv.mvcc.MvccWriter;
import io.fairlead.kv.mvcc.StoredVersion;
import io.fairlead.kv.proto.DeleteRangeRequest;
import io.fairlead.kv.proto.PutRequest;
import io.fairlead.kv.wire.ProtoWriter;
import java.util.Optional;

/** Put and delete, alone or as parts of a transaction. */
public final class WriteOps {
    private static final int PREV_KV = 2;
    private static final int DELETED = 2;
    private static final int PREV_KVS = 3;

    private WriteOps() {}

    /** Why a put on its own cannot be executed on the present state, if so. */
    public static Optional<KvError> check(KeySpace keySpace, PutRequest put) {
        Optional<KvError> wrong = checkLease(put);
        return wrong.isPresent() ? wrong : checkPrevious(keySpace, put);
    }

    /** Why a put in a transaction cannot be executed, if so: etcd looks in the other order here. */
    static Optional<KvError> checkInTxn(KeySpace keySpace, PutRequest put) {
        Optional<KvError> wrong = checkPrevious(keySpace, put);
        return wrong.isPresent() ? wrong : checkLease(put);
    }

    private static Optional<KvError> checkLease(PutRequest put) {
        // There are no leases yet.
        return put.getLease() == 0 ? Optional.empty() : Optional.of(KvError.LEASE_NOT_FOUND);
    }

    private static Optional<KvError> checkPrevious(KeySpace keySpace, PutRequest put) {
        boolean isMissing = (put.getIgnoreValue() || put.getIgnoreLease())
                && !keySpace.get(put.getKey().toByteArray(), 0, false, new StoredVersion());
        return isMissing ? Optional.of(KvError.KEY_NOT_FOUND) : Optional.empty();
    }

    /** Executes a put that was checked; {@code out} gets the response's fields behind the header. */
    public static void put(MvccWriter writer, PutRequest put, ProtoWriter out) {
        byte[] key = put.getKey().toByteArray();
        byte[] value = put.getValue().toByteArray();
        long lease = put.getLease();
        if (put.getPrevKv() || put.getIgnoreValue() || put.getIgnoreLease()) {
            StoredVersion previous = new StoredVersion();
            if (writer.get(key, 0, true, previous)) {
                value = put.getIgnoreValue() ? previous.value() : value;
                lease = put.getIgnoreLease() ? previous.lease() : lease;
                if (put.getPrevKv()) {
                    previous.writeTo(out, PREV_KV, true);
                }
            }
        }
        writer.put(key, value, 0, value.length, lease);
    }

    /** Executes a deletion; {@code out} gets the response's fields behind the header. */
    public static void delete(MvccWriter writer, DeleteRangeRequest delete, ProtoWriter out) {
        KeyRange range =
                KeyRange.of(delete.getKey().toByteArray(), delete.getRangeEnd().toByteArray());
        ProtoWriter previous = new ProtoWriter(delete.getPrevKv() ? 256 : 0);
        if (delete.getPrevKv()) {
            if (range.isSingle()) {
                StoredVersion version = new StoredVersion();
                if (writer.get(range.from(), 0, true, version)) {
                    version.writeTo(previous, PREV_KVS, true);
                }
            } else {
                writer.scan(range, 0, true, version -> {
                    version.writeTo(previous, PREV_KVS, true);
                    return true;
                });
            }
        }
        out.int64(DELETED, writer.delete(range));
        out.raw(previous.array(), 0, previous.size());
    }
}
