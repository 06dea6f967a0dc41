package io.fairlead.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Objects;
import org.junit.jupiter.api.Test;

class StageTimesTest {
    private static final String BEFORE = page(10, 0.001, 2, 10);
    private static final String AFTER = page(110, 0.011, 62, 110);

    @Test
    void stages_are_what_came_between_two_readings() {
        StageTimes.Histogram quorum = Objects.requireNonNull(
                StageTimes.parse(AFTER).since(StageTimes.parse(BEFORE)).get("quorum"));

        assertThat(quorum.count()).isEqualTo(100);
        assertThat(quorum.meanMicros()).isCloseTo(100, within(0.001));
        assertThat(quorum.boundMicros(0.5)).isCloseTo(10, within(0.001));
        assertThat(quorum.boundMicros(0.99)).isCloseTo(20, within(0.001));
        assertThat(quorum.boundMicros(1)).isCloseTo(20, within(0.001));
    }

    @Test
    void syncs_are_a_stage_too_and_other_metrics_none() {
        String page = """
            etcd_disk_wal_fsync_duration_seconds_bucket{le="+Inf"} 4
            etcd_disk_wal_fsync_duration_seconds_count 4
            etcd_disk_wal_fsync_duration_seconds_sum 0.002
            etcd_server_has_leader 1
            """;

        assertThat(StageTimes.parse(page).since(StageTimes.parse(""))).containsOnlyKeys("log-sync");
    }

    private static String page(int count, double sum, int first, int second) {
        String name = "fairlead_stage_seconds";
        return name + "_bucket{stage=\"quorum\",le=\"1.0E-5\"} " + first + "\n"
                + name + "_bucket{stage=\"quorum\",le=\"2.0E-5\"} " + second + "\n"
                + name + "_bucket{stage=\"quorum\",le=\"+Inf\"} " + count + "\n"
                + name + "_count{stage=\"quorum\"} " + count + "\n"
                + name + "_sum{stage=\"quorum\"} " + sum + "\n";
    }
}
