package io.fairlead.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MediansTest {
    private static Outcome outcome(String product, int round, double ops, boolean throttled) {
        return new Outcome(product, "put-100", round, Map.of(Outcome.OPS, ops), throttled);
    }

    @Test
    void what_ran_on_a_throttled_disk_does_not_count() {
        Medians medians = new Medians(
                List.of(outcome("a", 1, 100, false), outcome("a", 2, 5, true), outcome("a", 3, 300, false)));

        assertThat(medians.of("a", "put-100", Outcome.OPS)).isEqualTo(200);
        assertThat(medians.rounds("a", "put-100")).isEqualTo(2);
        assertThat(medians.isThrottled("a", "put-100")).isFalse();
    }

    @Test
    void unless_there_is_nothing_else() {
        Medians medians = new Medians(List.of(outcome("a", 1, 5, true), outcome("a", 2, 7, true)));

        assertThat(medians.of("a", "put-100", Outcome.OPS)).isEqualTo(6);
        assertThat(medians.isThrottled("a", "put-100")).isTrue();
    }

    @Test
    void what_was_not_measured_is_no_number() {
        Medians medians = new Medians(List.of(outcome("a", 1, 5, false)));

        assertThat(medians.of("b", "put-100", Outcome.OPS)).isNaN();
        assertThat(medians.of("a", "put-100", Outcome.CPU)).isNaN();
    }

    @Test
    void the_table_shows_ratios_to_the_subject() {
        Medians medians = new Medians(List.of(outcome("fairlead", 1, 300, false), outcome("etcd", 1, 100, false)));

        List<List<String>> rows =
                new ComparisonTable(medians, "fairlead", List.of("fairlead", "etcd")).rows(List.of("put-100"));

        assertThat(rows).hasSize(4);
        assertThat(rows.get(3)).startsWith("", "x etcd", "3.00");
    }

    @Test
    void an_unknown_case_is_refused_with_those_there_are() {
        assertThatIllegalArgumentException().isThrownBy(() -> Case.of("put-7")).withMessageContaining("put-100");
    }
}
