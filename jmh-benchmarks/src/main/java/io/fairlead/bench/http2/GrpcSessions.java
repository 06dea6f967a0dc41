package io.fairlead.bench.http2;

import io.fairlead.bench.load.Session;
import io.fairlead.bench.load.SessionFactory;
import io.fairlead.bench.load.Workload;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Opens sessions with servers that speak etcd's gRPC without TLS. */
public final class GrpcSessions implements SessionFactory {
    private final Bootstrap bootstrap;
    private final List<InetSocketAddress> endpoints;
    private final Workload workload;
    private final Duration callTimeout;

    /**
     * @param channelType fits the event loops
     * @param endpoints where the servers are; connections are spread over them
     * @param workload shapes the requests
     * @param callTimeout after which a call has failed
     */
    public GrpcSessions(
            Class<? extends SocketChannel> channelType,
            List<InetSocketAddress> endpoints,
            Workload workload,
            Duration callTimeout) {
        this.bootstrap = new Bootstrap()
                .channel(channelType)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 2000);
        this.endpoints = List.copyOf(endpoints);
        this.workload = workload;
        this.callTimeout = callTimeout;
    }

    @Override
    public CompletionStage<Session> open(EventLoop loop, int number) {
        return new GrpcSession(loop, bootstrap, endpoints, number, workload, callTimeout.toNanos()).open();
    }
}
