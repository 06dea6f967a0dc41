package io.fairlead.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultChartsTest {
    @Test
    void a_comparison_becomes_a_bar_per_product_with_the_median_of_its_rounds() {
        String svg = ResultCharts.draw(Map.of(
                "kind",
                "compare",
                "runs",
                List.of(run("fairlead", 70.0), run("fairlead", 71.5), run("fairlead", 90.0), run("etcd", 150.0))));

        assertThat(svg).contains("put-100", "fairlead", "71.5", "etcd", "150").doesNotContain(">90<");
    }

    @Test
    void embedded_results_are_grouped_by_what_was_asked() {
        String svg = ResultCharts.draw(Map.of(
                "kind",
                "embedded",
                "runs",
                List.of(Map.of(
                        "library",
                        "aeron",
                        "variant",
                        "DURABLE",
                        "command_bytes",
                        16.0,
                        "depth",
                        64.0,
                        "cpu_us_per_commit",
                        27.0))));

        assertThat(svg).contains("DURABLE / 16 / 64", "aeron", ">27");
    }

    @Test
    void gaps_become_a_line() {
        assertThat(ResultCharts.draw(
                        Map.of("kind", "failover", "product", "fairlead", "gaps_ms", List.of(250.0, 190.0, 310.0))))
                .contains("polyline", "fairlead");
    }

    @Test
    void what_is_no_result_is_refused() {
        assertThatThrownBy(() -> ResultCharts.draw(Map.of("kind", "cake"))).hasMessageContaining("cake");
    }

    private static Map<String, Object> run(String product, double cpu) {
        return Map.of("product", product, "case", "put-100", "server_cpu_us_per_op", cpu);
    }
}
