package io.fairlead.kv.mvcc;

import io.fairlead.kv.KeyRange;
import io.fairlead.kv.KvError;
import io.fairlead.kv.proto.RangeRequest;
import io.fairlead.kv.proto.RangeRequest.SortOrder;
import io.fairlead.kv.proto.RangeRequest.SortTarget;
import io.fairlead.kv.wire.ProtoWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Answers a range request over a key space. Keys are copied from where they are found straight into the response
 * wherever the request leaves them in the order of keys; else they are collected, sorted and cut.
 */
public final class RangeQuery {
    private static final int KVS = 2;
    private static final int MORE = 3;
    private static final int COUNT = 4;

    private RangeQuery() {}

    /** Why the request cannot be answered over this key space, if so. */
    public static Optional<KvError> check(KeySpace keySpace, RangeRequest request) {
        return checkRevision(request.getRevision(), keySpace.revision(), keySpace.compactedRevision());
    }

    /** Why a revision cannot be read, if so. */
    public static Optional<KvError> checkRevision(long revision, long newest, long compacted) {
        if (revision <= 0) {
            return Optional.empty();
        }
        if (revision > newest) {
            return Optional.of(KvError.FUTURE_REVISION);
        }
        return revision < compacted ? Optional.of(KvError.COMPACTED) : Optional.empty();
    }

    /** Writes the response's fields behind the header. The request was checked. */
    public static void answer(KeySpace keySpace, RangeRequest request, ProtoWriter out) {
        KeyRange range = KeyRange.of(
                request.getKey().toByteArray(), request.getRangeEnd().toByteArray());
        long at = Math.max(request.getRevision(), 0);
        if (request.getCountOnly()) {
            out.int64(COUNT, countOnly(keySpace, range, at));
        } else if (range.isSingle()) {
            single(keySpace, range, at, request, out);
        } else if (isInOrder(request)) {
            inOrder(keySpace, range, at, request, out);
        } else {
            sorted(keySpace, range, at, request, out);
        }
    }

    private static long countOnly(KeySpace keySpace, KeyRange range, long at) {
        if (range.isSingle()) {
            return keySpace.get(range.from(), at, false, new StoredVersion()) ? 1 : 0;
        }
        return keySpace.count(range, at);
    }

    private static void single(KeySpace keySpace, KeyRange range, long at, RangeRequest request, ProtoWriter out) {
        StoredVersion version = new StoredVersion();
        boolean withValue = !request.getKeysOnly();
        if (!keySpace.get(range.from(), at, withValue, version)) {
            return;
        }
        if (passes(version, request)) {
            version.writeTo(out, KVS, withValue);
        }
        out.int64(COUNT, 1);
    }

    /** Tells if the response has the first keys of the range, in order, all of them or up to the limit. */
    private static boolean isInOrder(RangeRequest request) {
        return !hasFilter(request)
                && request.getSortTarget() == SortTarget.KEY
                && request.getSortOrder() != SortOrder.DESCEND;
    }

    private static boolean hasFilter(RangeRequest request) {
        return request.getMinModRevision() != 0
                || request.getMaxModRevision() != 0
                || request.getMinCreateRevision() != 0
                || request.getMaxCreateRevision() != 0;
    }

    private static void inOrder(KeySpace keySpace, KeyRange range, long at, RangeRequest request, ProtoWriter out) {
        long limit = request.getLimit();
        boolean withValues = !request.getKeysOnly();
        long[] written = {0};
        boolean[] more = {false};
        keySpace.scan(range, at, withValues, version -> {
            if (limit > 0 && written[0] == limit) {
                more[0] = true;
                return false;
            }
            version.writeTo(out, KVS, withValues);
            written[0]++;
            return true;
        });
        out.bool(MORE, more[0]);
        out.int64(COUNT, more[0] ? keySpace.count(range, at) : written[0]);
    }

    private static void sorted(KeySpace keySpace, KeyRange range, long at, RangeRequest request, ProtoWriter out) {
        long limit = request.getLimit();
        boolean withValues = !request.getKeysOnly();
        boolean byValue = request.getSortTarget() == SortTarget.VALUE;
        // Without an order the limit is applied before sorting: that is what etcd does.
        boolean cutFirst = limit > 0 && request.getSortOrder() == SortOrder.NONE && !hasFilter(request);
        List<Hit> hits = new ArrayList<>();
        long[] seen = {0};
        keySpace.scan(range, at, withValues || byValue, version -> {
            seen[0]++;
            if (passes(version, request)) {
                hits.add(new Hit(version, withValues, byValue));
            }
            return !cutFirst || hits.size() <= limit;
        });
        sort(hits, request);
        boolean more = limit > 0 && hits.size() > limit;
        for (Hit hit : more ? hits.subList(0, (int) limit) : hits) {
            out.message(KVS, hit.bytes, 0, hit.bytes.length);
        }
        out.bool(MORE, more);
        out.int64(COUNT, cutFirst && more ? keySpace.count(range, at) : seen[0]);
    }

    private static boolean passes(StoredVersion version, RangeRequest request) {
        return isAtLeast(version.modRevision(), request.getMinModRevision())
                && isAtMost(version.modRevision(), request.getMaxModRevision())
                && isAtLeast(version.createRevision(), request.getMinCreateRevision())
                && isAtMost(version.createRevision(), request.getMaxCreateRevision());
    }

    private static boolean isAtLeast(long revision, long bound) {
        return bound == 0 || revision >= bound;
    }

    private static boolean isAtMost(long revision, long bound) {
        return bound == 0 || revision <= bound;
    }

    /** Hits come in the order of their keys, and sorting is stable: so equal ones stay in that order. */
    private static void sort(List<Hit> hits, RangeRequest request) {
        Comparator<Hit> order = switch (request.getSortTarget()) {
            case VERSION -> Comparator.comparingLong(hit -> hit.version);
            case CREATE -> Comparator.comparingLong(hit -> hit.createRevision);
            case MOD -> Comparator.comparingLong(hit -> hit.modRevision);
            case VALUE -> (a, b) -> Arrays.compareUnsigned(a.value, b.value);
            default -> (a, b) -> Arrays.compareUnsigned(a.key, b.key);
        };
        hits.sort(request.getSortOrder() == SortOrder.DESCEND ? order.reversed() : order);
    }

    /** A key-value that is kept for sorting. */
    private static final class Hit {
        final byte[] bytes;
        final byte[] key;
        final byte[] value;
        final long version;
        final long createRevision;
        final long modRevision;

        Hit(StoredVersion found, boolean withValue, boolean byValue) {
            bytes = withValue ? found.toBytes() : found.toBytesWithoutValue();
            key = found.key();
            value = byValue ? found.value() : key;
            version = found.version();
            createRevision = found.createRevision();
            modRevision = found.modRevision();
        }
    }
}
