package io.fairlead.kv;

import io.fairlead.kv.mvcc.ChangeReader;
import io.fairlead.kv.mvcc.KeySpace;
import io.fairlead.kv.mvcc.RangeQuery;
import io.fairlead.kv.mvcc.StoreHash;
import io.fairlead.kv.mvcc.View;
import io.fairlead.kv.mvcc.ViewReader;
import io.fairlead.kv.mvcc.Views;
import io.fairlead.kv.proto.AlarmMember;
import io.fairlead.kv.proto.Event;
import io.fairlead.kv.proto.RangeRequest;
import io.fairlead.kv.proto.TxnRequest;
import io.fairlead.kv.txn.Txns;
import io.fairlead.kv.wire.ProtoWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * The reading side of the store. Every call sees the whole state after some batch of commands, at least as new as what
 * any earlier call saw, and what a completed command wrote.
 *
 * <p><b>Threads:</b> any. A call may read from disk, but waits for nobody. After the state machine was closed calls throw
 * {@link IllegalStateException}.
 */
public final class KvStore {
    private static final int USUAL_RESPONSE_BYTES = 512;
    private static final int HASH = 2;
    private static final int COMPACT_REVISION = 3;
    private static final int HASH_REVISION = 4;

    private final Views views;
    private final LongFunction<CompletableFuture<Void>> compactions;

    KvStore(Views views, LongFunction<CompletableFuture<Void>> compactions) {
        this.views = views;
        this.compactions = compactions;
    }

    /** Answers a range request; the body is that of a {@code RangeResponse}. The request was validated. */
    public KvResult range(RangeRequest request) {
        return read(keySpace -> {
            Optional<KvError> wrong = RangeQuery.check(keySpace, request);
            if (wrong.isPresent()) {
                return KvResult.failed(wrong.get());
            }
            ProtoWriter out = new ProtoWriter(USUAL_RESPONSE_BYTES);
            RangeQuery.answer(keySpace, request, out);
            return KvResult.of(keySpace.revision(), out.toByteArray());
        });
    }

    /**
     * Executes a transaction that only reads, see {@link KvRequests#isReadOnly}; the body is that of a {@code
     * TxnResponse}. The request was validated.
     */
    public KvResult txn(TxnRequest request) {
        if (!KvRequests.isReadOnly(request)) {
            throw new IllegalArgumentException("the transaction writes");
        }
        return read(keySpace -> {
            ProtoWriter out = new ProtoWriter(USUAL_RESPONSE_BYTES);
            Optional<KvError> wrong = Txns.read(keySpace, request, out);
            return wrong.map(KvResult::failed).orElseGet(() -> KvResult.of(keySpace.revision(), out.toByteArray()));
        });
    }

    /**
     * Shows all changes of a range's keys from a revision on, in their order: what a watcher that begins there is told.
     * Whoever goes on behind the revision of the result misses nothing and sees nothing twice.
     *
     * @param from the first revision that is shown; there need not be anything yet
     * @param withPrevious whether events have the version that they ended, as far as it can still be read
     * @return with no body; that the revision was compacted, if so, and nothing was shown
     */
    public KvResult changes(KeyRange range, long from, boolean withPrevious, Consumer<Event> events) {
        return readView(view -> {
            if (from < view.state().compactedRevision()) {
                return KvResult.failed(KvError.COMPACTED);
            }
            new ChangeReader(view).read(range, from, withPrevious, events);
            return KvResult.of(view.state().revision());
        });
    }

    /**
     * Hashes all changes up to a revision as etcd does; the body is that of a {@code HashKVResponse}. Takes long: not for
     * an event loop.
     *
     * @param revision the revision; 0 for the present one
     */
    public KvResult hashKv(long revision) {
        return readView(view -> {
            long newest = view.state().revision();
            long compacted = view.state().compactedRevision();
            Optional<KvError> wrong = RangeQuery.checkRevision(revision, newest, compacted);
            if (wrong.isPresent()) {
                return KvResult.failed(wrong.get());
            }
            long at = revision <= 0 ? newest : revision;
            ProtoWriter out = new ProtoWriter(32);
            out.int64(HASH, Integer.toUnsignedLong(StoreHash.hashKv(view, at)));
            out.int64(COMPACT_REVISION, compacted);
            out.int64(HASH_REVISION, at);
            return KvResult.of(newest, out.toByteArray());
        });
    }

    /**
     * Hashes everything that must be equal on all members that have applied the same entries. Takes long: not for an event
     * loop.
     */
    public long hash() {
        return readView(StoreHash::hash);
    }

    /** The newest revision; a fresh store is at 1. */
    public long currentRevision() {
        return readView(view -> view.state().revision());
    }

    /** The oldest revision that can be read; -1 if nothing was ever compacted. */
    public long compactedRevision() {
        return readView(view -> view.state().compactedRevision());
    }

    /** The last log entry whose effect can be read. */
    public long appliedIndex() {
        return readView(view -> view.state().appliedIndex());
    }

    /** The alarms that are raised, by type and member. */
    public List<AlarmMember> alarms() {
        return readView(View::alarms);
    }

    /** Completes, on a thread of the store, when nothing is left of what a compaction made unreadable. */
    public CompletableFuture<Void> compacted(long revision) {
        return compactions.apply(revision);
    }

    /** Bytes of files and of memory that is yet to become files. */
    public long dbSizeBytes() {
        return readView(View::sizeBytes);
    }

    /** Estimate of the bytes that would remain if all that is obsolete were gone. */
    public long dbSizeInUseBytes() {
        return readView(View::liveBytes);
    }

    private <T> T read(Function<KeySpace, T> reading) {
        return readView(view -> reading.apply(new ViewReader(view)));
    }

    private <T> T readView(Function<View, T> reading) {
        View view = views.acquire();
        try {
            return reading.apply(view);
        } finally {
            view.release();
        }
    }
}
