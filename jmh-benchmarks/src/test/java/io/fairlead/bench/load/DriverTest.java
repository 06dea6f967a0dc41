package io.fairlead.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DriverTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND = 1000 * MS;

    private final VirtualTimer timer = new VirtualTimer();
    private final RunControl control = new RunControl();
    private final FakeServer server = new FakeServer(timer, MS);

    private static Workload.Source source() {
        return new Workload(Mix.only(Operation.PUT), 16, 8, 100, false, 1).source(0, 1);
    }

    @Nested
    class OpenLoops {
        private OpenLoop loop(double rate, int maxInFlight) {
            return new OpenLoop(control, timer, source(), List.of(server), new Arrivals(rate, false, 1), maxInFlight);
        }

        @Test
        void send_at_the_rate_whatever_the_server_does() {
            OpenLoop loop = loop(1000, 1000);
            server.stall(100 * MS, 600 * MS);

            loop.begin();
            timer.runUntil(SECOND - 1);

            assertThat(server.issued).isEqualTo(1000);
            assertThat(server.mostUnderWay).isBetween(490, 510);
        }

        @Test
        void count_latency_from_when_a_request_was_due() {
            OpenLoop loop = loop(1000, 10);
            control.measureFrom(0);
            server.stall(0, 500 * MS);

            loop.begin();
            timer.runUntil(2 * SECOND);
            control.stop();
            timer.runUntil(3 * SECOND);
            Recorder recorder = loop.finish(3 * SECOND);

            Histogram latencies = recorder.histogram(Operation.PUT);
            // Only ten could be sent during the stall, but all that were due in it waited for its end: 250 ms on
            // average.
            assertThat(latencies.getMaxValue()).isCloseTo(500 * MS, withPercentage(1));
            assertThat(countAbove(latencies, 100 * MS)).isGreaterThan(390);
            assertThat(recorder.lateness().getMaxValue()).isGreaterThan(450 * MS);
            assertThat(loop.drained()).isCompleted();
        }

        @Test
        void never_have_more_under_way_than_allowed() {
            OpenLoop loop = loop(1000, 10);
            server.stall(0, 500 * MS);

            loop.begin();
            timer.runUntil(2 * SECOND);

            assertThat(server.mostUnderWay).isEqualTo(10);
        }

        private long countAbove(Histogram histogram, long nanos) {
            return histogram.getTotalCount() - histogram.getCountBetweenValues(0, nanos);
        }
    }

    @Nested
    class ClosedLoops {
        private ClosedLoop loop(int clients) {
            return new ClosedLoop(control, timer, source(), List.of(server), clients);
        }

        @Test
        void keep_one_request_per_client_under_way() {
            ClosedLoop loop = loop(7);

            loop.begin();
            timer.runUntil(100 * MS);

            assertThat(server.mostUnderWay).isEqualTo(7);
            assertThat(loop.answered()).isEqualTo(7 * 100);
        }

        @Test
        void record_only_what_was_sent_while_measuring() {
            ClosedLoop loop = loop(1);

            loop.begin();
            timer.runUntil(10 * MS);
            control.measureFrom(timer.nanoTime());
            timer.runUntil(30 * MS);
            control.stop();
            timer.runUntil(40 * MS);
            Recorder recorder = loop.finish(40 * MS);

            assertThat(recorder.histogram(Operation.PUT).getTotalCount()).isEqualTo(21);
            assertThat(loop.measured()).isEqualTo(20);
            assertThat(loop.drained()).isCompleted();
        }

        @Test
        void count_errors_and_wait_before_they_try_again() {
            ClosedLoop loop = loop(1);
            server.failing = true;
            control.measureFrom(0);

            loop.begin();
            timer.runUntil(SECOND);

            assertThat(server.issued).isEqualTo(1 + (int) (SECOND / ClosedLoop.BACK_OFF_NANOS));
            assertThat(loop.finish(SECOND).errors()).containsOnlyKeys("put: refused");
            assertThat(loop.measured()).isZero();
        }
    }
}
