package io.fairlead.raft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.RaftConfig;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Member;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** §5.6: the election timeout is an order of magnitude above the time that a round over all members takes. */
class TimerAdviceTest {
    private final AtomicBoolean said = new AtomicBoolean();
    private final TimerAdvice advice = new TimerAdvice(1, 1, RaftConfig.defaults(), said);

    TimerAdviceTest() {
        advice.onConfigurationChanged(
                new Configuration(
                        List.of(Member.of(1, "a"), Member.of(2, "b"), Member.of(3, "c")),
                        new TreeSet<>(Set.of(1L, 2L)),
                        new TreeSet<>(),
                        new TreeSet<>(Set.of(3L)),
                        new TreeSet<>(),
                        false,
                        false),
                0,
                true);
    }

    private void syncs(int count, long millis) {
        for (int i = 0; i < count; i++) {
            advice.onLogSynced(1, 100, 1000, TimeUnit.MILLISECONDS.toNanos(millis));
        }
    }

    private void answers(long peer, int count, long millis) {
        for (int i = 0; i < count; i++) {
            advice.onAnswer(peer, TimeUnit.MILLISECONDS.toNanos(millis));
        }
    }

    @Test
    void nothingIsSaidOfAQuickDiskAndNetwork() {
        syncs(100, 2);
        answers(2, 100, 1);
        assertThat(advice.findings()).isEmpty();
        assertThat(said).isFalse();
    }

    @Test
    void aSlowDiskIsNamedWithWhatToSet() {
        syncs(8, 20);
        assertThat(said).isTrue();
        assertThat(advice.findings())
                .singleElement()
                .asString()
                .contains("election-timeout is 150 ms", "a sync of the log takes 20.0 ms", "to 200ms or more");
    }

    @Test
    void theFarthestVoterCountsAndWhereItIs() {
        syncs(8, 1);
        answers(2, 8, 40);
        assertThat(advice.findings()).singleElement().asString().contains("member 2 and back 40.0 ms", "to 410ms");
    }

    @Test
    void aLearnerMayBeFarAway() {
        answers(3, 8, 400);
        assertThat(advice.findings()).isEmpty();
    }

    @Test
    void aFewOutliersAreNoReason() {
        syncs(6, 2);
        syncs(2, 500);
        answers(2, 7, 500);
        assertThat(advice.findings()).isEmpty();
    }

    @Test
    void itIsOverWhenTheDiskIsQuickAgain() {
        syncs(8, 20);
        syncs(8, 1);
        assertThat(advice.findings()).isEmpty();
    }
}
