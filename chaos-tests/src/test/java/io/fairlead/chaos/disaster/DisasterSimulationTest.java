package io.fairlead.chaos.disaster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.chaos.disaster.DisasterSimulation.Outcome;
import org.junit.jupiter.api.Test;

/** {@code -Ddisasters=N} says how many, {@code -Dstart=S} where to begin, {@code -Decho=true} prints what happens. */
class DisasterSimulationTest {
    private static final int SEEDS = Integer.getInteger("disasters", 100);
    private static final long START = Long.getLong("start", 0);

    @Test
    void a_cluster_goes_on_with_what_is_left_of_it_and_nobody_is_let_back() {
        long recovered = 0;
        long lost = 0;
        long returned = 0;
        for (long seed = START; seed < START + SEEDS; seed++) {
            Outcome outcome = DisasterSimulation.run(seed, Boolean.getBoolean("echo"));
            assertThat(outcome.failure()).isEmpty();
            recovered += outcome.recovered() ? 1 : 0;
            lost += outcome.lost();
            returned += outcome.returned();
        }
        System.out.printf("%d of %d recovered, %d writes lost, %d back%n", recovered, SEEDS, lost, returned);
        assertThat(recovered)
                .as("disasters after which there was a survivor to go on with")
                .isGreaterThan(SEEDS / 2);
    }
}
