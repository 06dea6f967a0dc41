package io.fairlead.bench.measure;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a member's writes spend their time, from the histograms on its metrics page. */
public final class StageTimes {
    private static final Pattern SAMPLE = Pattern.compile(
            "(fairlead_stage_seconds|etcd_disk_wal_fsync_duration_seconds)_(bucket|sum|count)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Map<String, Histogram> stages;

    private StageTimes(Map<String, Histogram> stages) {
        this.stages = stages;
    }

    /** One stage: how often, how long in all, and counts by upper bound in seconds. */
    public static final class Histogram {
        private double count;
        private double seconds;
        private final TreeMap<Double, Double> upTo = new TreeMap<>();

        /** How many were observed. */
        public double count() {
            return count;
        }

        /** The average in microseconds. */
        public double meanMicros() {
            return count == 0 ? 0 : seconds / count * 1e6;
        }

        /** A bound in microseconds that this share of all did not exceed: the end of a bucket, so up to twice too much. */
        public double boundMicros(double share) {
            for (Map.Entry<Double, Double> bucket : upTo.entrySet()) {
                if (bucket.getValue() >= share * count) {
                    return bucket.getKey() * 1e6;
                }
            }
            return Double.POSITIVE_INFINITY;
        }

        private Histogram since(Histogram before) {
            Histogram difference = new Histogram();
            difference.count = count - before.count;
            difference.seconds = seconds - before.seconds;
            upTo.forEach((bound, value) -> difference.upTo.put(bound, value - before.upTo.getOrDefault(bound, 0.0)));
            return difference;
        }
    }

    /** Reads the page of the member at this address. */
    public static StageTimes of(InetSocketAddress member) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + member.getHostString() + ":" + member.getPort() + "/metrics"))
                .timeout(TIMEOUT)
                .build();
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .build();
        return parse(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    static StageTimes parse(String page) {
        Map<String, Histogram> stages = new LinkedHashMap<>();
        page.lines().forEach(line -> {
            Matcher sample = SAMPLE.matcher(line);
            if (sample.matches()) {
                Map<String, String> labels = labels(sample.group(3));
                String stage = labels.getOrDefault("stage", "log-sync");
                Histogram histogram = stages.computeIfAbsent(stage, name -> new Histogram());
                double value = Double.parseDouble(sample.group(4));
                switch (sample.group(2)) {
                    case "sum" -> histogram.seconds = value;
                    case "count" -> histogram.count = value;
                    default -> histogram.upTo.put(bound(labels.getOrDefault("le", "+Inf")), value);
                }
            }
        });
        return new StageTimes(stages);
    }

    private static Map<String, String> labels(@org.jspecify.annotations.Nullable String text) {
        Map<String, String> labels = new LinkedHashMap<>();
        if (text != null) {
            Matcher label = LABEL.matcher(text);
            while (label.find()) {
                labels.put(label.group(1), label.group(2));
            }
        }
        return labels;
    }

    private static double bound(String text) {
        return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
    }

    /** What was observed since another reading, by stage. */
    public Map<String, Histogram> since(StageTimes before) {
        Map<String, Histogram> difference = new LinkedHashMap<>();
        stages.forEach((stage, histogram) ->
                difference.put(stage, histogram.since(before.stages.getOrDefault(stage, new Histogram()))));
        return difference;
    }
}
