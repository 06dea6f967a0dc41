package io.fairlead.bench.report;

import io.fairlead.bench.load.LoadPlan;
import io.fairlead.bench.load.LoadResult;
import io.fairlead.bench.load.Operation;
import io.fairlead.bench.load.Recorder;
import io.fairlead.bench.measure.ProcessSample;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/** One run of the load generator, for people, for programs, and as a page. */
public final class LoadReport {
    private static final double NANOS_PER_MICRO = 1000.0;

    private final LoadResult result;

    /** A report of one run. */
    public LoadReport(LoadResult result) {
        this.result = result;
    }

    /** What was done, in a line. */
    public static String describe(LoadPlan plan) {
        String loop = plan.isOpen()
                ? String.format(
                        Locale.ROOT,
                        "open loop, %,.0f per second%s",
                        plan.rate(),
                        plan.randomArrivals() ? " at random times" : "")
                : plan.clients() + " clients";
        return String.format(
                Locale.ROOT,
                "%s, keys %d B x %,d, values %d B, %s over %d connections",
                plan.workload().mix(),
                plan.workload().keyBytes(),
                plan.workload().keySpace(),
                plan.workload().valueBytes(),
                loop,
                plan.connections());
    }

    /** Prints what people want to know. */
    public void print(PrintStream out) {
        Recorder recorder = result.recorder();
        Histogram total = recorder.total();
        out.println(describe(result.plan()));
        line(out, "throughput", "%,.0f ops/s, %,d ops in %.2f s", result.opsPerSecond(), result.completed(), seconds());
        line(out, "latency", "%s", latencies(total));
        Map<Operation, Integer> mix = result.plan().workload().mix().weights();
        if (mix.size() > 1) {
            mix.keySet().forEach(op -> line(out, "  " + op.label(), "%s", latencies(recorder.histogram(op))));
        }
        line(out, "longest gap", "%s", time(recorder.longestGapNanos()));
        line(out, "errors", "%,d%s", recorder.errorCount(), result.undrained() ? ", and calls that never ended" : "");
        recorder.errors().forEach((error, count) -> out.printf(Locale.ROOT, "    %,d x %s%n", count, error));
        if (recorder.notFound() > 0) {
            line(out, "not found", "%,d reads found no key; --fill writes them all first", recorder.notFound());
        }
        if (!result.processes().isEmpty()) {
            printCpu(out);
        }
        line(out, "this load", "%.2f us/op", result.perOp(result.ownCpuMicros()));
        if (result.plan().isOpen()) {
            line(out, "sent late by", "%s", latencies(recorder.lateness()));
        }
    }

    private void printCpu(PrintStream out) {
        long user = 0;
        long system = 0;
        for (ProcessSample process : result.processes()) {
            user += process.userMicros();
            system += process.systemMicros();
        }
        line(
                out,
                "servers' CPU",
                "%.1f us/op (%.1f user + %.1f system)",
                result.cpuMicrosPerOp(),
                result.perOp(user),
                result.perOp(system));
        for (ProcessSample process : result.processes()) {
            line(
                    out,
                    "  pid " + process.pid(),
                    "%.1f us/op (%.1f + %.1f), %,d MiB resident, %,d at most",
                    result.perOp(process.cpuMicros()),
                    result.perOp(process.userMicros()),
                    result.perOp(process.systemMicros()),
                    process.residentBytes() >> 20,
                    process.peakResidentBytes() >> 20);
        }
    }

    /** Prints where the CPU time of the servers went, by kind of thread. */
    public void printThreads(PrintStream out) {
        for (int i = 0; i < result.processes().size(); i++) {
            out.printf(
                    Locale.ROOT, "  threads of %d%n", result.processes().get(i).pid());
            result.threads().get(i).entrySet().stream()
                    .limit(12)
                    .forEach(entry -> out.printf(
                            Locale.ROOT, "    %8.2f us/op  %s%n", result.perOp(entry.getValue()), entry.getKey()));
        }
    }

    private double seconds() {
        return result.measuredNanos() / 1e9;
    }

    private static void line(PrintStream out, String name, String format, Object... values) {
        out.printf(Locale.ROOT, "  %-13s%s%n", name, String.format(Locale.ROOT, format, values));
    }

    private static String latencies(Histogram histogram) {
        return "p50 " + time(histogram.getValueAtPercentile(50))
                + ", p99 " + time(histogram.getValueAtPercentile(99))
                + ", p99.9 " + time(histogram.getValueAtPercentile(99.9))
                + ", max " + time(histogram.getMaxValue());
    }

    private static String time(long nanos) {
        if (nanos < 1_000_000) {
            return String.format(Locale.ROOT, "%.0f us", nanos / 1e3);
        }
        return String.format(Locale.ROOT, nanos < 100_000_000 ? "%.2f ms" : "%.0f ms", nanos / 1e6);
    }

    /** The numbers, for {@link Json}. */
    public Map<String, Object> toJson() {
        Recorder recorder = result.recorder();
        LoadPlan plan = result.plan();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("load", describe(plan));
        json.put("mix", plan.workload().mix().toString());
        json.put("key_bytes", plan.workload().keyBytes());
        json.put("value_bytes", plan.workload().valueBytes());
        json.put("key_space", plan.workload().keySpace());
        json.put("connections", plan.connections());
        json.put(plan.isOpen() ? "rate" : "clients", plan.isOpen() ? plan.rate() : plan.clients());
        json.put("warm_up_ops", plan.warmUpOps());
        json.put("ops", result.completed());
        json.put("seconds", seconds());
        json.put("ops_per_second", result.opsPerSecond());
        json.put("latency_us", micros(recorder.total()));
        for (Operation operation : plan.workload().mix().weights().keySet()) {
            json.put("latency_us_" + operation.label(), micros(recorder.histogram(operation)));
        }
        json.put("sent_late_us", micros(recorder.lateness()));
        json.put("longest_gap_us", recorder.longestGapNanos() / NANOS_PER_MICRO);
        json.put("errors", new LinkedHashMap<>(recorder.errors()));
        json.put("not_found", recorder.notFound());
        json.put("load_cpu_us_per_op", result.perOp(result.ownCpuMicros()));
        if (!result.processes().isEmpty()) {
            json.put("server_cpu_us_per_op", result.cpuMicrosPerOp());
            json.put("servers", processes());
        }
        return json;
    }

    private List<Map<String, Object>> processes() {
        List<Map<String, Object>> list = new ArrayList<>();
        for (ProcessSample process : result.processes()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("user_us_per_op", result.perOp(process.userMicros()));
            one.put("system_us_per_op", result.perOp(process.systemMicros()));
            one.put("resident_mib", process.residentBytes() >> 20);
            one.put("peak_resident_mib", process.peakResidentBytes() >> 20);
            list.add(one);
        }
        return list;
    }

    private static Map<String, Object> micros(Histogram histogram) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("mean", histogram.getMean() / NANOS_PER_MICRO);
        for (double percentile : new double[] {50, 90, 99, 99.9, 99.99}) {
            json.put(
                    "p"
                            + (percentile == Math.rint(percentile)
                                    ? Long.toString((long) percentile)
                                    : Double.toString(percentile)),
                    histogram.getValueAtPercentile(percentile) / NANOS_PER_MICRO);
        }
        json.put("max", histogram.getMaxValue() / NANOS_PER_MICRO);
        return json;
    }

    /**
     * Writes {@code result.json}, {@code latency.hgrm}, {@code latency.hlog} and {@code index.html} into a directory.
     */
    public void writeTo(Path directory) throws IOException {
        Files.createDirectories(directory);
        Map<String, Object> conditions = Conditions.now();
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("conditions", conditions);
        whole.putAll(toJson());
        Files.writeString(directory.resolve("result.json"), Json.write(whole));
        try (PrintStream out = new PrintStream(
                Files.newOutputStream(directory.resolve("latency.hgrm")), false, StandardCharsets.UTF_8)) {
            result.recorder().total().outputPercentileDistribution(out, NANOS_PER_MICRO);
        }
        try (PrintStream out = new PrintStream(
                Files.newOutputStream(directory.resolve("latency.hlog")), false, StandardCharsets.UTF_8)) {
            HistogramLogWriter log = new HistogramLogWriter(out);
            log.outputComment("latencies in nanoseconds, by the second in which the answers came");
            log.outputLogFormatVersion();
            log.outputLegend();
            List<Histogram> intervals = result.recorder().intervals();
            for (int i = 0; i < intervals.size(); i++) {
                log.outputIntervalHistogram(i, i + 1.0, intervals.get(i));
            }
        }
        Files.writeString(directory.resolve("index.html"), page(conditions));
    }

    private String page(Map<String, Object> conditions) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("throughput", String.format(Locale.ROOT, "%,.0f ops/s", result.opsPerSecond()));
        facts.put("latency", latencies(result.recorder().total()));
        facts.put("errors", result.recorder().errorCount());
        if (!result.processes().isEmpty()) {
            facts.put("servers' CPU", String.format(Locale.ROOT, "%.1f us/op", result.cpuMicrosPerOp()));
        }
        return new HtmlPage(describe(result.plan()))
                .facts(facts)
                .heading("Latency by percentile")
                .svg(percentiles().toSvg())
                .heading("Over time")
                .svg(throughput().toSvg())
                .svg(overTime().toSvg())
                .heading("Conditions")
                .facts(conditions)
                .toHtml();
    }

    private Chart percentiles() {
        Chart chart = new Chart(
                "latency by percentile",
                new Chart.Axis("1 / (1 - percentile): 10 is p90, 100 is p99, 1000 is p99.9", true),
                new Chart.Axis("microseconds", true));
        for (Operation operation : result.plan().workload().mix().weights().keySet()) {
            Histogram histogram = result.recorder().histogram(operation);
            if (histogram.getTotalCount() > 0) {
                addPercentiles(chart, operation.label(), histogram);
            }
        }
        return chart;
    }

    private static void addPercentiles(Chart chart, String name, Histogram histogram) {
        List<double[]> points = new ArrayList<>();
        for (double inverse = 1; inverse <= Math.max(10, histogram.getTotalCount()); inverse *= 1.15) {
            double value = histogram.getValueAtPercentile(100 - 100 / inverse) / NANOS_PER_MICRO;
            points.add(new double[] {inverse, value});
        }
        chart.line(
                name,
                points.stream().mapToDouble(point -> point[0]).toArray(),
                points.stream().mapToDouble(point -> point[1]).toArray());
    }

    private Chart throughput() {
        List<Histogram> intervals = result.recorder().intervals();
        double[] seconds = new double[intervals.size()];
        double[] counts = new double[intervals.size()];
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = i + 0.5;
            counts[i] = intervals.get(i).getTotalCount();
        }
        return new Chart("answers", new Chart.Axis("seconds", false), new Chart.Axis("answers in that second", false))
                .line("answers per second", seconds, counts);
    }

    private Chart overTime() {
        Chart chart =
                new Chart("latency over time", new Chart.Axis("seconds", false), new Chart.Axis("microseconds", true));
        List<Histogram> intervals = result.recorder().intervals();
        for (double percentile : new double[] {50, 99, 100}) {
            double[] seconds = new double[intervals.size()];
            double[] values = new double[intervals.size()];
            for (int i = 0; i < seconds.length; i++) {
                seconds[i] = i + 0.5;
                values[i] = intervals.get(i).getValueAtPercentile(percentile) / NANOS_PER_MICRO;
            }
            chart.line(percentile == 100 ? "max" : "p" + Svg.number(percentile), seconds, values);
        }
        return chart;
    }
}
