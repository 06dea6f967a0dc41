package io.fairlead.server.http;

import io.fairlead.kv.KvStore;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** The sizes of the store, under etcd's names. */
public final class StoreMetrics {
    private StoreMetrics() {}

    /** Shows {@code store}. */
    public static void register(PrometheusRegistry registry, KvStore store) {
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
    }
}
