package io.fairlead.server.http;

import io.fairlead.kv.KvStore;
import io.fairlead.raft.ProposalTimes;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.RaftListener;
import io.fairlead.raft.RaftStatus;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.ToLongFunction;

/** What operators of etcd look at, under etcd's names. */
public final class GroupMetrics implements RaftListener {
    private static final double SHORTEST_SECONDS = 10e-6;
    private static final int BUCKETS = 18;
    private static final double NANOS = 1e-9;

    private final Counter leaderChanges;
    private final DistributionDataPoint gather;
    private final DistributionDataPoint commit;
    private final DistributionDataPoint apply;
    private final DistributionDataPoint answer;
    private final DistributionDataPoint logWrite;
    private final DistributionDataPoint logSync;
    private long leader;

    private GroupMetrics(Counter leaderChanges, Histogram stages, Histogram syncs) {
        this.leaderChanges = leaderChanges;
        gather = stages.labelValues("gather");
        commit = stages.labelValues("commit");
        apply = stages.labelValues("apply");
        answer = stages.labelValues("answer");
        logWrite = stages.labelValues("log-write");
        logSync = syncs;
    }

    /** Registers everything about a member. */
    public static PrometheusRegistry register(RaftGroup<?> group, KvStore store) {
        PrometheusRegistry registry = new PrometheusRegistry();
        JvmMetrics.builder().register(registry);
        Counter changes = Counter.builder()
                .name("etcd_server_leader_changes_seen_total")
                .help("The number of leader changes seen.")
                .register(registry);
        Histogram stages = histogram(
                        "fairlead_stage_seconds",
                        "Where the time of a write goes. One proposal in 64 is timed, on the member that it was made"
                                + " on.")
                .labelNames("stage")
                .register(registry);
        Histogram syncs = histogram(
                        "etcd_disk_wal_fsync_duration_seconds", "The latency distributions of fsync called by WAL.")
                .register(registry);
        group.addListener(new GroupMetrics(changes, stages, syncs));
        gauge(
                registry,
                "etcd_server_has_leader",
                "Whether or not a leader exists.",
                group,
                s -> s.leader() == 0 ? 0 : 1);
        gauge(
                registry,
                "etcd_server_is_leader",
                "Whether or not this member is a leader.",
                group,
                s -> s.role() == RaftStatus.Role.LEADER ? 1 : 0);
        gauge(
                registry,
                "etcd_server_proposals_committed_total",
                "The total number of consensus proposals committed.",
                group,
                RaftStatus::commitIndex);
        gauge(
                registry,
                "etcd_server_proposals_applied_total",
                "The total number of consensus proposals applied.",
                group,
                RaftStatus::appliedIndex);
        gauge(registry, "fairlead_raft_term", "The current term.", group, RaftStatus::term);
        GaugeWithCallback.builder()
                .name("etcd_mvcc_db_total_size_in_bytes")
                .help("Total size of the underlying database physically allocated in bytes.")
                .callback(callback -> callback.call((double) store.dbSizeBytes()))
                .register(registry);
        GaugeWithCallback.builder()
                .name("etcd_debugging_mvcc_current_revision")
                .help("The current revision of store.")
                .callback(callback -> callback.call((double) store.currentRevision()))
                .register(registry);
        return registry;
    }

    private static Histogram.Builder histogram(String name, String help) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .classicOnly()
                .classicExponentialUpperBounds(SHORTEST_SECONDS, 2, BUCKETS);
    }

    private static void gauge(
            PrometheusRegistry registry,
            String name,
            String help,
            RaftGroup<?> group,
            ToLongFunction<RaftStatus> value) {
        GaugeWithCallback.builder()
                .name(name.replaceFirst("_total$", ""))
                .help(help)
                .callback(callback -> callback.call((double) value.applyAsLong(group.status())))
                .register(registry);
    }

    @Override
    public void onRoleChanged(RaftStatus.Role role, long term, long newLeader, String why) {
        if (newLeader != 0 && newLeader != leader) {
            leader = newLeader;
            leaderChanges.inc();
        }
    }

    @Override
    public void onProposalTimed(ProposalTimes times) {
        gather.observe(times.gatherNanos() * NANOS);
        commit.observe(times.commitNanos() * NANOS);
        apply.observe(times.applyNanos() * NANOS);
        answer.observe(times.answerNanos() * NANOS);
    }

    @Override
    public void onLogSynced(long writeNanos, long syncNanos) {
        logWrite.observe(writeNanos * NANOS);
        logSync.observe(syncNanos * NANOS);
    }
}
