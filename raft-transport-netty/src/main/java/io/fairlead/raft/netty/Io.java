package io.fairlead.raft.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/** How sockets are driven: with epoll where there is one, else with the JDK's selectors. */
enum Io {
    /** Linux. Also tells the kernel when to give a silent peer up. */
    EPOLL(EpollSocketChannel.class, EpollServerSocketChannel.class),
    /** Everywhere. */
    NIO(NioSocketChannel.class, NioServerSocketChannel.class);

    private static final int KEEPALIVE_PROBES = 3;

    private final Class<? extends Channel> channel;
    private final Class<? extends ServerChannel> serverChannel;

    Io(Class<? extends Channel> channel, Class<? extends ServerChannel> serverChannel) {
        this.channel = channel;
        this.serverChannel = serverChannel;
    }

    /** The best that this machine has. */
    static Io choose(boolean nativeAllowed) {
        return nativeAllowed && Epoll.isAvailable() ? EPOLL : NIO;
    }

    IoHandlerFactory handlerFactory() {
        return this == EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    /** Prepares a connection to a peer. */
    void configure(Bootstrap bootstrap, long deadPeerMillis) {
        bootstrap.channel(channel).option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true);
        if (this == EPOLL) {
            int seconds = keepaliveSeconds(deadPeerMillis);
            bootstrap
                    .option(EpollChannelOption.TCP_USER_TIMEOUT, (int) deadPeerMillis)
                    .option(EpollChannelOption.TCP_KEEPIDLE, seconds)
                    .option(EpollChannelOption.TCP_KEEPINTVL, seconds)
                    .option(EpollChannelOption.TCP_KEEPCNT, KEEPALIVE_PROBES);
        }
    }

    /** Prepares the accepting side. */
    void configure(ServerBootstrap bootstrap, long deadPeerMillis) {
        bootstrap
                .channel(serverChannel)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true);
        if (this == EPOLL) {
            int seconds = keepaliveSeconds(deadPeerMillis);
            bootstrap
                    .childOption(EpollChannelOption.TCP_USER_TIMEOUT, (int) deadPeerMillis)
                    .childOption(EpollChannelOption.TCP_KEEPIDLE, seconds)
                    .childOption(EpollChannelOption.TCP_KEEPINTVL, seconds)
                    .childOption(EpollChannelOption.TCP_KEEPCNT, KEEPALIVE_PROBES);
        }
    }

    private static int keepaliveSeconds(long deadPeerMillis) {
        return (int) Math.max(1, deadPeerMillis / 1000);
    }
}
