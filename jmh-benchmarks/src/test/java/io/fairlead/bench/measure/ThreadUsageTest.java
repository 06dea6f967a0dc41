package io.fairlead.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ThreadUsageTest {
    @Test
    void the_kind_of_a_thread_is_its_name_without_numbers() {
        assertThat(ThreadUsage.kind("12 (raft-io-3-0) S 1 2")).isEqualTo("raft-io-N-N");
        assertThat(ThreadUsage.kind("12 (C2 (odd)) S 1 2")).isEqualTo("CN (odd)");
    }

    @Test
    void the_busiest_come_first_and_the_idle_not_at_all() {
        Map<String, Long> before = Map.of("a", 10L, "b", 10L);
        Map<String, Long> after = Map.of("a", 15L, "b", 10L, "c", 90L);

        assertThat(ThreadUsage.between(before, after)).containsExactly(Map.entry("c", 90L), Map.entry("a", 5L));
    }
}
