package io.fairlead.bench.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Draws what {@code compare}, {@code embedded} and {@code failover} wrote with {@code --out}. */
public final class ResultCharts {
    private static final String CPU = "CPU per operation, microseconds: less is better";

    private ResultCharts() {}

    /**
     * The chart of one file of results, medians over its rounds.
     *
     * @throws IllegalArgumentException if it is not a file of results
     */
    public static String draw(Map<String, @Nullable Object> results) {
        String kind = String.valueOf(results.get("kind"));
        return switch (kind) {
            case "compare" -> bars(CPU, runs(results), List.of("case"), "product", "server_cpu_us_per_op");
            case "embedded" ->
                bars(CPU, runs(results), List.of("variant", "command_bytes", "depth"), "library", "cpu_us_per_commit");
            case "failover" -> gaps(results);
            default -> throw new IllegalArgumentException("no chart for results of kind '" + kind + "'");
        };
    }

    private static String bars(String title, List<Map<?, ?>> runs, List<String> question, String system, String value) {
        Map<String, Map<String, List<Double>>> groups = new LinkedHashMap<>();
        for (Map<?, ?> run : runs) {
            List<String> name = new ArrayList<>();
            question.forEach(part -> name.add(text(run, part)));
            if (run.get(value) instanceof Number number && Double.isFinite(number.doubleValue())) {
                groups.computeIfAbsent(String.join(" / ", name), ignored -> new LinkedHashMap<>())
                        .computeIfAbsent(text(run, system), ignored -> new ArrayList<>())
                        .add(number.doubleValue());
            }
        }
        Bars bars = new Bars(title);
        groups.forEach((name, systems) -> {
            bars.group(name);
            systems.forEach((who, values) -> bars.bar(who, median(values)));
        });
        return bars.toSvg();
    }

    private static String gaps(Map<String, @Nullable Object> results) {
        double[] gaps = list(results, "gaps_ms").stream()
                .filter(Number.class::isInstance)
                .mapToDouble(gap -> ((Number) gap).doubleValue())
                .sorted()
                .toArray();
        double[] share = new double[gaps.length];
        Arrays.setAll(share, i -> 100.0 * (i + 1) / gaps.length);
        return new Chart(
                        "Leader killed: time without a write",
                        new Chart.Axis("milliseconds", false),
                        new Chart.Axis("% of the kills at most so long", false))
                .line(String.valueOf(results.get("product")), gaps, share)
                .toSvg();
    }

    private static List<Map<?, ?>> runs(Map<String, @Nullable Object> results) {
        List<Map<?, ?>> runs = new ArrayList<>();
        for (Object run : list(results, "runs")) {
            if (run instanceof Map<?, ?> map) {
                runs.add(map);
            }
        }
        return runs;
    }

    private static List<?> list(Map<String, @Nullable Object> results, String name) {
        return results.get(name) instanceof List<?> list ? list : List.of();
    }

    private static String text(Map<?, ?> run, String name) {
        Object value = run.get(name);
        return value instanceof Double number && number == Math.rint(number)
                ? String.valueOf(number.longValue())
                : String.valueOf(value);
    }

    private static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
