package io.fairlead.raft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.runtime.Retention.Extent;
import org.junit.jupiter.api.Test;

/** What of a log may go, by count, bytes, what is durable, and what followers need. */
class RetentionTest {
    private final Retention retention = new Retention(1000, 1 << 20);
    private final Extent small = new Extent(1, 100_000, 100_000 * 100);
    private final Extent large = new Extent(1, 100_000, 100_000L * 4096);

    @Test
    void so_many_entries_are_kept() {
        assertThat(retention.wanted(small, 100_000)).isEqualTo(99_000);
    }

    @Test
    void large_entries_are_kept_by_their_bytes() {
        assertThat(retention.wanted(large, 100_000)).isEqualTo(100_000 - 256);
    }

    @Test
    void nothing_goes_that_is_not_durable() {
        assertThat(retention.wanted(small, 5_000)).isEqualTo(5_000);
        assertThat(retention.allowed(small, 5_000, 99_000)).isEqualTo(5_000);
    }

    @Test
    void what_an_active_follower_needs_stays_within_its_budget() {
        assertThat(retention.allowed(large, 99_744, 98_000)).isEqualTo(98_000);
        assertThat(retention.allowed(large, 99_744, 50_000)).isEqualTo(100_000 - 16 * 256);
    }

    @Test
    void an_empty_log_has_nothing_to_give_up() {
        Extent empty = new Extent(1, 0, 128);
        assertThat(retention.wanted(empty, 0)).isNotPositive();
        assertThat(retention.allowed(empty, retention.wanted(empty, 0), 0)).isNotPositive();
    }
}
