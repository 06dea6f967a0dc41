package io.fairlead.raft.netty;

import io.fairlead.raft.InvalidConfigException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** How a {@link NettyTransport} behaves. Immutable; the defaults suit three members in one region. */
public final class NettyTransportConfig {
    private final Builder values;

    private NettyTransportConfig(Builder values) {
        this.values = values;
    }

    /**
     * Starts a configuration.
     *
     * @param clusterId the same for all members of a cluster, and different for every other cluster
     * @param memberId who this member is; not 0
     * @param listenAddress where peers are accepted, as {@code host:port}; port 0 takes any free one
     * @return a builder with this and defaults
     */
    public static Builder builder(long clusterId, long memberId, String listenAddress) {
        return new Builder(clusterId, memberId, listenAddress);
    }

    /** {@return the number of the cluster that this member belongs to} */
    public long clusterId() {
        return values.clusterId;
    }

    /** {@return this member's id} */
    public long memberId() {
        return values.memberId;
    }

    /** {@return where peers are accepted, as {@code host:port}} */
    public String listenAddress() {
        return values.listenAddress;
    }

    /**
     * {@return where peers that do not know this member yet can dial it, as {@code host:port}; empty if that cannot be
     * told}
     */
    public String advertisedAddress() {
        return values.advertisedAddress;
    }

    /** {@return what this member drew when its disk was formatted; asked at each handshake, 0 while not known} */
    public LongSupplier incarnation() {
        return values.incarnation;
    }

    /** {@return who may connect} */
    public PeerCheck peerCheck() {
        return values.peerCheck;
    }

    /** {@return how connections are encrypted; empty if they are not} */
    public Optional<Tls> tls() {
        return Optional.ofNullable(values.tls);
    }

    /** {@return how many event loops there are; one serves many peers} */
    public int ioThreads() {
        return values.ioThreads;
    }

    /** {@return whether epoll may be used where there is one} */
    public boolean nativeIo() {
        return values.nativeIo;
    }

    /** {@return how long a peer may take to accept a connection} */
    public Duration connectTimeout() {
        return values.connectTimeout;
    }

    /** {@return how long the handshakes of a connection, that of TLS included, may take} */
    public Duration handshakeTimeout() {
        return values.handshakeTimeout;
    }

    /** {@return how long sent bytes may stay unacknowledged, or unwritten, before a connection is given up} */
    public Duration deadPeerTimeout() {
        return values.deadPeerTimeout;
    }

    /** {@return how long to wait after a first failure to connect} */
    public Duration minBackoff() {
        return values.minBackoff;
    }

    /** {@return the longest wait between attempts to connect} */
    public Duration maxBackoff() {
        return values.maxBackoff;
    }

    /** {@return how long a connection that is only made on demand is kept without use} */
    public Duration idleTimeout() {
        return values.idleTimeout;
    }

    /** {@return the largest frame that is taken, in bytes} */
    public int maxFrameBytes() {
        return values.maxFrameBytes;
    }

    /** {@return how many bytes of votes, heartbeats and replies may wait for one peer} */
    public long urgentBufferBytes() {
        return values.urgentBufferBytes;
    }

    /** {@return how many bytes of entries may wait for one peer, and how many of snapshots} */
    public long bulkBufferBytes() {
        return values.bulkBufferBytes;
    }

    /** Sets options and checks them together. */
    public static final class Builder {
        private static final int MIN_FRAME_BYTES = 64 << 10;

        private final long clusterId;
        private final long memberId;
        private final String listenAddress;
        private String advertisedAddress = "";
        private LongSupplier incarnation = () -> 0;
        private PeerCheck peerCheck = PeerCheck.NONE;
        private @Nullable Tls tls;
        private int ioThreads = 1;
        private boolean nativeIo = true;
        private Duration connectTimeout = Duration.ofSeconds(1);
        private Duration handshakeTimeout = Duration.ofSeconds(3);
        private Duration deadPeerTimeout = Duration.ofSeconds(3);
        private Duration minBackoff = Duration.ofMillis(50);
        private Duration maxBackoff = Duration.ofSeconds(2);
        private Duration idleTimeout = Duration.ofSeconds(60);
        private int maxFrameBytes = 64 << 20;
        private long urgentBufferBytes = 4 << 20;
        private long bulkBufferBytes = 64 << 20;

        private Builder(long clusterId, long memberId, String listenAddress) {
            this.clusterId = clusterId;
            this.memberId = memberId;
            this.listenAddress = listenAddress;
        }

        private Builder(Builder other) {
            this(other.clusterId, other.memberId, other.listenAddress);
            advertisedAddress = other.advertisedAddress;
            incarnation = other.incarnation;
            peerCheck = other.peerCheck;
            tls = other.tls;
            ioThreads = other.ioThreads;
            nativeIo = other.nativeIo;
            connectTimeout = other.connectTimeout;
            handshakeTimeout = other.handshakeTimeout;
            deadPeerTimeout = other.deadPeerTimeout;
            minBackoff = other.minBackoff;
            maxBackoff = other.maxBackoff;
            idleTimeout = other.idleTimeout;
            maxFrameBytes = other.maxFrameBytes;
            urgentBufferBytes = other.urgentBufferBytes;
            bulkBufferBytes = other.bulkBufferBytes;
        }

        /**
         * Sets {@link NettyTransportConfig#advertisedAddress()}.
         *
         * @param advertisedAddress {@code host:port}; empty, which cannot be told, unless set
         * @return this builder
         */
        public Builder advertisedAddress(String advertisedAddress) {
            this.advertisedAddress = advertisedAddress;
            return this;
        }

        /**
         * Sets {@link NettyTransportConfig#incarnation()}.
         *
         * @param incarnation called on the event loops, must not block; always 0 unless set
         * @return this builder
         */
        public Builder incarnation(LongSupplier incarnation) {
            this.incarnation = incarnation;
            return this;
        }

        /**
         * Sets {@link NettyTransportConfig#peerCheck()}.
         *
         * @param peerCheck every member of the cluster may connect unless set
         * @return this builder
         */
        public Builder peerCheck(PeerCheck peerCheck) {
            this.peerCheck = peerCheck;
            return this;
        }

        /**
         * Encrypts all connections, and takes only peers that can show a certificate.
         *
         * @param tls this member's key and certificates; connections are in the clear unless set
         * @return this builder
         */
        public Builder tls(Tls tls) {
            this.tls = tls;
            return this;
        }

        /**
         * Sets {@link NettyTransportConfig#ioThreads()}.
         *
         * @param ioThreads 1 or more; 1 unless set
         * @return this builder
         */
        public Builder ioThreads(int ioThreads) {
            this.ioThreads = ioThreads;
            return this;
        }

        /**
         * Sets {@link NettyTransportConfig#nativeIo()}.
         *
         * @param nativeIo true unless set
         * @return this builder
         */
        public Builder nativeIo(boolean nativeIo) {
            this.nativeIo = nativeIo;
            return this;
        }

        /**
         * Sets {@link NettyTransportConfig#connectTimeout()}.
         *
         * @param connectTimeout 1 ms to 24 h; 1 s unless set
         * @return this builder
         */
        public Builder connectTimeout(Duration connectTimeout) {
            this.connectTimeout = connectTimeout;
            return this;
        }

        /**
         * Sets {@link NettyTransportConfig#handshakeTimeout()}.
         *
         * @param handshakeTimeout 1 ms to 24 h; 3 s unless set
         * @return this builder
         */
        public Builder handshakeTimeout(Duration handshakeTimeout) {
            this.handshakeTimeout = handshakeTimeout;
            return this;
        }

        /**
         * Sets {@link NettyTransportConfig#deadPeerTimeout()}.
         *
         * @param deadPeerTimeout 1 ms to 24 h; 3 s unless set
         * @return this builder
         */
        public Builder deadPeerTimeout(Duration deadPeerTimeout) {
            this.deadPeerTimeout = deadPeerTimeout;
            return this;
        }

        /**
         * Sets {@link NettyTransportConfig#minBackoff()} and {@link NettyTransportConfig#maxBackoff()}.
         *
         * @param minBackoff 1 ms to 24 h; 50 ms unless set
         * @param maxBackoff {@code minBackoff} to 24 h; 2 s unless set
         * @return this builder
         */
        public Builder backoff(Duration minBackoff, Duration maxBackoff) {
            this.minBackoff = minBackoff;
            this.maxBackoff = maxBackoff;
            return this;
        }

        /**
         * Sets {@link NettyTransportConfig#idleTimeout()}.
         *
         * @param idleTimeout 1 ms to 24 h; 60 s unless set
         * @return this builder
         */
        public Builder idleTimeout(Duration idleTimeout) {
            this.idleTimeout = idleTimeout;
            return this;
        }

        /**
         * Sets {@link NettyTransportConfig#maxFrameBytes()}.
         *
         * @param maxFrameBytes 64 KiB or more, told to the peers; 64 MiB unless set
         * @return this builder
         */
        public Builder maxFrameBytes(int maxFrameBytes) {
            this.maxFrameBytes = maxFrameBytes;
            return this;
        }

        /**
         * Sets {@link NettyTransportConfig#urgentBufferBytes()}.
         *
         * @param urgentBufferBytes 1 or more; 4 MiB unless set
         * @return this builder
         */
        public Builder urgentBufferBytes(long urgentBufferBytes) {
            this.urgentBufferBytes = urgentBufferBytes;
            return this;
        }

        /**
         * Sets {@link NettyTransportConfig#bulkBufferBytes()}.
         *
         * @param bulkBufferBytes 1 or more, for each of the two; 64 MiB unless set
         * @return this builder
         */
        public Builder bulkBufferBytes(long bulkBufferBytes) {
            this.bulkBufferBytes = bulkBufferBytes;
            return this;
        }

        /**
         * Checks all options together.
         *
         * @return the options as they are now; later changes of this builder do not reach them
         * @throws InvalidConfigException naming every problem, not just the first
         */
        public NettyTransportConfig build() {
            List<String> problems = new ArrayList<>();
            if (memberId == 0) {
                problems.add("member id is 0, which is reserved; give every member an id of its own");
            }
            checkAddress(problems, "listen address", listenAddress);
            if (!advertisedAddress.isEmpty()) {
                checkAddress(problems, "advertised address", advertisedAddress);
            }
            if (ioThreads < 1) {
                problems.add("io-threads is " + ioThreads + ", must be at least 1");
            }
            checkDuration(problems, "connect-timeout", connectTimeout);
            checkDuration(problems, "handshake-timeout", handshakeTimeout);
            checkDuration(problems, "dead-peer-timeout", deadPeerTimeout);
            checkDuration(problems, "idle-timeout", idleTimeout);
            checkDuration(problems, "min-backoff", minBackoff);
            checkDuration(problems, "max-backoff", maxBackoff);
            if (maxBackoff.compareTo(minBackoff) < 0) {
                problems.add("max-backoff is " + maxBackoff + ", must not be below min-backoff (" + minBackoff + ")");
            }
            if (maxFrameBytes < MIN_FRAME_BYTES) {
                problems.add("max-frame-bytes is " + maxFrameBytes + ", must be at least " + MIN_FRAME_BYTES);
            }
            if (urgentBufferBytes < 1) {
                problems.add("urgent-buffer-bytes is " + urgentBufferBytes + ", must be positive");
            }
            if (bulkBufferBytes < 1) {
                problems.add("bulk-buffer-bytes is " + bulkBufferBytes + ", must be positive");
            }
            if (!problems.isEmpty()) {
                throw new InvalidConfigException(problems);
            }
            return new NettyTransportConfig(new Builder(this));
        }

        private static void checkAddress(List<String> problems, String name, String address) {
            try {
                Address.parse(address);
            } catch (IllegalArgumentException e) {
                problems.add(name + " " + e.getMessage());
            }
        }

        private static void checkDuration(List<String> problems, String name, Duration duration) {
            if (duration.compareTo(Duration.ofMillis(1)) < 0 || duration.compareTo(Duration.ofDays(1)) > 0) {
                problems.add(name + " is " + duration + ", must be between PT0.001S and PT24H");
            }
        }
    }
}
