package io.fairlead.raft.session;

import io.fairlead.raft.InvalidConfigException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What sessions a group has. Immutable; made by {@link #builder}.
 *
 * <p>Members may be configured differently, as when a setting is rolled out: what matters to all of them is in the log,
 * in the entry that opens a session.
 *
 * @param <R> what the state machine answers
 */
public final class SessionConfig<R> {
    private final ResultCodec<R> codec;
    private final Duration timeout;
    private final int maxSessions;
    private final int maxUnanswered;
    private final Duration patience;

    private SessionConfig(Builder<R> builder) {
        this.codec = builder.codec;
        this.timeout = builder.timeout;
        this.maxSessions = builder.maxSessions;
        this.maxUnanswered = builder.maxUnanswered;
        this.patience = builder.patience;
    }

    /**
     * {@return a builder that starts from the defaults}
     *
     * @param <R> what the state machine answers
     * @param codec writes and reads what is answered
     */
    public static <R> Builder<R> builder(ResultCodec<R> codec) {
        return new Builder<>(codec);
    }

    /**
     * {@return a configuration with all defaults}
     *
     * @param <R> what the state machine answers
     * @param codec writes and reads what is answered
     */
    public static <R> SessionConfig<R> of(ResultCodec<R> codec) {
        return builder(codec).build();
    }

    /** {@return what writes and reads the state machine's answers} */
    public ResultCodec<R> codec() {
        return codec;
    }

    /** {@return how long nothing may be heard of a client, in the time that the log tells, before its session ends} */
    public Duration timeout() {
        return timeout;
    }

    /** {@return how many sessions there may be; one more ends the one that was used longest ago} */
    public int maxSessions() {
        return maxSessions;
    }

    /** {@return how many commands of a session may be under way, and so how many answers are kept for it} */
    public int maxUnanswered() {
        return maxUnanswered;
    }

    /** {@return how long a command is tried unless said otherwise} */
    public Duration patience() {
        return patience;
    }

    /**
     * Collects settings.
     *
     * @param <R> what the state machine answers
     */
    public static final class Builder<R> {
        private final ResultCodec<R> codec;
        private Duration timeout = Duration.ofMinutes(1);
        private int maxSessions = 10_000;
        private int maxUnanswered = 128;
        private Duration patience = Duration.ofSeconds(30);

        private Builder(ResultCodec<R> codec) {
            this.codec = codec;
        }

        /**
         * Sets {@link SessionConfig#timeout()}.
         *
         * @param timeout 100 ms or more; one minute unless set
         * @return this builder
         */
        public Builder<R> timeout(Duration timeout) {
            this.timeout = timeout;
            return this;
        }

        /**
         * Sets {@link SessionConfig#maxSessions()}.
         *
         * @param maxSessions 1 or more; 10,000 unless set
         * @return this builder
         */
        public Builder<R> maxSessions(int maxSessions) {
            this.maxSessions = maxSessions;
            return this;
        }

        /**
         * Sets {@link SessionConfig#maxUnanswered()}.
         *
         * @param maxUnanswered 1 or more; 128 unless set
         * @return this builder
         */
        public Builder<R> maxUnanswered(int maxUnanswered) {
            this.maxUnanswered = maxUnanswered;
            return this;
        }

        /**
         * Sets {@link SessionConfig#patience()}.
         *
         * @param patience 1 ms or more; half a minute unless set
         * @return this builder
         */
        public Builder<R> patience(Duration patience) {
            this.patience = patience;
            return this;
        }

        /**
         * Checks all settings together.
         *
         * @return the settings as they are now; later changes of this builder do not reach them
         * @throws InvalidConfigException naming every problem, not just the first
         */
        public SessionConfig<R> build() {
            List<String> problems = new ArrayList<>();
            if (timeout.compareTo(Duration.ofMillis(100)) < 0) {
                problems.add("session timeout is " + timeout.toMillis()
                        + "ms, must be at least 100ms, or sessions end while their clients wait for a leader");
            }
            if (patience.compareTo(Duration.ofMillis(1)) < 0) {
                problems.add("session patience is " + patience.toMillis() + "ms, must be at least 1ms");
            }
            if (maxSessions < 1) {
                problems.add("max-sessions is " + maxSessions + ", must be at least 1");
            }
            if (maxUnanswered < 1) {
                problems.add("max-unanswered is " + maxUnanswered + ", must be at least 1");
            }
            if (!problems.isEmpty()) {
                throw new InvalidConfigException(problems);
            }
            return new SessionConfig<>(this);
        }
    }
}
