package io.fairlead.chaos.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.chaos.FailureReport;
import io.fairlead.chaos.Scenario;
import io.fairlead.chaos.SimulationResult;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * The key-value store on simulated members, each with a RocksDB of its own, under all faults; each seed run twice. {@code
 * -Dstore.seeds=N} runs more of them, {@code -Dstore.start=S} begins elsewhere. {@code chaos-tests/bin/chaos simulate
 * --store kv} tells more about a seed that fails.
 */
class StoreSimulationTest {
    private static final int SEEDS = Integer.getInteger("store.seeds", 40);
    private static final long START = Long.getLong("store.start", 0);

    @Test
    void every_store_answers_as_the_model_does_and_two_runs_are_alike() {
        LongStream.range(START, START + SEEDS).parallel().forEach(seed -> {
            SimulationResult first = StoreSimulation.run(Scenario.of(seed), false);
            assertThat(first.failure().map(FailureReport::text).orElse(""))
                    .as("seed %d", seed)
                    .isEmpty();
            assertThat(StoreSimulation.run(Scenario.of(seed), false).hash())
                    .as("events of seed %d, run twice", seed)
                    .isEqualTo(first.hash());
        });
    }
}
