package io.fairlead.raft.netty;

import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.spi.Transport;
import io.fairlead.raft.spi.Workers;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries messages between members over TCP.
 *
 * <p>Each member dials each other member, once per {@linkplain Lane lane}, and sends only on the connections that it
 * made itself; on those that its peers made it only receives. What is urgent never waits behind entries, and entries
 * never behind snapshots. Peers that this member was not told of, but that are connected to it and say where they can
 * be dialled, are answered as long as they stay connected.
 *
 * <p><b>Order:</b> messages that one thread sends to one peer in one lane arrive in the order of the calls, if they
 * arrive.
 *
 * <p><b>Threads:</b> any may call; only {@link #start} and {@link #close} wait, with nothing locked. The receiver is
 * called on the event loops.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What fails also closes the channel, and that is heard.
public final class NettyTransport implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(NettyTransport.class);
    private static final Peer[] NO_PEERS = {};
    private static final long CLOSE_PATIENCE_SECONDS = 5;

    private final NettyTransportConfig config;
    private final Io io;
    private final Counters counters = new Counters();

    /** Those that {@link #addPeer} named; guarded by this. */
    private final Map<Long, Address> named = new HashMap<>();
    /** Where others that are connected say that they are; written under this. */
    private final Map<Long, Address> heardOf = new ConcurrentHashMap<>();

    /** Replaced, never changed; written under this. */
    private volatile Peer[] peers = NO_PEERS;

    private volatile @Nullable Running running;
    private @Nullable EventLoopGroup loops;
    private boolean started;
    private boolean closed;

    /** What exists between start and close. */
    private record Running(
            Shared shared, Acceptor acceptor, InetSocketAddress boundAddress, Map<EventLoop, SendQueue> sendQueues) {}

    /**
     * A transport that does nothing until it is started.
     *
     * @param config who this member is, and how it connects
     */
    public NettyTransport(NettyTransportConfig config) {
        this.config = config;
        this.io = Io.choose(config.nativeIo());
    }

    /**
     * {@inheritDoc}
     *
     * @throws java.io.UncheckedIOException if the listen address cannot be used, saying which and why
     */
    @Override
    public void start(Receiver receiver) {
        EventLoopGroup group;
        synchronized (this) {
            if (closed || started) {
                throw new IllegalStateException("a transport is started once");
            }
            started = true;
            group = loops();
        }
        Resolver resolver = new Resolver("raft-resolve-" + Long.toUnsignedString(config.memberId()));
        Shared shared = new Shared(config, io, resolver, counters, new Episodes(), receiver);
        Acceptor acceptor = new Acceptor(shared, new Connections());
        InetSocketAddress bound;
        try {
            bound = acceptor.listen(group); // Waits for an event loop, so nothing may be locked.
        } catch (RuntimeException e) {
            resolver.close();
            throw e;
        }
        synchronized (this) {
            if (closed) {
                acceptor.close();
                resolver.close();
                return;
            }
            running = new Running(shared, acceptor, bound, new IdentityHashMap<>());
            named.forEach(this::connect);
        }
        LOG.info(
                "listening for peers: member={} address={} io={} tls={}",
                config.memberId(),
                Address.of(bound),
                io,
                config.tls().isPresent());
    }

    /**
     * {@return where peers are accepted as {@code host:port}, with the port that was taken if the configured one is 0}
     *
     * @throws IllegalStateException unless started
     */
    public String boundAddress() {
        Running now = running;
        if (now == null) {
            throw new IllegalStateException("the transport is not started");
        }
        return Address.of(now.boundAddress).toString();
    }

    /** How many connections peers have made to this member. */
    int openInboundConnections() {
        Running now = running;
        return now == null ? 0 : now.acceptor.openConnections();
    }

    /** {@return what happened so far} */
    public NettyTransportStats stats() {
        return counters.snapshot();
    }

    /**
     * {@inheritDoc} This member itself is passed over. So is an address that is not of the form {@code host:port},
     * with an error in the log: it may come from a replicated configuration, and must not stop everyone who reads it.
     */
    @Override
    public synchronized void addPeer(long memberId, String address) {
        if (memberId == config.memberId() || closed) {
            return;
        }
        Address parsed;
        try {
            parsed = Address.parse(address);
        } catch (IllegalArgumentException e) {
            LOG.error("peer cannot be reached: peer={} cause={}", memberId, e.getMessage());
            return;
        }
        named.put(memberId, parsed);
        Peer peer = find(memberId);
        if (peer == null) {
            connect(memberId, parsed);
        } else {
            peer.loop().execute(() -> peer.moveTo(parsed));
        }
    }

    @Override
    public synchronized void removePeer(long memberId) {
        named.remove(memberId);
        heardOf.remove(memberId);
        disconnect(memberId);
    }

    @Override
    public void send(long groupId, RaftMessage message) {
        assert message.from() == config.memberId() : message;
        Peer peer = find(message.to());
        if (peer == null && heardOf.containsKey(message.to())) {
            peer = findHeardOf(message.to());
        }
        if (peer == null) {
            counters.dropped(DropCause.UNKNOWN_PEER);
            return;
        }
        Link link = peer.link(Lane.of(message));
        link.send(new Outgoing(link, groupId, message, Outgoing.sizeOf(message)));
    }

    /**
     * {@inheritDoc}
     *
     * <p>As many loops run here as there are event loops; each saves a step the two wake-ups that are most of what a
     * lone write costs. Any more get threads of their own.
     */
    @Override
    public OptionalLong clusterId() {
        return OptionalLong.of(config.clusterId());
    }

    @Override
    public Workers loops(Workers threads) {
        AtomicInteger started = new AtomicInteger();
        return name -> started.getAndIncrement() < config.ioThreads()
                ? new LoopWorker(name, loops().next())
                : threads.start(name);
    }

    /** Made when they are first needed; their threads start with their first task. */
    private synchronized EventLoopGroup loops() {
        EventLoopGroup present = loops;
        if (present == null) {
            if (closed) {
                throw new IllegalStateException("the transport is closed");
            }
            String prefix = "raft-io-" + Long.toUnsignedString(config.memberId()) + "-";
            present = new MultiThreadIoEventLoopGroup(config.ioThreads(), new IoThreads(prefix), io.handlerFactory());
            loops = present;
        }
        return present;
    }

    private @Nullable Peer find(long memberId) {
        for (Peer peer : peers) {
            if (peer.memberId() == memberId) {
                return peer;
            }
        }
        return null;
    }

    private synchronized @Nullable Peer findHeardOf(long memberId) {
        Address address = heardOf.get(memberId);
        if (address == null) {
            return null;
        }
        Peer peer = find(memberId);
        return peer == null ? connect(memberId, address) : peer;
    }

    private synchronized @Nullable Peer connect(long memberId, Address address) {
        Running now = running;
        if (now == null) {
            return null;
        }
        EventLoop loop = loops().next();
        SendQueue sendQueue = now.sendQueues.computeIfAbsent(loop, SendQueue::new);
        Peer peer = new Peer(now.shared, memberId, address, loop, sendQueue);
        List<Peer> more = new ArrayList<>(List.of(peers));
        more.add(peer);
        peers = more.toArray(NO_PEERS);
        loop.execute(peer::open);
        return peer;
    }

    /** Lets what was sent before go out, then closes the connections to a member. */
    private synchronized void disconnect(long memberId) {
        Peer peer = find(memberId);
        Running now = running;
        if (peer == null || now == null) {
            return;
        }
        List<Peer> fewer = new ArrayList<>(List.of(peers));
        fewer.remove(peer);
        peers = fewer.toArray(NO_PEERS);
        SendQueue sendQueue = now.sendQueues.get(peer.loop());
        peer.loop().execute(() -> {
            if (sendQueue != null) {
                sendQueue.drain();
            }
            peer.close();
        });
    }

    @Override
    public void close() {
        EventLoopGroup last;
        synchronized (this) {
            closed = true;
            Running now = running;
            if (now != null) {
                now.acceptor.close();
                for (Peer peer : peers) {
                    disconnect(peer.memberId());
                }
                now.shared.resolver().close();
                running = null;
            }
            last = loops;
        }
        if (last != null) {
            Future<?> end = last.shutdownGracefully(0, CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!isLoopOf(last)) {
                end.awaitUninterruptibly(CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        }
    }

    private static boolean isLoopOf(EventLoopGroup group) {
        for (EventExecutor loop : group) {
            if (loop.inEventLoop()) {
                return true;
            }
        }
        return false;
    }

    /** Netty's own kind of thread, under a name that says whose it is. */
    private static final class IoThreads extends DefaultThreadFactory {
        private final AtomicInteger count = new AtomicInteger();
        private final String prefix;

        IoThreads(String prefix) {
            super("raft-io");
            this.prefix = prefix;
        }

        @Override
        protected Thread newThread(Runnable work, String ignoredName) {
            return super.newThread(work, prefix + count.getAndIncrement());
        }
    }

    /** What the accepting side tells: on event loops, a few times in a connection's life. */
    private final class Connections implements Acceptor.Listener {
        @Override
        public void onConnected(long memberId, String address) {
            synchronized (NettyTransport.this) {
                hearOf(memberId, address);
                Peer peer = find(memberId);
                if (peer != null && running != null) {
                    peer.loop().execute(peer::onHeardFrom);
                }
            }
        }

        private void hearOf(long memberId, String address) {
            if (address.isEmpty() || closed) {
                return;
            }
            try {
                heardOf.put(memberId, Address.parse(address));
            } catch (IllegalArgumentException e) {
                LOG.debug("peer has no usable address: peer={} cause={}", memberId, e.getMessage());
            }
        }

        @Override
        public void onDisconnected(long memberId) {
            synchronized (NettyTransport.this) {
                heardOf.remove(memberId);
                if (!named.containsKey(memberId)) {
                    disconnect(memberId);
                }
            }
        }
    }
}
