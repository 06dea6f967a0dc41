package io.fairlead.bench.compare;

import io.fairlead.bench.load.LoadResult;
import io.fairlead.bench.measure.ProcessSample;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What one product did in one case of one round.
 *
 * @param product who
 * @param test which case
 * @param round in which round
 * @param values the numbers, by name
 * @param throttled whether the disk was being held back before or after
 */
public record Outcome(String product, String test, int round, Map<String, Double> values, boolean throttled) {
    /** Successful operations in a second. */
    public static final String OPS = "ops_per_second";
    /** CPU time of all members per operation, in microseconds. */
    public static final String CPU = "server_cpu_us_per_op";
    /** Median latency in microseconds. */
    public static final String P50 = "p50_us";
    /** 99th percentile of latency in microseconds. */
    public static final String P99 = "p99_us";
    /** Memory of the largest member in mebibytes. */
    public static final String RSS = "resident_mib";

    private static final double NANOS_PER_MICRO = 1000.0;

    /** Copies the values. */
    public Outcome {
        values = Map.copyOf(values);
    }

    static Outcome of(
            String product,
            Case test,
            int round,
            LoadResult result,
            double syncsBefore,
            double syncsAfter,
            boolean held) {
        Histogram latency = result.recorder().total();
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(OPS, result.opsPerSecond());
        values.put(CPU, result.cpuMicrosPerOp());
        values.put(P50, latency.getValueAtPercentile(50) / NANOS_PER_MICRO);
        values.put(P99, latency.getValueAtPercentile(99) / NANOS_PER_MICRO);
        values.put("p99.9_us", latency.getValueAtPercentile(99.9) / NANOS_PER_MICRO);
        values.put("max_us", latency.getMaxValue() / NANOS_PER_MICRO);
        values.put(RSS, (double) (result.processes().stream()
                        .mapToLong(ProcessSample::residentBytes)
                        .max()
                        .orElse(0)
                >> 20));
        values.put("errors", (double) result.recorder().errorCount());
        values.put("load_cpu_us_per_op", result.perOp(result.ownCpuMicros()));
        values.put("disk_syncs_per_second_before", syncsBefore);
        values.put("disk_syncs_per_second_after", syncsAfter);
        return new Outcome(product, test.name(), round, values, held);
    }

    /** A number; not a number if there is none of this name. */
    public double value(String name) {
        return values.getOrDefault(name, Double.NaN);
    }

    /** All of it, for JSON. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("product", product);
        json.put("case", test);
        json.put("round", round);
        json.put("throttled", throttled);
        values.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(e -> json.put(e.getKey(), e.getValue()));
        return json;
    }
}
