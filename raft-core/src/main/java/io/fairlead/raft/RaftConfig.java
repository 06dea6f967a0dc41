package io.fairlead.raft;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings of a group's members; the same on all of them, if they are to behave alike. Immutable; made by {@link
 * #builder()}, whose defaults suit three members in one region.
 */
public final class RaftConfig {
    private final Builder values;

    private RaftConfig(Builder values) {
        this.values = values;
    }

    /** {@return the configuration with all defaults} */
    public static RaftConfig defaults() {
        return builder().build();
    }

    /** {@return a builder that starts from the defaults} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the shortest election timeout; each is drawn from this up to twice this (§5.2)} */
    public Duration electionTimeout() {
        return values.electionTimeout;
    }

    /** {@return how often an idle leader speaks} */
    public Duration heartbeatInterval() {
        return values.heartbeatInterval;
    }

    /** {@return how long a proposal or read may wait before its outcome is reported as unknown} */
    public Duration requestTimeout() {
        return values.requestTimeout;
    }

    /** {@return how long a leader that is closed tries to hand over} */
    public Duration shutdownPatience() {
        return values.shutdownPatience;
    }

    /** {@return the largest payload of one command, in bytes} */
    public int maxEntryBytes() {
        return values.maxEntryBytes;
    }

    /** {@return payload bytes after which an AppendEntries is sent as it is; one entry always fits} */
    public int maxAppendBytes() {
        return values.maxAppendBytes;
    }

    /** {@return how many AppendEntries may be under way to one follower} */
    public int maxInflightMessages() {
        return values.maxInflightMessages;
    }

    /** {@return how many entry bytes may be under way to one follower} */
    public long maxInflightBytes() {
        return values.maxInflightBytes;
    }

    /** {@return how many payload bytes may wait for commitment on the leader} */
    public long maxUncommittedBytes() {
        return values.maxUncommittedBytes;
    }

    /** {@return how many proposals may wait at a member's inbox} */
    public int maxPendingProposals() {
        return values.maxPendingProposals;
    }

    /**
     * {@return how many bytes of recent entries are kept in memory, at most, while followers and the applier need them};
     * what all of them have stays only in a small part of it, a thirty-second.
     */
    public long logCacheBytes() {
        return values.logCacheBytes;
    }

    /** {@return the size of a log segment, in bytes} */
    public int segmentBytes() {
        return values.segmentBytes;
    }

    /** {@return the number of applied entries after which a state machine in memory is snapshot} */
    public long snapshotEveryEntries() {
        return values.snapshotEveryEntries;
    }

    /**
     * {@return how many bytes of snapshots a node gives to others in a second, all groups together; it takes as many}
     */
    public long snapshotBytesPerSecond() {
        return values.snapshotBytesPerSecond;
    }

    /** {@return how many entries are kept behind a snapshot for followers that are a little behind} */
    public long retainedEntries() {
        return values.retainedEntries;
    }

    /**
     * {@return how many log bytes are kept behind a snapshot, at most; for an active follower that needs more, up to
     * sixteen times as many}
     */
    public long retainedBytes() {
        return values.retainedBytes;
    }

    /**
     * {@return whether groups in which nothing happens go quiet: their members exchange nothing until something does,
     * and rely on one sign of life per pair of processes instead} For processes with very many groups; the same on all
     * members.
     */
    public boolean idleGroupsGoQuiet() {
        return values.idleGroupsGoQuiet;
    }

    /**
     * {@return whether the loop writes what is small to the log itself, and waits until it is on disk, as long as the disk
     * takes less than a hundredth of the election timeout for that} A lone write then takes less time, and less
     * processor time. But the member does nothing else meanwhile: a disk that suddenly takes longer than the election
     * timeout for one sync costs a leader its leadership, which otherwise it does not. A member that is the only voter,
     * and so has no leadership to lose, does it anyway.
     */
    public boolean loopWaitsForDisk() {
        return values.loopWaitsForDisk;
    }

    /**
     * {@return what is allowed, but probably not meant: one finding a line, with what to change; none for the defaults}
     * A node logs them when it starts.
     */
    public List<String> advice() {
        List<String> advice = new ArrayList<>();
        if (electionTimeout().compareTo(Duration.ofMillis(50)) < 0) {
            advice.add("election-timeout is " + electionTimeout().toMillis()
                    + "ms: a pause of the garbage collector is enough to unseat a leader; 100ms and more are usual");
        }
        if (requestTimeout().compareTo(electionTimeout().multipliedBy(4)) < 0) {
            advice.add("request-timeout is " + requestTimeout().toMillis()
                    + "ms: to replace a leader takes up to two election timeouts, sometimes more, and requests fail"
                    + " meanwhile; 4 x election-timeout (" + electionTimeout().toMillis() + "ms) and more hide it");
        }
        if (maxInflightBytes() < maxAppendBytes()) {
            advice.add("max-inflight-bytes (" + maxInflightBytes() + ") is less than max-append-bytes ("
                    + maxAppendBytes() + "): a follower gets the next entries only when it has answered the last ones");
        }
        if (maxUncommittedBytes() < maxEntryBytes()) {
            advice.add("max-uncommitted-bytes (" + maxUncommittedBytes() + ") is less than max-entry-bytes ("
                    + maxEntryBytes() + "): the largest commands are taken only while nothing else is under way");
        }
        if (logCacheBytes() < maxInflightBytes()) {
            advice.add("log-cache-bytes (" + logCacheBytes() + ") is less than max-inflight-bytes ("
                    + maxInflightBytes() + "): followers that are a little behind are fed from the disk");
        }
        if (segmentBytes() < maxAppendBytes()) {
            advice.add("segment-bytes (" + segmentBytes() + ") is less than max-append-bytes (" + maxAppendBytes()
                    + "): nearly every batch begins a new file");
        }
        return List.copyOf(advice);
    }

    /** Collects settings. */
    public static final class Builder {
        private Duration electionTimeout = Duration.ofMillis(150);
        private Duration heartbeatInterval = Duration.ofMillis(50);
        private Duration requestTimeout = Duration.ofSeconds(5);
        private Duration shutdownPatience = Duration.ofSeconds(2);
        private int maxEntryBytes = 8 << 20;
        private int maxAppendBytes = 1 << 20;
        private int maxInflightMessages = 256;
        private long maxInflightBytes = 16L << 20;
        private long maxUncommittedBytes = 256L << 20;
        private int maxPendingProposals = 8192;
        private long logCacheBytes = 64L << 20;
        private int segmentBytes = 64 << 20;
        private long snapshotEveryEntries = 100_000;
        private long snapshotBytesPerSecond = 128L << 20;
        private long retainedEntries = 10_000;
        private long retainedBytes = 64L << 20;
        private boolean idleGroupsGoQuiet;
        private boolean loopWaitsForDisk;

        private Builder() {}

        private Builder(Builder other) {
            electionTimeout = other.electionTimeout;
            heartbeatInterval = other.heartbeatInterval;
            requestTimeout = other.requestTimeout;
            shutdownPatience = other.shutdownPatience;
            maxEntryBytes = other.maxEntryBytes;
            maxAppendBytes = other.maxAppendBytes;
            maxInflightMessages = other.maxInflightMessages;
            maxInflightBytes = other.maxInflightBytes;
            maxUncommittedBytes = other.maxUncommittedBytes;
            maxPendingProposals = other.maxPendingProposals;
            logCacheBytes = other.logCacheBytes;
            segmentBytes = other.segmentBytes;
            snapshotEveryEntries = other.snapshotEveryEntries;
            snapshotBytesPerSecond = other.snapshotBytesPerSecond;
            retainedEntries = other.retainedEntries;
            retainedBytes = other.retainedBytes;
            idleGroupsGoQuiet = other.idleGroupsGoQuiet;
            loopWaitsForDisk = other.loopWaitsForDisk;
        }

        /**
         * Sets {@link RaftConfig#electionTimeout()}.
         *
         * @param electionTimeout 3 heartbeat intervals to 50 s; 150 ms unless set
         * @return this builder
         */
        public Builder electionTimeout(Duration electionTimeout) {
            this.electionTimeout = electionTimeout;
            return this;
        }

        /**
         * Sets {@link RaftConfig#heartbeatInterval()}.
         *
         * @param heartbeatInterval 1 ms or more; 50 ms unless set
         * @return this builder
         */
        public Builder heartbeatInterval(Duration heartbeatInterval) {
            this.heartbeatInterval = heartbeatInterval;
            return this;
        }

        /**
         * Sets {@link RaftConfig#requestTimeout()}.
         *
         * @param requestTimeout an election timeout or more; 5 s unless set
         * @return this builder
         */
        public Builder requestTimeout(Duration requestTimeout) {
            this.requestTimeout = requestTimeout;
            return this;
        }

        /**
         * Sets {@link RaftConfig#shutdownPatience()}.
         *
         * @param shutdownPatience zero for a leader that leaves without a successor; 2 s unless set
         * @return this builder
         */
        public Builder shutdownPatience(Duration shutdownPatience) {
            this.shutdownPatience = shutdownPatience;
            return this;
        }

        /**
         * Sets {@link RaftConfig#maxEntryBytes()}.
         *
         * @param maxEntryBytes 1 KiB or more; 8 MiB unless set
         * @return this builder
         */
        public Builder maxEntryBytes(int maxEntryBytes) {
            this.maxEntryBytes = maxEntryBytes;
            return this;
        }

        /**
         * Sets {@link RaftConfig#maxAppendBytes()}.
         *
         * @param maxAppendBytes 1 or more; 1 MiB unless set
         * @return this builder
         */
        public Builder maxAppendBytes(int maxAppendBytes) {
            this.maxAppendBytes = maxAppendBytes;
            return this;
        }

        /**
         * Sets {@link RaftConfig#maxInflightMessages()}.
         *
         * @param maxInflightMessages 1 or more; 256 unless set
         * @return this builder
         */
        public Builder maxInflightMessages(int maxInflightMessages) {
            this.maxInflightMessages = maxInflightMessages;
            return this;
        }

        /**
         * Sets {@link RaftConfig#maxInflightBytes()}.
         *
         * @param maxInflightBytes 1 or more; 16 MiB unless set
         * @return this builder
         */
        public Builder maxInflightBytes(long maxInflightBytes) {
            this.maxInflightBytes = maxInflightBytes;
            return this;
        }

        /**
         * Sets {@link RaftConfig#maxUncommittedBytes()}.
         *
         * @param maxUncommittedBytes 1 or more; 256 MiB unless set
         * @return this builder
         */
        public Builder maxUncommittedBytes(long maxUncommittedBytes) {
            this.maxUncommittedBytes = maxUncommittedBytes;
            return this;
        }

        /**
         * Sets {@link RaftConfig#maxPendingProposals()}.
         *
         * @param maxPendingProposals 1 or more; 8,192 unless set
         * @return this builder
         */
        public Builder maxPendingProposals(int maxPendingProposals) {
            this.maxPendingProposals = maxPendingProposals;
            return this;
        }

        /**
         * Sets {@link RaftConfig#logCacheBytes()}.
         *
         * @param logCacheBytes 0 or more, for each group; 64 MiB unless set
         * @return this builder
         */
        public Builder logCacheBytes(long logCacheBytes) {
            this.logCacheBytes = logCacheBytes;
            return this;
        }

        /**
         * Sets {@link RaftConfig#segmentBytes()}.
         *
         * @param segmentBytes 4 KiB or more; 64 MiB unless set
         * @return this builder
         */
        public Builder segmentBytes(int segmentBytes) {
            this.segmentBytes = segmentBytes;
            return this;
        }

        /**
         * Sets {@link RaftConfig#snapshotEveryEntries()}.
         *
         * @param snapshotEveryEntries 1 or more; 100,000 unless set
         * @return this builder
         */
        public Builder snapshotEveryEntries(long snapshotEveryEntries) {
            this.snapshotEveryEntries = snapshotEveryEntries;
            return this;
        }

        /**
         * Sets {@link RaftConfig#snapshotBytesPerSecond()}.
         *
         * @param snapshotBytesPerSecond 64 KiB or more; 128 MiB unless set
         * @return this builder
         */
        public Builder snapshotBytesPerSecond(long snapshotBytesPerSecond) {
            this.snapshotBytesPerSecond = snapshotBytesPerSecond;
            return this;
        }

        /**
         * Sets {@link RaftConfig#retainedEntries()}.
         *
         * @param retainedEntries 0 or more; 10,000 unless set
         * @return this builder
         */
        public Builder retainedEntries(long retainedEntries) {
            this.retainedEntries = retainedEntries;
            return this;
        }

        /**
         * Sets {@link RaftConfig#retainedBytes()}.
         *
         * @param retainedBytes 0 or more; 64 MiB unless set
         * @return this builder
         */
        public Builder retainedBytes(long retainedBytes) {
            this.retainedBytes = retainedBytes;
            return this;
        }

        /**
         * Sets {@link RaftConfig#idleGroupsGoQuiet()}.
         *
         * @param idleGroupsGoQuiet false unless set
         * @return this builder
         */
        public Builder idleGroupsGoQuiet(boolean idleGroupsGoQuiet) {
            this.idleGroupsGoQuiet = idleGroupsGoQuiet;
            return this;
        }

        /**
         * Sets {@link RaftConfig#loopWaitsForDisk()}.
         *
         * @param loopWaitsForDisk false unless set
         * @return this builder
         */
        public Builder loopWaitsForDisk(boolean loopWaitsForDisk) {
            this.loopWaitsForDisk = loopWaitsForDisk;
            return this;
        }

        /**
         * Checks all settings together.
         *
         * @return the settings as they are now; later changes of this builder do not reach them
         * @throws InvalidConfigException naming every problem, not just the first
         */
        public RaftConfig build() {
            List<String> problems = new ArrayList<>();
            if (heartbeatInterval.compareTo(Duration.ofMillis(1)) < 0) {
                problems.add("heartbeat-interval is " + heartbeatInterval.toMillis() + "ms, must be at least 1ms");
            }
            if (electionTimeout.compareTo(heartbeatInterval.multipliedBy(3)) < 0) {
                problems.add("election-timeout is " + electionTimeout.toMillis()
                        + "ms, must be at least 3 x heartbeat-interval (" + heartbeatInterval.toMillis()
                        + "ms), or a lost heartbeat or two unseat a healthy leader: raise the one or lower the other");
            }
            if (electionTimeout.compareTo(Duration.ofSeconds(50)) > 0) {
                problems.add("election-timeout is " + electionTimeout.toSeconds()
                        + "s, must be at most 50s: it is how long a group is without a leader after a crash");
            }
            if (requestTimeout.compareTo(electionTimeout) < 0) {
                problems.add("request-timeout is " + requestTimeout.toMillis()
                        + "ms, must be at least election-timeout, or requests fail during every election");
            }
            atLeast(problems, "max-entry-bytes", maxEntryBytes, 1024);
            atLeast(problems, "max-append-bytes", maxAppendBytes, 1);
            atLeast(problems, "max-inflight-messages", maxInflightMessages, 1);
            atLeast(problems, "max-inflight-bytes", maxInflightBytes, 1);
            atLeast(problems, "max-uncommitted-bytes", maxUncommittedBytes, 1);
            atLeast(problems, "max-pending-proposals", maxPendingProposals, 1);
            atLeast(problems, "log-cache-bytes", logCacheBytes, 0);
            atLeast(problems, "segment-bytes", segmentBytes, 4096);
            atLeast(problems, "snapshot-every-entries", snapshotEveryEntries, 1);
            atLeast(problems, "snapshot-bytes-per-second", snapshotBytesPerSecond, 64 << 10);
            atLeast(problems, "retained-entries", retainedEntries, 0);
            atLeast(problems, "retained-bytes", retainedBytes, 0);
            if (!problems.isEmpty()) {
                throw new InvalidConfigException(problems);
            }
            return new RaftConfig(new Builder(this));
        }

        private static void atLeast(List<String> problems, String name, long value, long minimum) {
            if (value < minimum) {
                problems.add(name + " is " + value + ", must be at least " + minimum);
            }
        }
    }
}
