package io.fairlead.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChartTest {
    @Test
    void ticks_are_round() {
        assertThat(new Scale(0, 98, 0, 100, false).ticks()).containsExactly(0.0, 20.0, 40.0, 60.0, 80.0);
        assertThat(new Scale(1, 1000, 0, 100, true).ticks()).containsExactly(1.0, 10.0, 100.0, 1000.0);
    }

    @Test
    void equal_ratios_are_equal_distances_on_a_logarithmic_axis() {
        Scale scale = new Scale(1, 10_000, 0, 400, true);

        assertThat(scale.at(10)).isEqualTo(100);
        assertThat(scale.at(100)).isEqualTo(200);
    }

    @Test
    void a_chart_contains_its_lines_and_escapes_names() {
        String svg = new Chart("a < b", new Chart.Axis("x", false), new Chart.Axis("y", true))
                .line("one & two", new double[] {1, 2}, new double[] {10, 1000})
                .toSvg();

        assertThat(svg)
                .startsWith("<svg")
                .contains("a &lt; b", "one &amp; two", "<polyline")
                .endsWith("</svg>\n");
    }

    @Test
    void a_chart_without_values_can_be_drawn() {
        String svg = new Chart("nothing", new Chart.Axis("x", false), new Chart.Axis("y", true)).toSvg();

        assertThat(svg).doesNotContain("NaN", "Infinity");
    }

    @Test
    void numbers_are_as_short_as_they_can_be_read() {
        assertThat(Svg.number(0.5)).isEqualTo("0.5");
        assertThat(Svg.number(12.04)).isEqualTo("12");
        assertThat(Svg.number(45_600)).isEqualTo("45.6 k");
        assertThat(Svg.number(2_500_000)).isEqualTo("2.5 M");
    }
}
