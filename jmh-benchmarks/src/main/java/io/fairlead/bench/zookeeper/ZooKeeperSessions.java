package io.fairlead.bench.zookeeper;

import io.fairlead.bench.load.Call;
import io.fairlead.bench.load.Operation;
import io.fairlead.bench.load.Session;
import io.fairlead.bench.load.SessionFactory;
import io.fairlead.bench.load.Workload;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Opens sessions with ZooKeeper servers. A session that breaks stays broken. */
public final class ZooKeeperSessions implements SessionFactory {
    private static final int MAX_FRAME_BYTES = 4 << 20;

    private final Class<? extends SocketChannel> channelType;
    private final List<InetSocketAddress> endpoints;
    private final Workload workload;

    /**
     * @param channelType fits the event loops
     * @param endpoints where the servers are; sessions are spread over them
     * @param workload shapes the requests
     */
    public ZooKeeperSessions(
            Class<? extends SocketChannel> channelType, List<InetSocketAddress> endpoints, Workload workload) {
        this.channelType = channelType;
        this.endpoints = List.copyOf(endpoints);
        this.workload = workload;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // The connection's own future has the outcome.
    public CompletionStage<Session> open(EventLoop loop, int number) {
        ZooKeeperConnection connection = new ZooKeeperConnection(workload.keyBytes(), workload.valueBytes());
        CompletableFuture<Session> opened = new CompletableFuture<>();
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(channelType)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel ch) {
                        ch.pipeline()
                                .addLast(new LengthFieldBasedFrameDecoder(MAX_FRAME_BYTES, 0, 4, 0, 4))
                                .addLast(connection);
                    }
                })
                .connect(endpoints.get(number % endpoints.size()));
        connecting.addListener(future -> {
            if (!future.isSuccess()) {
                opened.completeExceptionally(future.cause());
            }
        });
        connection.ready().whenComplete((ready, failure) -> {
            if (failure == null) {
                opened.complete(new Open(connecting.channel(), connection));
            } else {
                opened.completeExceptionally(failure);
            }
        });
        return opened;
    }

    /** A session that has been opened. */
    private record Open(Channel channel, ZooKeeperConnection connection) implements Session {
        @Override
        public void issue(Operation operation, long key, Call call) {
            if (connection.isClosed()) {
                call.onError("connection lost");
            } else {
                connection.start(operation, key, call);
            }
        }

        @Override
        public void flush() {
            connection.flush();
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for it.
        public void close() {
            channel.close();
        }
    }
}
