package io.fairlead.kv.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HotVersionsTest {
    private final HotVersions hot = new HotVersions();
    private final StoredVersion found = new StoredVersion();
    private final byte[] buffer = new byte[4096];

    private static byte[] key(long number) {
        return ("key-" + number).getBytes(StandardCharsets.US_ASCII);
    }

    /** A value that says its revision in every byte. */
    private static byte[] keyValue(byte[] key, long mod, int valueBytes) {
        byte[] value = new byte[valueBytes];
        Arrays.fill(value, (byte) mod);
        return Records.keyValue(key, 2, mod, 3, value, 0, valueBytes, 0);
    }

    @Test
    void a_version_is_found_by_readers_of_its_revision_and_of_later_ones() {
        hot.put(key(1), keyValue(key(1), 7, 10), 4);

        assertThat(hot.find(key(1), 6, buffer, found)).isFalse();
        assertThat(hot.find(key(1), 7, buffer, found)).isTrue();
        assertThat(found.modRevision()).isEqualTo(7);
        assertThat(found.sub()).isEqualTo(4);
        assertThat(found.value()).containsOnly(7).hasSize(10);
        assertThat(hot.find(key(2), 7, buffer, found)).isFalse();
    }

    @Test
    void what_was_deleted_or_became_too_long_is_not_found() {
        hot.put(key(1), keyValue(key(1), 7, 10), 0);
        hot.remove(key(1));
        assertThat(hot.find(key(1), 9, buffer, found)).isFalse();

        hot.put(key(1), keyValue(key(1), 8, 10), 0);
        hot.put(key(1), keyValue(key(1), 9, 600), 0);
        assertThat(hot.find(key(1), 9, buffer, found)).isFalse();
    }

    @Test
    void what_is_found_is_the_newest_however_many_keys_there_are() {
        int hits = 0;
        for (int revision = 1; revision <= 100_000; revision++) {
            byte[] key = key(revision % 30_000);
            hot.put(key, keyValue(key, revision, 20), 0);
        }
        for (int number = 0; number < 30_000; number++) {
            if (hot.find(key(number), Long.MAX_VALUE, buffer, found)) {
                hits++;
                assertThat(found.modRevision()).isEqualTo((100_000 - number) / 30_000 * 30_000 + number);
            }
        }
        assertThat(hits).isBetween(8_000, 16_384);
    }

    /** Of one key, its readers are in each other's way with nearly every write; of many, tables grow meanwhile. */
    @ParameterizedTest
    @ValueSource(ints = {1, 300})
    void readers_never_see_half_a_version_or_one_that_was_replaced_before_their_view(int keys) throws Exception {
        long revisions = 300_000;
        AtomicLong published = new AtomicLong();
        ExecutorService readers = Executors.newFixedThreadPool(2);
        List<Future<Long>> hits = new ArrayList<>();
        for (int reader = 0; reader < 2; reader++) {
            hits.add(readers.submit(() -> {
                byte[] target = new byte[4096];
                StoredVersion version = new StoredVersion();
                long found = 0;
                for (long number = 0, view = 0; view < revisions; number++) {
                    view = published.get();
                    long newest = view - Math.floorMod(view - number, (long) keys);
                    if (hot.find(key(number % keys), view, target, version)) {
                        found++;
                        assertThat(version.modRevision()).isEqualTo(newest);
                        assertThat(version.value()).containsOnly((byte) newest);
                    }
                }
                return found;
            }));
        }
        for (long revision = 1; revision <= revisions; revision++) {
            byte[] key = key(revision % keys);
            hot.put(key, keyValue(key, revision, 400 + (int) (revision % 7)), 0);
            published.set(revision);
        }
        readers.shutdown();
        assertThat(readers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        for (Future<Long> count : hits) {
            assertThat(count.get()).isPositive();
        }
    }
}
