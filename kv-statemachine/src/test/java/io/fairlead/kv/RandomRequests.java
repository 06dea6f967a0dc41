package io.fairlead.kv;

import com.google.protobuf.ByteString;
import io.fairlead.kv.proto.Compare;
import io.fairlead.kv.proto.DeleteRangeRequest;
import io.fairlead.kv.proto.PutRequest;
import io.fairlead.kv.proto.RangeRequest;
import io.fairlead.kv.proto.RequestOp;
import io.fairlead.kv.proto.TxnRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Requests over few keys that lie close together, so that ends of ranges and successors of keys are met all the time. */
final class RandomRequests {
    private final Random random;
    private final List<ByteString> keys = new ArrayList<>();
    private final boolean withLargeValues;

    RandomRequests(Random random, boolean isLarge) {
        this.random = random;
        withLargeValues = isLarge;
        for (String key : new String[] {
            "\0",
            "\0\0",
            "\0\1",
            "a",
            "a\0",
            "a\0\0",
            "a\0\1",
            "a\0\u00ff",
            "a\u00ff",
            "ab",
            "b",
            "b\u00ff\u00ff",
            "\u00ff",
            "\u00ff\u00ff"
        }) {
            keys.add(TestStore.bytes(key));
        }
        keys.add(TestStore.bytes("k".repeat(isLarge ? 1024 : 64)));
        for (int i = 0; i < (isLarge ? 30 : 6); i++) {
            keys.add(TestStore.bytes("dir/" + i));
        }
    }

    ByteString key() {
        return keys.get(random.nextInt(keys.size()));
    }

    ByteString end() {
        return switch (random.nextInt(5)) {
            case 0, 1 -> ByteString.EMPTY;
            case 2 -> TestStore.bytes("\0");
            default -> key();
        };
    }

    ByteString value() {
        int size = switch (random.nextInt(withLargeValues ? 12 : 6)) {
            case 0 -> 0;
            case 6 -> 1024;
            case 7 -> 1025;
            case 8 -> 5000;
            default -> 1 + random.nextInt(8);
        };
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    PutRequest put() {
        PutRequest.Builder put = PutRequest.newBuilder().setKey(key()).setPrevKv(oneIn(3));
        if (oneIn(8)) {
            put.setIgnoreValue(true);
        } else {
            put.setValue(value());
        }
        if (oneIn(15)) {
            put.setIgnoreLease(true);
        } else if (oneIn(40)) {
            put.setLease(77);
        }
        return put.build();
    }

    DeleteRangeRequest delete() {
        return DeleteRangeRequest.newBuilder()
                .setKey(key())
                .setRangeEnd(oneIn(2) ? ByteString.EMPTY : end())
                .setPrevKv(oneIn(2))
                .build();
    }

    RangeRequest range(long newest, long compacted) {
        RangeRequest.Builder range = RangeRequest.newBuilder()
                .setKey(key())
                .setRangeEnd(end())
                .setKeysOnly(oneIn(4))
                .setCountOnly(oneIn(6))
                .setSerializable(oneIn(3));
        if (oneIn(2)) {
            range.setLimit(random.nextInt(6));
        }
        if (oneIn(2)) {
            range.setRevision(revision(newest, compacted));
        }
        if (oneIn(3)) {
            range.setSortOrderValue(random.nextInt(3)).setSortTargetValue(random.nextInt(5));
        }
        if (oneIn(4)) {
            long bound = revision(newest, compacted);
            switch (random.nextInt(4)) {
                case 0 -> range.setMinModRevision(bound);
                case 1 -> range.setMaxModRevision(bound);
                case 2 -> range.setMinCreateRevision(bound);
                default -> range.setMaxCreateRevision(bound);
            }
        }
        return range.build();
    }

    /** A transaction of a form that a door would let through. */
    TxnRequest txn(long newest, long compacted) {
        while (true) {
            TxnRequest txn = txn(newest, compacted, 3).build();
            if (KvRequests.validate(txn).isEmpty()) {
                return txn;
            }
        }
    }

    /** A transaction that a door may refuse. */
    TxnRequest.Builder txn(long newest, long compacted, int depth) {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
            txn.addCompare(compare(newest, compacted));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            txn.addSuccess(op(newest, compacted, depth));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            txn.addFailure(op(newest, compacted, depth));
        }
        return txn;
    }

    private RequestOp op(long newest, long compacted, int depth) {
        RequestOp.Builder op = RequestOp.newBuilder();
        switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0, 1 -> op.setRequestRange(range(newest, compacted));
            case 2 -> op.setRequestDeleteRange(delete());
            case 3, 4, 5 -> op.setRequestPut(put());
            default -> op.setRequestTxn(txn(newest, compacted, depth - 1));
        }
        return op.build();
    }

    private Compare compare(long newest, long compacted) {
        Compare.Builder compare = Compare.newBuilder()
                .setKey(key())
                .setResultValue(random.nextInt(4))
                .setTargetValue(random.nextInt(5));
        if (oneIn(3)) {
            compare.setRangeEnd(end());
        }
        switch (compare.getTarget()) {
            case VERSION -> compare.setVersion(random.nextInt(3));
            case CREATE -> compare.setCreateRevision(oneIn(3) ? 0 : revision(newest, compacted));
            case MOD -> compare.setModRevision(oneIn(3) ? 0 : revision(newest, compacted));
            case VALUE -> compare.setValue(value());
            default -> compare.setLease(random.nextInt(2));
        }
        return compare.build();
    }

    /** Mostly a revision that can be read. */
    long revision(long newest, long compacted) {
        long oldest = Math.max(1, compacted);
        return oldest - 1 + random.nextInt((int) (newest - oldest) + 3);
    }

    private boolean oneIn(int bound) {
        return random.nextInt(bound) == 0;
    }
}
