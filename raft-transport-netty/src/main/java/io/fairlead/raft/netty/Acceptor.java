package io.fairlead.raft.netty;

import io.fairlead.raft.netty.codec.HandshakeRefusal;
import io.fairlead.raft.netty.codec.Hello;
import io.fairlead.raft.netty.codec.HelloReply;
import io.fairlead.raft.netty.codec.Wire;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The accepting side: listens, judges who wants to connect, and keeps one connection per peer and lane. */
@SuppressWarnings("FutureReturnValueIgnored") // What fails also closes the channel, and that is heard.
final class Acceptor {
    /** Hears who is connected to this member. Called on event loops. */
    interface Listener {
        /** A member has connected; {@code address} is where it says that it can be dialled, or empty. */
        void onConnected(long memberId, String address);

        /** The last connection of a member is closed. */
        void onDisconnected(long memberId);
    }

    private record Key(long memberId, Lane lane) {}

    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
    private static final int MAX_READ_BYTES = 256 << 10;

    private final Shared shared;
    private final Listener listener;
    private final Map<Key, Channel> connections = new ConcurrentHashMap<>();
    private @Nullable Channel server;

    Acceptor(Shared shared, Listener listener) {
        this.shared = shared;
        this.listener = listener;
    }

    /**
     * Starts to listen.
     *
     * @return where
     * @throws UncheckedIOException if the address cannot be used, saying which and why
     */
    InetSocketAddress listen(EventLoopGroup loops) {
        NettyTransportConfig config = shared.config();
        Acceptor self = this;
        ServerBootstrap bootstrap = new ServerBootstrap().group(loops);
        shared.io().configure(bootstrap, config.deadPeerTimeout().toMillis());
        bootstrap
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(1 << 10, 16 << 10, MAX_READ_BYTES))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        config.tls()
                                .ifPresent(tls ->
                                        channel.pipeline().addLast(tls.server().newHandler(channel.alloc())));
                        channel.pipeline().addLast(new Inbound.Handler(shared, self));
                    }
                });
        Address address = Address.parse(config.listenAddress());
        ChannelFuture bound = bootstrap
                .bind(new InetSocketAddress(address.host(), address.port()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            Throwable cause = bound.cause();
            throw new UncheckedIOException(
                    "cannot listen for peers on " + address + ": " + cause.getMessage()
                            + ": stop what uses the port, or choose another address",
                    cause instanceof IOException io ? io : new IOException(cause));
        }
        server = bound.channel();
        return (InetSocketAddress) server.localAddress();
    }

    /** Says whether the sender of {@code hello} may connect. */
    HelloReply judge(Hello hello) {
        NettyTransportConfig config = shared.config();
        if (hello.minVersion() > Wire.MAX_VERSION || hello.maxVersion() < Wire.MIN_VERSION) {
            return refusal(
                    HandshakeRefusal.VERSION,
                    "member " + hello.memberId() + " speaks protocol versions " + hello.minVersion() + " to "
                            + hello.maxVersion() + ", member " + config.memberId() + " speaks " + Wire.MIN_VERSION
                            + " to " + Wire.MAX_VERSION);
        }
        if (hello.clusterId() != config.clusterId()) {
            return refusal(
                    HandshakeRefusal.WRONG_CLUSTER,
                    "member " + hello.memberId() + " belongs to cluster " + Long.toHexString(hello.clusterId())
                            + ", member " + config.memberId() + " to " + Long.toHexString(config.clusterId())
                            + ". If the cluster was recovered from a disaster, member " + hello.memberId()
                            + " is no longer part of it: stop it, keep its data directory aside, and add it anew with"
                            + " an empty one");
        }
        if (hello.receiverId() != config.memberId()) {
            return refusal(
                    HandshakeRefusal.WRONG_MEMBER,
                    "member " + hello.memberId() + " looks for member " + hello.receiverId() + " and found member "
                            + config.memberId());
        }
        if (hello.memberId() == 0 || hello.memberId() == config.memberId() || !Lane.exists(hello.lane())) {
            return refusal(
                    HandshakeRefusal.BAD_SENDER,
                    "no member can be called " + hello.memberId() + " and ask member " + config.memberId()
                            + " for lane " + hello.lane());
        }
        Optional<String> objection = config.peerCheck().refuse(hello.memberId(), hello.incarnation());
        if (objection.isPresent()) {
            return refusal(HandshakeRefusal.NOT_ADMITTED, objection.get());
        }
        int version = Math.min(hello.maxVersion(), Wire.MAX_VERSION);
        return reply(HandshakeRefusal.NONE, "", version);
    }

    private HelloReply refusal(HandshakeRefusal code, String reason) {
        return reply(code, reason, 0);
    }

    private HelloReply reply(HandshakeRefusal code, String reason, int version) {
        NettyTransportConfig config = shared.config();
        return new HelloReply(
                code,
                reason,
                version,
                0,
                config.clusterId(),
                config.memberId(),
                config.incarnation().getAsLong(),
                config.maxFrameBytes());
    }

    void onRefused(Hello hello, SocketAddress remote, HelloReply reply) {
        shared.counters().handshakesRefusedHere.increment();
        if (shared.episodes().begins(episode(hello.memberId()), System.nanoTime())) {
            LOG.warn(
                    "connection of a peer refused: peer={} remote={} code={} reason={}",
                    hello.memberId(),
                    remote,
                    reply.refusal(),
                    reply.reason());
        }
    }

    /** A peer is connected; an older connection for the same purpose is a leftover that it has given up. */
    void onAdmitted(Hello hello, Channel channel) {
        shared.counters().accepted.increment();
        shared.episodes().end(episode(hello.memberId()));
        Channel older = connections.put(new Key(hello.memberId(), Lane.of(hello.lane())), channel);
        if (older != null) {
            older.close();
        }
        listener.onConnected(hello.memberId(), hello.address());
    }

    void onClosed(Hello hello, Channel channel) {
        boolean current = connections.remove(new Key(hello.memberId(), Lane.of(hello.lane())), channel);
        if (current && connections.keySet().stream().noneMatch(key -> key.memberId() == hello.memberId())) {
            listener.onDisconnected(hello.memberId());
        }
    }

    /** How many connections peers have here. */
    int openConnections() {
        return connections.size();
    }

    /** Stops listening, and closes the connections of all peers. */
    void close() {
        if (server != null) {
            server.close();
        }
        connections.values().forEach(Channel::close);
    }

    private static String episode(long memberId) {
        return "refused here " + memberId;
    }
}
