package io.fairlead.server.http;

import io.fairlead.raft.Consistency;
import io.fairlead.raft.RaftGroup;
import io.fairlead.server.Version;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The pages beside gRPC on the client port: health, version, metrics. */
public final class HttpDoor implements Handler<HttpServerRequest> {
    private final RaftGroup<?> group;
    private final PrometheusRegistry metrics;
    private final PrometheusTextFormatWriter writer =
            PrometheusTextFormatWriter.builder().build();

    /** Pages about {@code group}, and {@code metrics}. */
    public HttpDoor(RaftGroup<?> group, PrometheusRegistry metrics) {
        this.group = group;
        this.metrics = metrics;
    }

    @Override
    public void handle(HttpServerRequest request) {
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            answer(request, 405, "text/plain; charset=utf-8", "Method Not Allowed\n");
            return;
        }
        String path = request.path();
        switch (path == null ? "" : path) {
            case "/health" -> health(request);
            case "/livez" -> answer(request, 200, "text/plain; charset=utf-8", "ok\n");
            case "/readyz" -> ready(request);
            case "/version" -> answer(request, 200, "application/json", version());
            case "/metrics" -> answer(request, 200, PrometheusTextFormatWriter.CONTENT_TYPE, metrics());
            default -> answer(request, 404, "text/plain; charset=utf-8", "404 page not found\n");
        }
    }

    /** Healthy is who has a leader and, unless asked for less, gets a linearizable read through. */
    private void health(HttpServerRequest request) {
        if (group.status().leader() == 0) {
            answer(request, 503, "application/json", "{\"health\":\"false\",\"reason\":\"RAFT NO LEADER\"}");
        } else if ("true".equals(request.getParam("serializable"))) {
            answer(request, 200, "application/json", "{\"health\":\"true\",\"reason\":\"\"}");
        } else {
            group.readBarrier(Consistency.LINEARIZABLE).whenComplete((index, failure) -> {
                if (failure == null) {
                    answer(request, 200, "application/json", "{\"health\":\"true\",\"reason\":\"\"}");
                } else {
                    answer(
                            request,
                            503,
                            "application/json",
                            "{\"health\":\"false\",\"reason\":\"RANGE ERROR:etcdserver: request timed out\"}");
                }
            });
        }
    }

    private void ready(HttpServerRequest request) {
        group.readBarrier(Consistency.LINEARIZABLE).whenComplete((index, failure) -> {
            if (failure == null) {
                answer(request, 200, "text/plain; charset=utf-8", "ok\n");
            } else {
                answer(request, 503, "text/plain; charset=utf-8", "[-]linearizable_read failed: no quorum answers\n");
            }
        });
    }

    private String version() {
        String cluster = group.status().leader() == 0 ? "not_decided" : Version.ETCD;
        return "{\"etcdserver\":\"" + Version.ETCD + "\",\"etcdcluster\":\"" + cluster + "\",\"storage\":\""
                + Version.ETCD + "\",\"fairlead\":\"" + Version.SERVER + "\"}";
    }

    private String metrics() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            writer.write(text, metrics.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString(java.nio.charset.StandardCharsets.UTF_8);
    }

    private static void answer(HttpServerRequest request, int status, String type, String body) {
        request.response().setStatusCode(status).putHeader("content-type", type).end(Buffer.buffer(body));
    }
}
