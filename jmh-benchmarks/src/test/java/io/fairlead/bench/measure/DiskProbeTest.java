package io.fairlead.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskProbeTest {
    @Test
    void a_disk_far_below_its_best_is_throttled(@TempDir Path directory) {
        DiskProbe probe = new DiskProbe(directory);

        probe.observe(5500);
        probe.observe(500);

        assertThat(probe.isThrottled(500)).isTrue();
        assertThat(probe.isThrottled(3000)).isFalse();
    }

    @Test
    void a_probe_leaves_nothing_behind(@TempDir Path directory) throws Exception {
        assertThat(new DiskProbe(directory).syncsPerSecond()).isPositive();

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void the_median_of_an_even_number_is_between_the_middle_two() {
        assertThat(DiskProbe.median(new long[] {9, 1, 4, 2})).isEqualTo(3);
        assertThat(DiskProbe.median(new long[] {9, 1, 4})).isEqualTo(4);
    }
}
