package io.fairlead.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole clusters of real members under seeded faults. {@code -Dseed=N} repeats one, {@code -Dseeds=N} runs more.
 */
class SimulationTest {
    private static final int SEEDS = Integer.getInteger("seeds", 200);

    static LongStream knownSeeds() {
        Long only = Long.getLong("seed");
        return only == null ? LongStream.range(0, SEEDS) : LongStream.of(only);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("knownSeeds")
    void a_cluster_is_safe_under_faults_and_live_after_them(long seed) {
        SimulationResult result = Simulation.run(seed);

        assertThat(result.failure().orElse("")).isEmpty();
    }

    @Test
    void a_seed_replays_to_the_bit() {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(Simulation.run(seed).hash())
                    .as("seed %d", seed)
                    .isEqualTo(Simulation.run(seed).hash());
        }
    }
}
