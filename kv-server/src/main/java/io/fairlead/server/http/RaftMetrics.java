package io.fairlead.server.http;

import io.fairlead.raft.Metric;
import io.fairlead.raft.spi.Metrics;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What a raft group measures, for Prometheus: under etcd's names where etcd has them, else as {@code fairlead_raft_..},
 * and where the time of a write goes as {@code fairlead_stage_seconds}.
 *
 * <p><b>Threads:</b> any.
 */
public final class RaftMetrics implements Metrics {
    private static final double SHORTEST_SECONDS = 10e-6;
    private static final int BUCKETS = 18;
    private static final double NANOS = 1e-9;

    private final PrometheusRegistry registry;
    private final long observedGroup;

    /** @param observedGroup the one group that is shown */
    public RaftMetrics(PrometheusRegistry registry, long observedGroup) {
        this.registry = registry;
        this.observedGroup = observedGroup;
    }

    @Override
    public Recorder open(long groupId, ToLongFunction<Metric> gauges) {
        if (groupId != observedGroup) {
            return NONE.open(groupId, gauges);
        }
        Gauges shown = new Gauges(registry, gauges);
        shown.etcd("etcd_server_has_leader", "Whether or not a leader exists.", Metric.LEADER, v -> v == 0 ? 0 : 1);
        shown.etcd("etcd_server_is_leader", "Whether or not this member is a leader.", Metric.IS_LEADER, v -> v);
        shown.etcd(
                "etcd_server_proposals_committed",
                "The total number of consensus proposals committed.",
                Metric.COMMIT_INDEX,
                v -> v);
        shown.etcd(
                "etcd_server_proposals_applied",
                "The total number of consensus proposals applied.",
                Metric.APPLIED_INDEX,
                v -> v);
        shown.etcd(
                "etcd_server_proposals_pending",
                "The current number of pending proposals to commit.",
                Metric.PENDING_PROPOSALS,
                v -> v);
        return new Recording(registry);
    }

    private record Gauges(PrometheusRegistry registry, ToLongFunction<Metric> values) {
        private interface Shown {
            long of(long value);
        }

        Gauges {
            for (Metric metric : Metric.values()) {
                if (metric.kind() == Metric.Kind.GAUGE) {
                    double unit = metric.unit() == Metric.Unit.NANOSECONDS ? NANOS : 1;
                    gauge(registry, nameOf(metric), metric.help(), () -> values.applyAsLong(metric) * unit);
                }
            }
        }

        void etcd(String name, String help, Metric metric, Shown shown) {
            gauge(registry, name, help, () -> shown.of(values.applyAsLong(metric)));
        }

        private static void gauge(
                PrometheusRegistry registry, String name, String help, java.util.function.DoubleSupplier value) {
            GaugeWithCallback.builder()
                    .name(name)
                    .help(help)
                    .callback(callback -> callback.call(value.getAsDouble()))
                    .register(registry);
        }
    }

    private static String nameOf(Metric metric) {
        return "fairlead_raft_" + metric.name('_') + (metric.unit() == Metric.Unit.NANOSECONDS ? "_seconds" : "");
    }

    private static final class Recording implements Recorder {
        private final Map<Metric, CounterDataPoint> counters = new EnumMap<>(Metric.class);
        private final Map<Metric, DistributionDataPoint> distributions = new EnumMap<>(Metric.class);

        Recording(PrometheusRegistry registry) {
            Histogram stages = seconds(
                            "fairlead_stage_seconds",
                            "Where the time of a write goes. One proposal in 64 is timed, on the member that it was made"
                                    + " on.")
                    .labelNames("stage")
                    .register(registry);
            distributions.put(Metric.PROPOSAL_GATHER_TIME, stages.labelValues("gather"));
            distributions.put(Metric.PROPOSAL_QUORUM_TIME, stages.labelValues("quorum"));
            distributions.put(Metric.PROPOSAL_WAIT_TIME, stages.labelValues("wait"));
            distributions.put(Metric.PROPOSAL_APPLY_TIME, stages.labelValues("apply"));
            distributions.put(Metric.PROPOSAL_ANSWER_TIME, stages.labelValues("answer"));
            distributions.put(Metric.LOG_WRITE_TIME, stages.labelValues("log-write"));
            distributions.put(Metric.ROUND_TRIP_TIME, stages.labelValues("network"));
            distributions.put(
                    Metric.LOG_SYNC_TIME,
                    seconds("etcd_disk_wal_fsync_duration_seconds", "The latency distributions of fsync called by WAL.")
                            .register(registry));
            counters.put(
                    Metric.LEADER_CHANGES,
                    counter(registry, "etcd_server_leader_changes_seen", "The number of leader changes seen."));
            counters.put(
                    Metric.PROPOSALS_REFUSED,
                    counter(registry, "etcd_server_proposals_failed", "The total number of failed proposals seen."));
            for (Metric metric : Metric.values()) {
                if (metric.kind() == Metric.Kind.COUNTER) {
                    counters.computeIfAbsent(metric, any -> counter(registry, nameOf(metric), metric.help()));
                } else if (metric.kind() == Metric.Kind.DISTRIBUTION) {
                    distributions.computeIfAbsent(metric, any -> distribution(registry, metric));
                }
            }
        }

        private static DistributionDataPoint distribution(PrometheusRegistry registry, Metric metric) {
            return metric.unit() == Metric.Unit.NANOSECONDS
                    ? seconds(nameOf(metric), metric.help()).register(registry)
                    : histogram(nameOf(metric), metric.help(), 1).register(registry);
        }

        private static Counter counter(PrometheusRegistry registry, String name, String help) {
            return Counter.builder().name(name).help(help).register(registry);
        }

        private static Histogram.Builder seconds(String name, String help) {
            return histogram(name, help, SHORTEST_SECONDS);
        }

        private static Histogram.Builder histogram(String name, String help, double smallest) {
            return Histogram.builder()
                    .name(name)
                    .help(help)
                    .classicOnly()
                    .classicExponentialUpperBounds(smallest, 2, BUCKETS);
        }

        @Override
        public void add(Metric counter, long more) {
            CounterDataPoint known = counters.get(counter);
            if (known != null) {
                known.inc(more);
            }
        }

        @Override
        public void record(Metric distribution, long value) {
            DistributionDataPoint known = distributions.get(distribution);
            if (known != null) {
                known.observe(distribution.unit() == Metric.Unit.NANOSECONDS ? value * NANOS : value);
            }
        }

        @Override
        public void close() {
            // The registry ends with the server.
        }
    }
}
