package io.fairlead.kv;

import static io.fairlead.kv.TestStore.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.kv.proto.DeleteRangeRequest;
import io.fairlead.kv.proto.Event;
import io.fairlead.kv.proto.PutRequest;
import io.fairlead.kv.proto.RequestOp;
import io.fairlead.kv.proto.TxnRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a watcher is told. */
class ChangesTest {
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

    private List<String> changes(KeyRange range, long from) {
        List<String> shown = new ArrayList<>();
        KvResult result = store.store().changes(range, from, true, event -> shown.add(text(event)));
        shown.add(result.isError() ? result.error().name() : "at " + result.revision());
        return shown;
    }

    private static String text(Event event) {
        String change = event.getKv().getModRevision() + " " + event.getType() + " "
                + event.getKv().getKey().toStringUtf8() + "="
                + event.getKv().getValue().toStringUtf8();
        return event.hasPrevKv()
                ? change + " was " + event.getPrevKv().getValue().toStringUtf8()
                : change;
    }

    @Test
    void come_in_the_order_of_revisions_and_within_a_transaction_in_its_order() {
        store.put("b", "1");
        store.txn(TxnRequest.newBuilder().addSuccess(put("z", "2")).addSuccess(put("a", "3")));
        store.delete(DeleteRangeRequest.newBuilder().setKey(bytes("a")).setRangeEnd(bytes("c")));

        assertThat(changes(KeyRange.all(), 2))
                .containsExactly(
                        "2 PUT b=1", "3 PUT z=2", "3 PUT a=3", "4 DELETE a= was 3", "4 DELETE b= was 1", "at 4");
    }

    @Test
    void of_one_key_alone_leave_out_the_others() {
        store.put("a", "1");
        store.put("ab", "2");
        store.put("a", "3");

        assertThat(changes(KeyRange.of("a".getBytes(StandardCharsets.US_ASCII)), 1))
                .containsExactly("2 PUT a=1", "4 PUT a=3 was 1", "at 4");
    }

    @Test
    void of_the_future_are_none_yet() {
        store.put("a", "1");

        assertThat(changes(KeyRange.all(), 7)).containsExactly("at 2");
    }

    @Test
    void before_the_compacted_revision_are_gone_and_those_of_it_are_not() {
        store.put("a", "1");
        store.put("a", "2");
        store.put("a", "3");
        store.compact(3);
        store.store().compacted(3).join();

        assertThat(changes(KeyRange.all(), 2)).containsExactly("COMPACTED");
        assertThat(changes(KeyRange.all(), 3))
                .as("what revision 3 ended cannot be read any more, whether or not it is deleted already")
                .containsExactly("3 PUT a=2", "4 PUT a=3 was 2", "at 4");
    }

    @Test
    void that_are_compacted_away_later_are_the_same_until_then() {
        store.put("a", "1");
        store.delete(DeleteRangeRequest.newBuilder().setKey(bytes("a")));
        store.compact(3);
        store.store().compacted(3).join();

        assertThat(changes(KeyRange.all(), 3)).containsExactly("3 DELETE a=", "at 3");
    }

    private static RequestOp put(String key, String value) {
        return RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)))
                .build();
    }
}
