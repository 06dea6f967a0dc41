package io.fairlead.server.http;

import io.fairlead.kv.KvStore;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.RaftListener;
import io.fairlead.raft.RaftStatus;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.ToLongFunction;

/** What operators of etcd look at, under etcd's names. */
public final class GroupMetrics implements RaftListener {
    private final Counter leaderChanges;
    private long leader;

    private GroupMetrics(Counter leaderChanges) {
        this.leaderChanges = leaderChanges;
    }

    /** Registers everything about a member. */
    public static PrometheusRegistry register(RaftGroup<?> group, KvStore store) {
        PrometheusRegistry registry = new PrometheusRegistry();
        JvmMetrics.builder().register(registry);
        Counter changes = Counter.builder()
                .name("etcd_server_leader_changes_seen_total")
                .help("The number of leader changes seen.")
                .register(registry);
        group.addListener(new GroupMetrics(changes));
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
}
