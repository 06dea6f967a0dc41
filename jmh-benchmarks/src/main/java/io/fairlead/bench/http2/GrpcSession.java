package io.fairlead.bench.http2;

import io.fairlead.bench.load.Call;
import io.fairlead.bench.load.Operation;
import io.fairlead.bench.load.Session;
import io.fairlead.bench.load.Template;
import io.fairlead.bench.load.Workload;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A {@link Session} over gRPC: one connection at a time, to the next endpoint when one breaks. */
@SuppressWarnings("FutureReturnValueIgnored") // What fails in a channel closes it, and that is noticed.
final class GrpcSession implements Session {
    private static final long RECONNECT_MILLIS = 50;
    private static final long EXPIRY_MILLIS = 500;

    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private final List<InetSocketAddress> endpoints;
    private final long callTimeoutNanos;
    private final Template[] templates;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final CompletableFuture<Session> opened = new CompletableFuture<>();
    private @Nullable GrpcConnection connection;
    private @Nullable Channel channel;
    private int endpoint;
    private boolean closed;

    /** A call for which the server allows no stream yet. */
    private record Waiting(Operation operation, long key, Call call) {}

    GrpcSession(
            EventLoop loop,
            Bootstrap bootstrap,
            List<InetSocketAddress> endpoints,
            int firstEndpoint,
            Workload workload,
            long callTimeoutNanos) {
        this.loop = loop;
        this.bootstrap = bootstrap;
        this.endpoints = endpoints;
        this.endpoint = firstEndpoint % endpoints.size();
        this.callTimeoutNanos = callTimeoutNanos;
        this.templates = new Template[Operation.count()];
        for (Operation operation : Operation.values()) {
            templates[operation.number()] = EtcdRequests.template(operation, workload);
        }
    }

    /** Opens the first connection, on the event loop. */
    CompletionStage<Session> open() {
        loop.execute(this::connect);
        loop.schedule(this::expire, EXPIRY_MILLIS, TimeUnit.MILLISECONDS);
        return opened;
    }

    private void connect() {
        if (closed) {
            return;
        }
        InetSocketAddress address = endpoints.get(endpoint);
        GrpcConnection fresh = new GrpcConnection(address.getHostString() + ":" + address.getPort());
        ChannelFuture connecting =
                bootstrap.clone().group(loop).handler(new OnRegistration(fresh)).connect(address);
        channel = connecting.channel();
        connecting.addListener(future -> {
            if (!future.isSuccess()) {
                onFailure(future.cause());
            }
        });
        fresh.ready().whenComplete((ready, failure) -> {
            if (ready != null) {
                connection = ready;
                opened.complete(this);
            }
        });
        connecting.channel().closeFuture().addListener(future -> {
            if (connecting.isSuccess()) {
                connection = null;
                onFailure(new IOException("closed"));
            }
        });
    }

    /** Puts the connection into the channel's pipeline. */
    private static final class OnRegistration extends ChannelInitializer<Channel> {
        private final GrpcConnection connection;

        OnRegistration(GrpcConnection connection) {
            this.connection = connection;
        }

        @Override
        protected void initChannel(Channel ch) {
            ch.pipeline().addLast(connection);
        }
    }

    private void onFailure(Throwable cause) {
        if (endpoints.size() == 1 && !opened.isDone()) {
            opened.completeExceptionally(cause);
            return;
        }
        endpoint = (endpoint + 1) % endpoints.size();
        loop.schedule(this::connect, RECONNECT_MILLIS, TimeUnit.MILLISECONDS);
        failWaiting("connection lost");
    }

    private void failWaiting(String error) {
        for (int i = waiting.size(); i > 0; i--) {
            waiting.remove().call.onError(error);
        }
    }

    private void expire() {
        if (closed) {
            return;
        }
        GrpcConnection present = connection;
        if (present != null) {
            present.expire(System.nanoTime() - callTimeoutNanos);
        }
        loop.schedule(this::expire, EXPIRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void issue(Operation operation, long key, Call call) {
        GrpcConnection present = connection;
        if (present == null) {
            call.onError("not connected");
        } else if (present.closedBecause() != null) {
            call.onError("connection lost");
        } else if (!waiting.isEmpty() || !present.hasRoom()) {
            waiting.add(new Waiting(operation, key, call));
            drain(present);
        } else {
            present.start(operation, templates[operation.number()].fill(key), call);
        }
    }

    private void drain(GrpcConnection present) {
        while (!waiting.isEmpty() && present.hasRoom()) {
            Waiting next = waiting.remove();
            present.start(next.operation, templates[next.operation.number()].fill(next.key), next.call);
        }
    }

    @Override
    public void flush() {
        GrpcConnection present = connection;
        if (present != null) {
            present.flush();
        }
    }

    @Override
    public void close() {
        loop.execute(() -> {
            closed = true;
            Channel open = channel;
            if (open != null) {
                open.close();
            }
        });
    }
}
