package io.fairlead.kv;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.fairlead.kv.proto.CompactionRequest;
import io.fairlead.kv.proto.CompactionResponse;
import io.fairlead.kv.proto.DeleteRangeRequest;
import io.fairlead.kv.proto.DeleteRangeResponse;
import io.fairlead.kv.proto.HashKVResponse;
import io.fairlead.kv.proto.PutRequest;
import io.fairlead.kv.proto.PutResponse;
import io.fairlead.kv.proto.RangeRequest;
import io.fairlead.kv.proto.RangeResponse;
import io.fairlead.kv.proto.TxnRequest;
import io.fairlead.kv.proto.TxnResponse;
import io.fairlead.raft.spi.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random commands against a plain model of what they mean; after every batch the answers and random readings must agree.
 * In between the store is closed, crashed and replayed, compacted, and moved to another place by a snapshot. Run more
 * with {@code -Dkv.model.batches}, one seed with {@code -Dseed}.
 */
class ModelTest {
    private static final int BATCHES = Integer.getInteger("kv.model.batches", 150);

    @TempDir
    Path directory;

    static LongStream seeds() {
        Long seed = Long.getLong("seed");
        return seed != null ? LongStream.of(seed) : LongStream.rangeClosed(1, 6);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void the_store_answers_as_the_model_does(long seed) throws IOException {
        try (Run run = new Run(seed)) {
            for (int i = 0; i < BATCHES; i++) {
                run.applyBatch();
                run.read();
                if (run.random.nextInt(20) == 0) {
                    run.disturb();
                }
            }
            run.crash(); // and replay everything that was not flushed
            run.compareHashes();
        }
    }

    private final class Run implements AutoCloseable {
        final Random random;
        private final RandomRequests requests;
        private final Model model = new Model();
        private final List<Command> log = new ArrayList<>();
        private int stores = 1;
        private TestStore store = new TestStore(directory.resolve("1"));

        Run(long seed) {
            random = new Random(seed);
            requests = new RandomRequests(random, true);
        }

        void applyBatch() {
            List<Command> batch = new ArrayList<>();
            List<MessageLite> asked = new ArrayList<>();
            List<Object> expected = new ArrayList<>();
            for (int i = 1 + random.nextInt(8); i > 0; i--) {
                MessageLite request = request();
                asked.add(request);
                expected.add(expected(request));
                batch.add(store.command(kind(request), request));
            }
            log.addAll(batch);
            List<KvResult> results = store.applyAll(batch);
            for (int i = 0; i < results.size(); i++) {
                assertThat(actual(results.get(i), asked.get(i)))
                        .as("entry %s: %s", batch.get(i).index(), asked.get(i))
                        .isEqualTo(expected.get(i));
            }
        }

        private MessageLite request() {
            int choice = random.nextInt(100);
            if (choice < 40) {
                return requests.put();
            }
            if (choice < 60) {
                return requests.delete();
            }
            if (choice < 98) {
                return requests.txn(model.revision(), model.compactedRevision());
            }
            long revision = requests.revision(model.revision(), model.compactedRevision());
            return CompactionRequest.newBuilder().setRevision(revision).build();
        }

        private Object expected(MessageLite request) {
            try {
                if (request instanceof PutRequest put) {
                    return model.put(put);
                } else if (request instanceof DeleteRangeRequest delete) {
                    return model.delete(delete);
                } else if (request instanceof TxnRequest txn) {
                    return model.txn(txn);
                } else if (request instanceof RangeRequest range) {
                    return model.range(range);
                }
                model.compact(((CompactionRequest) request).getRevision());
                CompactionResponse.Builder response = CompactionResponse.newBuilder();
                response.getHeaderBuilder().setRevision(model.revision());
                return response.build();
            } catch (Model.Refused e) {
                return e.error;
            }
        }

        void read() {
            for (int i = 0; i < 5; i++) {
                RangeRequest range = requests.range(model.revision(), model.compactedRevision());
                assertThat(actual(store.store().range(range), range))
                        .as("revision %s: %s", model.revision(), range)
                        .isEqualTo(expected(range));
            }
            TxnRequest txn = requests.txn(model.revision(), model.compactedRevision());
            if (KvRequests.isReadOnly(txn)) {
                assertThat(actual(store.store().txn(txn), txn)).isEqualTo(expected(txn));
            }
            assertThat(store.store().currentRevision()).isEqualTo(model.revision());
            assertThat(store.store().compactedRevision()).isEqualTo(model.compactedRevision());
            if (random.nextInt(10) == 0) {
                compareHashes();
            }
        }

        void compareHashes() {
            long revision = requests.revision(model.revision(), model.compactedRevision());
            KvResult result = store.store().hashKv(revision);
            try {
                int expected = model.hashKv(revision);
                HashKVResponse actual = result.toMessage(TestStore.HEADER, HashKVResponse.parser());
                assertThat(actual.getHash()).as("hash at %s", revision).isEqualTo(expected);
                assertThat(actual.getCompactRevision()).isEqualTo(model.compactedRevision());
            } catch (Model.Refused e) {
                assertThat(result.error()).isEqualTo(e.error);
            }
        }

        void disturb() throws IOException {
            switch (random.nextInt(4)) {
                case 0 -> store.reopen();
                case 1 -> crash();
                case 2 -> store.machine().startFlush();
                default -> move();
            }
        }

        /** Loses what was not flushed, then replays the log from what the store says it has. */
        void crash() {
            long hash = store.store().hash();
            store.crash();
            long durable = store.machine().durableIndex();
            List<Command> replayed = log.subList((int) durable, log.size());
            for (int from = 0; from < replayed.size(); ) {
                int to = Math.min(replayed.size(), from + 1 + random.nextInt(50));
                store.applyAll(replayed.subList(from, to));
                from = to;
            }
            assertThat(store.store().hash()).isEqualTo(hash);
        }

        private void move() throws IOException {
            byte[] snapshot = store.snapshot();
            long hash = store.store().hash();
            long index = store.index();
            store.close();
            stores++;
            store = new TestStore(directory.resolve(Integer.toString(stores)));
            store.put("something", "else");
            store.restore(snapshot, index);
            assertThat(store.store().hash()).isEqualTo(hash);
        }

        private static KvCommand.Kind kind(MessageLite request) {
            if (request instanceof PutRequest) {
                return KvCommand.Kind.PUT;
            } else if (request instanceof DeleteRangeRequest) {
                return KvCommand.Kind.DELETE_RANGE;
            }
            return request instanceof TxnRequest ? KvCommand.Kind.TXN : KvCommand.Kind.COMPACTION;
        }

        private static Object actual(KvResult result, MessageLite request) {
            return result.isError() ? result.error() : result.toMessage(TestStore.HEADER, parser(request));
        }

        private static Parser<? extends Message> parser(MessageLite request) {
            if (request instanceof PutRequest) {
                return PutResponse.parser();
            } else if (request instanceof DeleteRangeRequest) {
                return DeleteRangeResponse.parser();
            } else if (request instanceof TxnRequest) {
                return TxnResponse.parser();
            }
            return request instanceof RangeRequest ? RangeResponse.parser() : CompactionResponse.parser();
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
