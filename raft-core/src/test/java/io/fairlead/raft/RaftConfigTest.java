package io.fairlead.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Settings that cannot work are refused, with all reasons; those that are probably not meant are advised against. */
class RaftConfigTest {
    @Test
    void theDefaultsNeedNoAdvice() {
        assertThat(RaftConfig.defaults().advice()).isEmpty();
    }

    @Test
    void allProblemsAreNamedTogetherWithWhatToChange() {
        assertThatThrownBy(() -> RaftConfig.builder()
                        .electionTimeout(Duration.ofMillis(100))
                        .heartbeatInterval(Duration.ofMillis(50))
                        .requestTimeout(Duration.ofMillis(10))
                        .maxPendingProposals(0)
                        .build())
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("election-timeout is 100ms, must be at least 3 x heartbeat-interval (50ms)")
                .hasMessageContaining("raise the one or lower the other")
                .hasMessageContaining("request-timeout is 10ms, must be at least election-timeout")
                .hasMessageContaining("max-pending-proposals is 0, must be at least 1");
    }

    @Test
    void aShortRequestTimeoutFailsInEveryElection() {
        assertThat(RaftConfig.builder()
                        .requestTimeout(Duration.ofMillis(300))
                        .build()
                        .advice())
                .singleElement()
                .asString()
                .startsWith("request-timeout is 300ms")
                .contains("4 x election-timeout (150ms)");
    }

    @Test
    void eachAdviceNamesTheSettingAndWhy() {
        RaftConfig odd = RaftConfig.builder()
                .electionTimeout(Duration.ofMillis(30))
                .heartbeatInterval(Duration.ofMillis(10))
                .maxInflightBytes(1000)
                .maxUncommittedBytes(1000)
                .logCacheBytes(500)
                .segmentBytes(4096)
                .build();
        assertThat(odd.advice())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("election-timeout is 30ms: a pause"),
                        line -> assertThat(line).startsWith("max-inflight-bytes (1000) is less than max-append-bytes"),
                        line -> assertThat(line)
                                .startsWith("max-uncommitted-bytes (1000) is less than max-entry-bytes"),
                        line -> assertThat(line).startsWith("log-cache-bytes (500) is less than max-inflight-bytes"),
                        line -> assertThat(line).startsWith("segment-bytes (4096) is less than max-append-bytes"));
    }
}
