package io.fairlead.raft.runtime;

import static io.fairlead.raft.runtime.TestCluster.add;
import static io.fairlead.raft.runtime.TestCluster.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.Metric;
import io.fairlead.raft.NotAcceptedException;
import io.fairlead.raft.ProposalTimes;
import io.fairlead.raft.RaftListener;
import io.fairlead.raft.spi.Metrics;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a group's user finds in the metrics library of their choice. */
@Timeout(60)
class MeasurementsTest {
    private static final class Collected implements Metrics {
        final Map<Metric, Long> counters = new ConcurrentHashMap<>();
        final Map<Metric, Queue<Long>> distributions = new ConcurrentHashMap<>();
        final CountDownLatch closed = new CountDownLatch(1);
        volatile ToLongFunction<Metric> gauges = gauge -> -1;

        @Override
        public Recorder open(long groupId, ToLongFunction<Metric> values) {
            gauges = values;
            return new Recorder() {
                @Override
                public void add(Metric counter, long more) {
                    assertThat(counter.kind()).isEqualTo(Metric.Kind.COUNTER);
                    counters.merge(counter, more, Long::sum);
                }

                @Override
                public void record(Metric distribution, long value) {
                    assertThat(distribution.kind()).isEqualTo(Metric.Kind.DISTRIBUTION);
                    distributions
                            .computeIfAbsent(distribution, any -> new ConcurrentLinkedQueue<>())
                            .add(value);
                }

                @Override
                public void close() {
                    closed.countDown();
                }
            };
        }

        long sum(Metric distribution) {
            return distributions.getOrDefault(distribution, new ConcurrentLinkedQueue<>()).stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    @Test
    void aGroupIsCountedAndTimed() throws Exception {
        Collected collected = new Collected();
        TestCluster cluster = new TestCluster(1, TestCluster.quickConfig().build());
        cluster.metrics = collected;
        try (cluster) {
            cluster.start(1);
            for (int i = 0; i < 200; i++) {
                get(cluster.group(1).propose(add(1)));
            }
            long snapshot = get(cluster.group(1).takeSnapshot());
            cluster.await(() -> collected.sum(Metric.APPLY_BATCH) == 200);

            assertThat(collected.gauges.applyAsLong(Metric.APPLIED_INDEX)).isEqualTo(snapshot);
            assertThat(collected.gauges.applyAsLong(Metric.IS_LEADER)).isEqualTo(1);
            assertThat(collected.gauges.applyAsLong(Metric.LEADER)).isEqualTo(1);
            assertThat(collected.gauges.applyAsLong(Metric.PENDING_PROPOSALS)).isZero();
            for (Metric gauge : Metric.values()) {
                if (gauge.kind() == Metric.Kind.GAUGE) {
                    assertThat(collected.gauges.applyAsLong(gauge))
                            .as("%s", gauge)
                            .isNotNegative();
                }
            }
            assertThat(collected.counters)
                    .containsEntry(Metric.ELECTIONS, 1L)
                    .containsEntry(Metric.LEADER_CHANGES, 1L)
                    .containsEntry(Metric.COMMANDS_APPLIED, 200L)
                    .containsEntry(Metric.LOG_ENTRIES, 201L)
                    .containsEntry(Metric.SNAPSHOTS_TAKEN, 1L)
                    .doesNotContainKey(Metric.PROPOSALS_REFUSED);
            assertThat(collected.counters.get(Metric.LOG_BYTES)).isGreaterThan(201 * 8);
            assertThat(collected.distributions)
                    .containsKeys(
                            Metric.LOG_WRITE_TIME,
                            Metric.LOG_SYNC_TIME,
                            Metric.APPLY_TIME,
                            Metric.PROPOSAL_QUORUM_TIME,
                            Metric.PROPOSAL_WAIT_TIME,
                            Metric.SNAPSHOT_TAKE_TIME);
        }
        collected.closed.await();
    }

    @Test
    void theStagesOfAProposalFollowEachOtherAndMembersAreTimed() {
        Collected collected = new Collected();
        Queue<ProposalTimes> timed = new ConcurrentLinkedQueue<>();
        TestCluster cluster = new TestCluster(
                3,
                TestCluster.quickConfig()
                        .shutdownPatience(Duration.ofMillis(100))
                        .build());
        cluster.metrics = collected;
        try (cluster) {
            for (long id = 1; id <= 3; id++) {
                cluster.start(id).group().addListener(new RaftListener() {
                    @Override
                    public void onProposalTimed(ProposalTimes times) {
                        timed.add(times);
                    }
                });
            }
            long begun = System.nanoTime();
            do { // On a follower, too: whoever proposes is timed.
                get(cluster.group(1).propose(add(1)));
                get(cluster.group(2).propose(add(1)));
            } while (timed.size() < 2);
            long ended = System.nanoTime();

            for (ProposalTimes times : timed) {
                long[] stages = {
                    times.gatherNanos(), times.quorumNanos(), times.waitNanos(), times.applyNanos(), times.answerNanos()
                };
                assertThat(LongStream.of(stages)).allMatch(nanos -> nanos >= 0);
                assertThat(LongStream.of(stages).sum()).isPositive().isLessThanOrEqualTo(ended - begun);
            }
            cluster.await(() -> collected.distributions.containsKey(Metric.ROUND_TRIP_TIME));
        }
    }

    @Test
    void whatIsRefusedForWantOfRoomIsCounted() {
        Collected collected = new Collected();
        TestCluster cluster = new TestCluster(
                3, TestCluster.quickConfig().maxPendingProposals(1).build());
        cluster.metrics = collected;
        try (cluster) {
            cluster.start(1); // Alone, it cannot commit anything: what is proposed waits.
            cluster.group(1).propose(add(1));
            for (int i = 0; i < 10; i++) {
                assertThat(cluster.group(1).propose(add(1)))
                        .failsWithin(Duration.ofSeconds(30))
                        .withThrowableThat()
                        .withCauseInstanceOf(NotAcceptedException.class);
            }
            cluster.await(() -> collected.counters.getOrDefault(Metric.PROPOSALS_REFUSED, 0L) == 10);
            assertThat(collected.gauges.applyAsLong(Metric.PENDING_PROPOSALS)).isEqualTo(1);
        }
    }
}
