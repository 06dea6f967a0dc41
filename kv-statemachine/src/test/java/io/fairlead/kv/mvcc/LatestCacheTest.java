package io.fairlead.kv.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatestCacheTest {
    @Test
    void what_it_knows_is_the_newest() {
        LatestCache cache = new LatestCache(40 * 64);
        Map<String, Long> newest = new HashMap<>();
        Random random = new Random(1);
        int hits = 0;
        for (int i = 1; i < 100_000; i++) {
            String name = "key" + random.nextInt(200);
            byte[] key = name.getBytes(StandardCharsets.UTF_8);
            if (cache.find(key)) {
                hits++;
                long mod = newest.getOrDefault(name, 0L);
                assertThat(cache.modRevision()).isEqualTo(mod);
                assertThat(cache.createRevision()).isEqualTo(mod - 1);
                assertThat(cache.version()).isEqualTo(mod % 7);
                assertThat(cache.sub()).isEqualTo((int) (mod % 100_003));
            }
            if (random.nextInt(5) == 0) {
                cache.remove(key);
                assertThat(cache.find(key)).isFalse();
            } else {
                cache.put(key, i - 1, i, i % 7, i % 100_003);
                newest.put(name, (long) i);
            }
        }
        assertThat(hits).isGreaterThan(10_000);
    }

    @Test
    void a_version_that_does_not_fit_is_not_kept() {
        LatestCache cache = new LatestCache(1 << 10);
        byte[] key = {1};

        cache.put(key, 1, 2, 3, 4);
        cache.put(key, 1, 5, 1L << 31, 0);

        assertThat(cache.find(key)).isFalse();
    }

    /** The first test vectors of the algorithm's authors for 128 bits: key 00..0f, inputs of length 0, 1 and 2. */
    @Test
    void its_hash_is_siphash() {
        assertHash(0, "a3817f04ba25a8e66df67214c7550293");
        assertHash(1, "da87c1d86b99af44347659119b22fc45");
        assertHash(2, "8177228da4a45dc7fca38bdef60affe4");
    }

    private static void assertHash(int length, String expected) {
        SipHash hash = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
        byte[] input = new byte[length];
        for (int i = 0; i < length; i++) {
            input[i] = (byte) i;
        }
        hash.hash(input);
        assertThat("%016x%016x".formatted(Long.reverseBytes(hash.low()), Long.reverseBytes(hash.high())))
                .isEqualTo(expected);
    }
}
