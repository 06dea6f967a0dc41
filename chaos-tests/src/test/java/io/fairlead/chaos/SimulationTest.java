package io.fairlead.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole clusters of real members under faults. {@code -Dseeds=N} runs more seeds, {@code -Dstart=S} begins elsewhere,
 * {@code -Dseconds=T} bounds the time. {@code chaos-tests/bin/chaos simulate} tells more about a seed that fails.
 */
class SimulationTest {
    private static final int SEEDS = Integer.getInteger("seeds", 200);
    private static final long START = Long.getLong("start", 0);
    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(Long.getLong("seconds", 100));

    @Test
    void every_invariant_holds_and_two_runs_are_alike() {
        long begun = System.nanoTime();
        int runs = 0;
        double virtualHours = 0;
        for (long seed = START; seed < START + SEEDS && System.nanoTime() - begun < MAX_NANOS; seed++) {
            SimulationResult result = runAndRepeat(seed);
            runs++;
            virtualHours += result.virtualNanos() / 3.6e12;
        }
        System.out.printf(
                "simulated seeds %d to %d: %.1f cluster-hours in %.0f s%n",
                START, START + runs - 1, virtualHours, (System.nanoTime() - begun) / 1e9);
        assertThat(runs).isPositive();
    }

    static LongStream seedsThatFailed() throws IOException {
        return Files.readAllLines(Path.of("src/test/resources/seeds-that-failed.txt")).stream()
                .filter(line -> !line.startsWith("#"))
                .mapToLong(line -> Long.parseLong(line.substring(0, line.indexOf(' '))));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seedsThatFailed")
    void seeds_that_once_failed_hold(long seed) {
        runAndRepeat(seed);
    }

    private static SimulationResult runAndRepeat(long seed) {
        SimulationResult first = Simulation.run(seed);
        assertThat(first.failure().map(FailureReport::text).orElse(""))
                .as("seed %d", seed)
                .isEmpty();
        assertThat(Simulation.run(seed).hash())
                .as("events of seed %d, run twice", seed)
                .isEqualTo(first.hash());
        return first;
    }
}
