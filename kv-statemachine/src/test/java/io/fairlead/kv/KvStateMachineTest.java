package io.fairlead.kv;

import static io.fairlead.kv.TestStore.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.fairlead.kv.proto.AlarmMember;
import io.fairlead.kv.proto.AlarmRequest;
import io.fairlead.kv.proto.AlarmResponse;
import io.fairlead.kv.proto.AlarmType;
import io.fairlead.kv.proto.Compare;
import io.fairlead.kv.proto.DeleteRangeRequest;
import io.fairlead.kv.proto.DeleteRangeResponse;
import io.fairlead.kv.proto.KeyValue;
import io.fairlead.kv.proto.PutRequest;
import io.fairlead.kv.proto.PutResponse;
import io.fairlead.kv.proto.RangeRequest;
import io.fairlead.kv.proto.RangeResponse;
import io.fairlead.kv.proto.RequestOp;
import io.fairlead.kv.proto.TxnRequest;
import io.fairlead.kv.proto.TxnResponse;
import io.fairlead.raft.spi.Command;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KvStateMachineTest {
    @TempDir
    Path directory;

    private TestStore store;

    @BeforeEach
    void open() {
        store = new TestStore(directory.resolve("kv"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Nested
    class Revisions {
        @Test
        void start_at_one_and_rise_with_every_put() {
            assertThat(store.store().currentRevision()).isEqualTo(1);

            PutResponse first = store.put("a", "1");
            store.put("a", "2");

            assertThat(first.getHeader().getRevision()).isEqualTo(2);
            assertThat(store.get("a").getKvs(0))
                    .isEqualTo(KeyValue.newBuilder()
                            .setKey(bytes("a"))
                            .setCreateRevision(2)
                            .setModRevision(3)
                            .setVersion(2)
                            .setValue(bytes("2"))
                            .build());
        }

        @Test
        void stay_where_they_are_when_nothing_is_deleted() {
            store.put("a", "1");

            DeleteRangeResponse answer =
                    store.delete(DeleteRangeRequest.newBuilder().setKey(bytes("b")));

            assertThat(answer.getDeleted()).isZero();
            assertThat(answer.getHeader().getRevision()).isEqualTo(2);
            assertThat(store.store().appliedIndex()).isEqualTo(2);
        }

        @Test
        void are_shared_by_all_changes_of_a_transaction() {
            TxnResponse answer = store.txn(TxnRequest.newBuilder()
                    .addSuccess(put("a", "1"))
                    .addSuccess(put("b", "2"))
                    .addSuccess(range("a", "c")));

            assertThat(answer.getHeader().getRevision()).isEqualTo(2);
            assertThat(answer.getResponses(2).getResponseRange().getKvsList())
                    .extracting(KeyValue::getModRevision)
                    .containsExactly(2L, 2L);
        }

        @Test
        void begin_a_new_life_of_a_key_after_its_deletion() {
            store.put("a", "1");
            store.delete(DeleteRangeRequest.newBuilder().setKey(bytes("a")));
            store.put("a", "3");

            KeyValue now = store.get("a").getKvs(0);

            assertThat(now.getCreateRevision()).isEqualTo(4);
            assertThat(now.getVersion()).isEqualTo(1);
        }

        @Test
        void of_the_past_can_be_read() {
            store.put("a", "1");
            store.put("a", "2");
            store.delete(DeleteRangeRequest.newBuilder().setKey(bytes("a")));

            assertThat(valueAt("a", 1)).isEmpty();
            assertThat(valueAt("a", 2)).containsExactly("1");
            assertThat(valueAt("a", 3)).containsExactly("2");
            assertThat(valueAt("a", 4)).isEmpty();
        }
    }

    @Nested
    class ATransaction {
        @Test
        void takes_the_branch_that_its_compares_choose() {
            store.put("a", "1");
            Compare compare = Compare.newBuilder()
                    .setKey(bytes("a"))
                    .setTarget(Compare.CompareTarget.VERSION)
                    .setResult(Compare.CompareResult.EQUAL)
                    .setVersion(1)
                    .build();
            TxnRequest.Builder txn = TxnRequest.newBuilder()
                    .addCompare(compare)
                    .addSuccess(put("a", "2"))
                    .addFailure(range("a", ""));

            assertThat(store.txn(txn).getSucceeded()).isTrue();
            TxnResponse second = store.txn(txn);

            assertThat(second.getSucceeded()).isFalse();
            assertThat(second.getHeader().getRevision()).isEqualTo(3);
            assertThat(second.getResponses(0).getResponseRange().getKvs(0).getValue())
                    .isEqualTo(bytes("2"));
        }

        @Test
        void that_fails_changes_nothing() {
            KvResult answer = store.apply(
                    KvCommand.Kind.TXN,
                    TxnRequest.newBuilder()
                            .addSuccess(put("a", "1"))
                            .addSuccess(RequestOp.newBuilder()
                                    .setRequestRange(RangeRequest.newBuilder()
                                            .setKey(bytes("a"))
                                            .setRevision(9)))
                            .build());

            assertThat(answer.error()).isEqualTo(KvError.FUTURE_REVISION);
            assertThat(store.store().currentRevision()).isEqualTo(1);
            assertThat(store.get("a").getCount()).isZero();
        }

        @Test
        void reads_the_past_that_its_own_batch_made() {
            TxnRequest txn = TxnRequest.newBuilder()
                    .addSuccess(RequestOp.newBuilder()
                            .setRequestRange(
                                    RangeRequest.newBuilder().setKey(bytes("a")).setRevision(2)))
                    .addSuccess(put("b", "x"))
                    .build();

            List<KvResult> answers = store.applyAll(List.of(
                    store.command(KvCommand.Kind.PUT, putRequest("a", "1")),
                    store.command(KvCommand.Kind.PUT, putRequest("a", "2")),
                    store.command(KvCommand.Kind.TXN, txn)));

            TxnResponse answer = answers.get(2).toMessage(TestStore.HEADER, TxnResponse.parser());
            assertThat(answer.getResponses(0).getResponseRange().getKvs(0).getValue())
                    .isEqualTo(bytes("1"));
            assertThat(answer.getHeader().getRevision()).isEqualTo(4);
        }
    }

    @Nested
    class ACompaction {
        @Test
        void forbids_what_is_older_and_leaves_what_is_live() {
            store.put("a", "1");
            store.put("a", "2");
            store.put("b", "3");

            assertThat(store.compact(3).isError()).isFalse();
            store.store().compacted(3).join();

            assertThat(store.store().range(at("a", 2)).error()).isEqualTo(KvError.COMPACTED);
            assertThat(valueAt("a", 3)).containsExactly("2");
            assertThat(store.get("b").getCount()).isEqualTo(1);
            assertThat(store.compact(3).error()).isEqualTo(KvError.COMPACTED);
            assertThat(store.compact(5).error()).isEqualTo(KvError.FUTURE_REVISION);
        }

        @Test
        void to_zero_succeeds_once_on_a_fresh_store() {
            assertThat(store.compact(0).isError()).isFalse();
            assertThat(store.compact(0).error()).isEqualTo(KvError.COMPACTED);
        }
    }

    @Nested
    class Alarms {
        @Test
        void for_space_refuse_puts_until_they_are_lowered() {
            AlarmResponse raised = alarm(AlarmRequest.AlarmAction.ACTIVATE, AlarmType.NOSPACE);
            KvResult refused = store.apply(KvCommand.Kind.PUT, putRequest("a", "1"));
            KvResult deletion = store.apply(
                    KvCommand.Kind.DELETE_RANGE,
                    DeleteRangeRequest.newBuilder().setKey(bytes("a")).build());

            assertThat(raised.getAlarmsList())
                    .containsExactly(AlarmMember.newBuilder()
                            .setMemberID(7)
                            .setAlarm(AlarmType.NOSPACE)
                            .build());
            assertThat(refused.error()).isEqualTo(KvError.NO_SPACE);
            assertThat(deletion.isError()).isFalse();
            store.reopen();
            assertThat(store.store().alarms()).hasSize(1);

            alarm(AlarmRequest.AlarmAction.DEACTIVATE, AlarmType.NOSPACE);

            assertThat(store.put("a", "1").getHeader().getRevision()).isEqualTo(2);
        }

        private AlarmResponse alarm(AlarmRequest.AlarmAction action, AlarmType type) {
            AlarmRequest request = AlarmRequest.newBuilder()
                    .setAction(action)
                    .setAlarm(type)
                    .setMemberID(7)
                    .build();
            return store.apply(KvCommand.Kind.ALARM, request).toMessage(TestStore.HEADER, AlarmResponse.parser());
        }
    }

    @Nested
    class Recovery {
        @Test
        void after_a_stop_finds_everything() {
            store.put("a", "1");
            store.put("b", "2");
            long hash = store.store().hash();

            store.reopen();

            assertThat(store.machine().durableIndex()).isEqualTo(2);
            assertThat(store.store().appliedIndex()).isEqualTo(2);
            assertThat(store.store().currentRevision()).isEqualTo(3);
            assertThat(store.store().hash()).isEqualTo(hash);
        }

        @Test
        void skips_entries_that_are_applied_already() {
            Command command = store.command(KvCommand.Kind.PUT, putRequest("a", "1"));
            store.applyAll(List.of(command));

            store.applyAll(List.of(command, store.command(KvCommand.Kind.PUT, putRequest("a", "2"))));

            assertThat(store.get("a").getKvs(0).getVersion()).isEqualTo(2);
        }

        @Test
        void knows_what_a_crash_would_leave() {
            store.put("a", "1");
            assertThat(store.machine().durableIndex()).isZero();

            store.reopen();

            assertThat(store.machine().durableIndex()).isEqualTo(1);
        }
    }

    @Nested
    class ASnapshot {
        @Test
        void makes_another_store_equal() throws IOException {
            for (int i = 0; i < 1000; i++) {
                store.put("key" + i % 300, "x".repeat(i * 3));
            }
            byte[] snapshot = store.snapshot();
            store.put("later", "1");

            try (TestStore other = new TestStore(directory.resolve("other"))) {
                other.put("rubbish", "1");
                other.restore(snapshot, 1010);

                assertThat(other.store().appliedIndex()).isEqualTo(1010);
                assertThat(other.machine().durableIndex()).isEqualTo(1010);
                assertThat(other.store().currentRevision()).isEqualTo(1001);
                assertThat(other.get("rubbish").getCount()).isZero();
                assertThat(other.range(all().setCountOnly(true)).getCount()).isEqualTo(300);
                other.put("later", "1");
                assertThat(other.store().hash()).isEqualTo(store.store().hash());
                other.reopen();
                assertThat(other.store().hash()).isEqualTo(store.store().hash());
            }
        }

        @Test
        void that_is_damaged_is_refused_and_the_old_state_stays() throws IOException {
            store.put("a", "1");
            byte[] snapshot = store.snapshot();
            snapshot[snapshot.length / 2] ^= 1;

            assertThatIOException().isThrownBy(() -> store.restore(snapshot, 5));
            assertThatIOException().isThrownBy(() -> store.restore(Arrays.copyOf(snapshot, 100), 5));
            store.put("a", "2");
            store.reopen();

            assertThat(store.get("a").getKvs(0).getVersion()).isEqualTo(2);
        }

        @Test
        void leaves_no_files_behind() throws IOException {
            store.put("a", "1");
            store.restore(store.snapshot(), 1);
            store.snapshot();

            try (Stream<Path> entries = Files.list(directory.resolve("kv"))) {
                assertThat(entries.map(path -> path.getFileName().toString()))
                        .containsExactlyInAnyOrder("CURRENT", "db-2");
            }
        }
    }

    @Test
    void a_command_that_is_none_has_a_result_too() {
        Command command = new Command(1, 1, ByteBuffer.wrap(new byte[] {9, 9, 9}), true);

        assertThat(store.machine().apply(command).error()).isEqualTo(KvError.MALFORMED_COMMAND);
        assertThat(store.store().appliedIndex()).isEqualTo(1);
    }

    @Test
    void reading_after_the_end_is_refused() {
        KvStore reading = store.store();
        store.close();

        assertThatIllegalStateException().isThrownBy(reading::currentRevision);
    }

    private List<String> valueAt(String key, long revision) {
        RangeResponse answer =
                store.store().range(at(key, revision)).toMessage(TestStore.HEADER, RangeResponse.parser());
        return answer.getKvsList().stream()
                .map(kv -> kv.getValue().toStringUtf8())
                .toList();
    }

    private static RangeRequest at(String key, long revision) {
        return RangeRequest.newBuilder()
                .setKey(bytes(key))
                .setRevision(revision)
                .build();
    }

    private static RangeRequest.Builder all() {
        return RangeRequest.newBuilder().setKey(bytes("\0")).setRangeEnd(bytes("\0"));
    }

    private static PutRequest putRequest(String key, String value) {
        return PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)).build();
    }

    private static RequestOp put(String key, String value) {
        return RequestOp.newBuilder().setRequestPut(putRequest(key, value)).build();
    }

    private static RequestOp range(String key, String end) {
        return RequestOp.newBuilder()
                .setRequestRange(RangeRequest.newBuilder().setKey(bytes(key)).setRangeEnd(bytes(end)))
                .build();
    }
}
