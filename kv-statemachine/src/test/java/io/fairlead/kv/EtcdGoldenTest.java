package io.fairlead.kv;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.fairlead.kv.EtcdRecorder.Exchange;
import io.fairlead.kv.EtcdRecorder.Kind;
import io.fairlead.kv.proto.CompactionRequest;
import io.fairlead.kv.proto.CompactionResponse;
import io.fairlead.kv.proto.DeleteRangeRequest;
import io.fairlead.kv.proto.DeleteRangeResponse;
import io.fairlead.kv.proto.HashKVRequest;
import io.fairlead.kv.proto.HashKVResponse;
import io.fairlead.kv.proto.PutRequest;
import io.fairlead.kv.proto.PutResponse;
import io.fairlead.kv.proto.RangeRequest;
import io.fairlead.kv.proto.RangeResponse;
import io.fairlead.kv.proto.TxnRequest;
import io.fairlead.kv.proto.TxnResponse;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What etcd 3.4.23 answered to random requests, right and wrong ones, this store answers too, to the letter. The answers
 * were recorded with {@link EtcdRecorder}.
 */
class EtcdGoldenTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void answers_are_those_of_etcd(int recording) throws IOException {
        String name = "/etcd-3.4.23-" + recording + ".gz";
        try (InputStream file = Objects.requireNonNull(EtcdGoldenTest.class.getResourceAsStream(name));
                DataInputStream in = new DataInputStream(new GZIPInputStream(file));
                TestStore store = new TestStore(directory)) {
            int number = 0;
            for (Exchange expected = Exchange.read(in); expected != null; expected = Exchange.read(in)) {
                number++;
                assertThat(ask(store, expected.kind(), expected.request()))
                        .as("exchange %s: %s", number, expected.describe())
                        .isEqualTo(expected.answer());
            }
            assertThat(number).isGreaterThan(500);
        }
    }

    private static Object ask(TestStore store, Kind kind, byte[] request) throws InvalidProtocolBufferException {
        return switch (kind) {
            case PUT -> {
                PutRequest put = PutRequest.parseFrom(request);
                yield refused(KvRequests.validate(put))
                        .orElseGet(() -> answer(store.apply(KvCommand.Kind.PUT, put), PutResponse.parser()));
            }
            case DELETE -> {
                DeleteRangeRequest delete = DeleteRangeRequest.parseFrom(request);
                yield refused(KvRequests.validate(delete))
                        .orElseGet(() ->
                                answer(store.apply(KvCommand.Kind.DELETE_RANGE, delete), DeleteRangeResponse.parser()));
            }
            case TXN -> {
                TxnRequest txn = TxnRequest.parseFrom(request);
                yield refused(KvRequests.validate(txn))
                        .orElseGet(() -> answer(
                                KvRequests.isReadOnly(txn)
                                        ? store.store().txn(txn)
                                        : store.apply(KvCommand.Kind.TXN, txn),
                                TxnResponse.parser()));
            }
            case COMPACT ->
                answer(store.compact(CompactionRequest.parseFrom(request).getRevision()), CompactionResponse.parser());
            case RANGE -> {
                RangeRequest range = RangeRequest.parseFrom(request);
                yield refused(KvRequests.validate(range))
                        .orElseGet(() -> answer(store.store().range(range), RangeResponse.parser()));
            }
            case HASH -> {
                long revision = HashKVRequest.parseFrom(request).getRevision();
                HashKVResponse hash =
                        store.store().hashKv(revision).toMessage(TestStore.HEADER, HashKVResponse.parser());
                yield hash.toBuilder().clearHashRevision().build(); // 3.4 does not know it
            }
        };
    }

    private static Optional<Object> refused(Optional<KvError> error) {
        return error.map(EtcdGoldenTest::text);
    }

    private static Object answer(KvResult result, Parser<? extends Message> parser) {
        return result.isError() ? text(result.error()) : result.toMessage(TestStore.HEADER, parser);
    }

    private static String text(KvError error) {
        return error.grpcCode() + " " + error.message();
    }
}
