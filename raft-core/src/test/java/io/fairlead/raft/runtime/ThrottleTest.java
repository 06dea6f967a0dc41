package io.fairlead.raft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ThrottleTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final VirtualWorker clock = new VirtualWorker();
    private final Throttle throttle = new Throttle(1000, clock);

    @Test
    void each_waits_until_what_was_booked_before_has_had_its_time() {
        assertThat(throttle.book(1000)).isZero();
        assertThat(throttle.book(500)).isEqualTo(SECOND);
        assertThat(throttle.book(1)).isEqualTo(3 * SECOND / 2);
        clock.pass(SECOND);
        assertThat(throttle.book(1000)).isEqualTo(SECOND / 2 + SECOND / 1000);
    }

    @Test
    void what_was_not_used_is_not_saved_up() {
        throttle.book(1000);
        clock.pass(60 * SECOND);
        assertThat(throttle.backlogNanos()).isZero();
        assertThat(throttle.book(1000)).isZero();
        assertThat(throttle.book(1000)).isEqualTo(SECOND);
    }
}
