package io.fairlead.kv;

import static io.fairlead.kv.TestStore.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.kv.proto.DeleteRangeRequest;
import io.fairlead.kv.proto.PutRequest;
import io.fairlead.kv.proto.RangeRequest;
import io.fairlead.kv.proto.RangeResponse;
import io.fairlead.raft.spi.Command;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts over many keys, so that buckets are split, merged and given up, against a sorted set. */
class CountTest {
    private static final int KEYS = 20_000;

    @TempDir
    Path directory;

    private final NavigableSet<String> expected = new TreeSet<>();
    private final List<NavigableSet<String>> past = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void counts_stay_right_while_keys_come_and_go(long seed) {
        Random random = new Random(seed);
        try (TestStore store = new TestStore(directory)) {
            for (int round = 0; round < 60; round++) {
                change(store, random);
                for (int i = 0; i < 20; i++) {
                    String from = key(random);
                    String to = random.nextInt(5) == 0 ? "\0" : key(random);
                    assertThat(count(store, from, to, 0)).isEqualTo(size(expected, from, to));
                }
                if (round % 20 == 19) {
                    store.reopen();
                }
            }
        }
    }

    @Test
    void counts_of_the_past_are_found_by_walking_back_or_through() {
        Random random = new Random(7);
        try (TestStore store = new TestStore(directory)) {
            past.add(new TreeSet<>());
            past.add(new TreeSet<>());
            for (int i = 0; i < 400; i++) {
                String key = "k%02d".formatted(random.nextInt(60));
                if (random.nextInt(3) == 0) {
                    if (store.delete(DeleteRangeRequest.newBuilder().setKey(bytes(key)))
                                    .getDeleted()
                            > 0) {
                        expected.remove(key);
                        past.add(new TreeSet<>(expected));
                    }
                } else {
                    store.put(key, "v");
                    expected.add(key);
                    past.add(new TreeSet<>(expected));
                }
            }
            for (int revision = 1; revision < past.size(); revision++) {
                assertThat(count(store, "k1", "k4", revision))
                        .as("revision %s", revision)
                        .isEqualTo(size(past.get(revision), "k1", "k4"));
            }
        }
    }

    @Test
    void a_limited_range_counts_all() {
        try (TestStore store = new TestStore(directory)) {
            List<Command> batch = new ArrayList<>();
            for (int i = 0; i < 5000; i++) {
                batch.add(put(store, "key%05d".formatted(i)));
            }
            store.applyAll(batch);

            RangeResponse answer = store.range(RangeRequest.newBuilder()
                    .setKey(bytes("key00100"))
                    .setRangeEnd(bytes("key04100"))
                    .setLimit(3));

            assertThat(answer.getKvsCount()).isEqualTo(3);
            assertThat(answer.getMore()).isTrue();
            assertThat(answer.getCount()).isEqualTo(4000);
        }
    }

    private void change(TestStore store, Random random) {
        List<Command> batch = new ArrayList<>();
        int choice = random.nextInt(4);
        if (choice == 0) {
            String from = key(random);
            String to = key(random);
            DeleteRangeRequest delete = DeleteRangeRequest.newBuilder()
                    .setKey(bytes(from))
                    .setRangeEnd(bytes(to))
                    .build();
            batch.add(store.command(KvCommand.Kind.DELETE_RANGE, delete));
            if (from.compareTo(to) < 0) {
                expected.subSet(from, to).clear();
            }
        }
        int start = random.nextInt(KEYS);
        for (int i = random.nextInt(1500); i > 0; i--) {
            String key = choice == 1 ? key(start + i) : key(random);
            if (random.nextInt(4) == 0) {
                DeleteRangeRequest delete =
                        DeleteRangeRequest.newBuilder().setKey(bytes(key)).build();
                batch.add(store.command(KvCommand.Kind.DELETE_RANGE, delete));
                expected.remove(key);
            } else {
                batch.add(put(store, key));
                expected.add(key);
            }
        }
        store.applyAll(batch);
    }

    private static Command put(TestStore store, String key) {
        return store.command(
                KvCommand.Kind.PUT,
                PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes("v")).build());
    }

    private static long count(TestStore store, String from, String to, long revision) {
        return store.range(RangeRequest.newBuilder()
                        .setKey(bytes(from))
                        .setRangeEnd(bytes(to))
                        .setCountOnly(true)
                        .setRevision(revision))
                .getCount();
    }

    private static long size(NavigableSet<String> keys, String from, String to) {
        if (to.equals("\0")) {
            return keys.tailSet(from).size();
        }
        return from.compareTo(to) < 0 ? keys.subSet(from, to).size() : 0;
    }

    private static String key(Random random) {
        return key(random.nextInt(KEYS));
    }

    private static String key(int number) {
        return "key%05d".formatted(number % KEYS);
    }
}
