package io.fairlead.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessUsageTest {
    private static final String STAT =
            "4242 (a (b) c d) S 1 4242 4242 0 -1 4194560 1 2 3 4 1234 567 8 9 20 0 17 0 100 1000 250 18446744073709551615";
    private static final String STATUS = "Name:\ta\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\nThreads:\t17\n";

    @Test
    void the_name_of_a_command_may_contain_anything() {
        ProcessUsage usage = ProcessUsage.parse(STAT, STATUS);

        assertThat(usage).isEqualTo(new ProcessUsage(12_340_000, 5_670_000, 1 << 20, 2 << 20));
        assertThat(usage.cpuMicros()).isEqualTo(18_010_000);
    }

    @Test
    void a_process_without_memory_has_none() {
        assertThat(ProcessUsage.parse(STAT, "Name:\tz\nState:\tZ (zombie)\n").residentBytes())
                .isZero();
    }

    @Test
    void what_is_no_stat_is_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> ProcessUsage.parse("1 (a) S 1", STATUS));
        assertThatIllegalArgumentException().isThrownBy(() -> ProcessUsage.parse("", STATUS));
    }

    @Test
    void a_sample_is_the_difference() {
        List<ProcessUsage> before = List.of(new ProcessUsage(10, 20, 1, 5));
        List<ProcessUsage> after = List.of(new ProcessUsage(110, 70, 2, 6));

        assertThat(ProcessSample.between(List.of(9L), before, after))
                .containsExactly(new ProcessSample(9, 100, 50, 2, 6));
    }
}
