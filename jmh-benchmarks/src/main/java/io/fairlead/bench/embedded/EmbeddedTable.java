package io.fairlead.bench.embedded;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Medians over rounds, for people. */
final class EmbeddedTable {
    private final List<EmbeddedResult> results;

    EmbeddedTable(List<EmbeddedResult> results) {
        this.results = List.copyOf(results);
    }

    /** The median of a number; of runs on a free disk, if there are any. */
    double median(String key, String library, String name) {
        List<EmbeddedResult> all = of(key, library);
        List<EmbeddedResult> free =
                all.stream().filter(result -> !result.throttled()).toList();
        double[] values = (free.isEmpty() ? all : free)
                .stream().mapToDouble(result -> result.value(name)).sorted().toArray();
        if (values.length == 0) {
            return Double.NaN;
        }
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    private List<EmbeddedResult> of(String key, String library) {
        return results.stream()
                .filter(result -> result.key().equals(key) && result.library().equals(library))
                .toList();
    }

    void print(PrintStream out) {
        out.printf(
                "%-26s %-10s %12s %10s %10s %10s %10s%n",
                "", "library", "commits/s", "CPU us", "bytes", "p50 us", "p99 us");
        Set<String> keys = new LinkedHashSet<>();
        Set<String> libraries = new LinkedHashSet<>();
        for (EmbeddedResult result : results) {
            keys.add(result.key());
            libraries.add(result.library());
        }
        for (String key : keys) {
            for (String library : libraries) {
                if (!of(key, library).isEmpty()) {
                    out.printf(
                            Locale.ROOT,
                            "%-26s %-10s %,12.0f %10.2f %,10.0f %,10.0f %,10.0f%s%n",
                            key,
                            library,
                            median(key, library, "commits_per_second"),
                            median(key, library, "cpu_us_per_commit"),
                            median(key, library, "allocated_bytes_per_commit"),
                            median(key, library, "p50_us"),
                            median(key, library, "p99_us"),
                            mark(key, library));
                }
            }
        }
    }

    private String mark(String key, String library) {
        List<EmbeddedResult> all = of(key, library);
        double failures = Arrays.stream(
                        all.stream().mapToDouble(r -> r.value("failures")).toArray())
                .sum();
        return (all.stream().allMatch(EmbeddedResult::throttled) ? "  throttled disk" : "")
                + (failures > 0 ? "  failures" : "");
    }
}
