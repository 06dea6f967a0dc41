package io.fairlead.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class RecorderTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Recorder recorder = new Recorder();

    @Test
    void percentiles_are_those_of_the_latencies() {
        recorder.start(0);
        for (int i = 1; i <= 1000; i++) {
            recorder.success(Operation.GET, 0, 0, i * MS, true);
        }

        Histogram total = recorder.total();

        assertThat(total.getValueAtPercentile(50)).isCloseTo(500 * MS, withPercentage(0.2));
        assertThat(total.getValueAtPercentile(99.9)).isCloseTo(999 * MS, withPercentage(0.2));
        assertThat(total.getMaxValue()).isCloseTo(1000 * MS, withPercentage(0.2));
        assertThat(recorder.histogram(Operation.PUT).getTotalCount()).isZero();
    }

    @Test
    void answers_are_counted_in_the_second_in_which_they_came() {
        recorder.start(5000 * MS);
        recorder.success(Operation.PUT, 5000 * MS, 5000 * MS, 5999 * MS, true);
        recorder.success(Operation.PUT, 5000 * MS, 5000 * MS, 8000 * MS, true);

        assertThat(recorder.intervals()).extracting(Histogram::getTotalCount).containsExactly(1L, 0L, 0L, 1L);
    }

    @Test
    void the_longest_gap_is_the_longest_time_without_a_success() {
        recorder.start(0);
        recorder.success(Operation.PUT, 0, 0, 10 * MS, true);
        recorder.success(Operation.PUT, 0, 0, 200 * MS, true);
        recorder.success(Operation.PUT, 0, 0, 210 * MS, true);

        assertThat(recorder.longestGapNanos()).isEqualTo(190 * MS);
        recorder.end(1000 * MS);
        assertThat(recorder.longestGapNanos()).isEqualTo(790 * MS);
    }

    @Test
    void what_several_drivers_saw_adds_up() {
        Recorder other = new Recorder();
        recorder.success(Operation.PUT, 0, 0, MS, true);
        recorder.error("put: late");
        other.success(Operation.PUT, 0, 0, 1500 * MS, false);
        other.error("put: late");

        recorder.add(other);

        assertThat(recorder.total().getTotalCount()).isEqualTo(2);
        assertThat(recorder.errors()).containsEntry("put: late", 2L);
        assertThat(recorder.notFound()).isEqualTo(1);
        assertThat(recorder.intervals()).hasSize(2);
    }
}
