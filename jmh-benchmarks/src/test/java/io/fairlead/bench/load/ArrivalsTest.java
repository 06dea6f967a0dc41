package io.fairlead.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import org.junit.jupiter.api.Test;

class ArrivalsTest {
    @Test
    void even_arrivals_do_not_drift() {
        Arrivals arrivals = new Arrivals(3, false, 1);
        arrivals.start(1000);

        for (int i = 0; i < 3_000_000; i++) {
            arrivals.advance();
        }

        assertThat(arrivals.due() - 1000).isCloseTo(1_000_000_000_000_000L, withPercentage(0.0001));
    }

    @Test
    void random_arrivals_have_the_same_rate_and_exponential_gaps() {
        Arrivals arrivals = new Arrivals(1000, true, 7);
        arrivals.start(0);
        int longerThanMean = 0;
        long before = 0;

        for (int i = 0; i < 100_000; i++) {
            arrivals.advance();
            longerThanMean += arrivals.due() - before > 1_000_000 ? 1 : 0;
            before = arrivals.due();
        }

        assertThat(arrivals.due()).isCloseTo(100_000_000_000L, withPercentage(1));
        assertThat(longerThanMean / 100_000.0).isCloseTo(1 / Math.E, withPercentage(2));
    }
}
