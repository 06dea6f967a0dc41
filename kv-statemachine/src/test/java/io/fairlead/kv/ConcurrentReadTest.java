package io.fairlead.kv;

import static io.fairlead.kv.TestStore.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.kv.proto.KeyValue;
import io.fairlead.kv.proto.PutRequest;
import io.fairlead.kv.proto.RangeRequest;
import io.fairlead.kv.proto.RangeResponse;
import io.fairlead.kv.proto.RequestOp;
import io.fairlead.kv.proto.TxnRequest;
import io.fairlead.raft.spi.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers beside the applier: each answer is the whole state at the revision in its header. */
class ConcurrentReadTest {
    private static final int PAIRS = 40;

    @TempDir
    Path directory;

    @Test
    void readers_never_see_half_a_transaction() throws IOException, InterruptedException, ExecutionException {
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService readers = Executors.newFixedThreadPool(3);
        try (TestStore store = new TestStore(directory)) {
            List<Future<Long>> reading = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                reading.add(readers.submit(() -> read(store.store(), done)));
            }
            write(store);
            done.set(true);
            for (Future<Long> reader : reading) {
                assertThat(reader.get()).isPositive();
            }
        } finally {
            readers.shutdownNow();
        }
    }

    /** Each transaction raises every counter by one, so at revision r all of them are r - 1. */
    private static void write(TestStore store) throws IOException {
        for (int round = 0; round < 150; round++) {
            List<Command> batch = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                TxnRequest.Builder txn = TxnRequest.newBuilder();
                for (int key = 0; key < PAIRS; key++) {
                    txn.addSuccess(RequestOp.newBuilder()
                            .setRequestPut(PutRequest.newBuilder()
                                    .setKey(bytes("k%02d".formatted(key)))
                                    .setValue(bytes(Integer.toString(round * 5 + i + 1)))));
                }
                batch.add(store.command(KvCommand.Kind.TXN, txn.build()));
            }
            store.applyAll(batch);
            if (round % 50 == 49) {
                store.compact(store.store().currentRevision() - 3);
                store.restore(store.snapshot(), store.index());
            }
        }
    }

    private static long read(KvStore store, AtomicBoolean done) {
        RangeRequest.Builder all = RangeRequest.newBuilder().setKey(bytes("k")).setRangeEnd(bytes("l"));
        long previous = 0;
        while (!done.get()) {
            RangeResponse now = range(store, all.setRevision(0).setLimit(0));
            long revision = now.getHeader().getRevision();
            assertThat(revision).isGreaterThanOrEqualTo(previous);
            check(now, revision);
            RangeResponse limited = range(store, all.setLimit(3));
            long count = limited.getHeader().getRevision() == 1 ? 0 : PAIRS;
            assertThat(limited.getCount()).isEqualTo(count);
            KvResult past = store.range(
                    all.setRevision(Math.max(1, revision - 2)).setLimit(0).build());
            if (!past.isError()) {
                check(past.toMessage(TestStore.HEADER, RangeResponse.parser()), Math.max(1, revision - 2));
            }
            previous = revision;
        }
        return previous;
    }

    private static RangeResponse range(KvStore store, RangeRequest.Builder range) {
        return store.range(range.build()).toMessage(TestStore.HEADER, RangeResponse.parser());
    }

    private static void check(RangeResponse answer, long revision) {
        assertThat(answer.getKvsCount()).isEqualTo(revision == 1 ? 0 : PAIRS);
        for (KeyValue kv : answer.getKvsList()) {
            assertThat(kv.getModRevision()).isEqualTo(revision);
            assertThat(kv.getValue().toStringUtf8()).isEqualTo(Long.toString(revision - 1));
        }
    }
}
