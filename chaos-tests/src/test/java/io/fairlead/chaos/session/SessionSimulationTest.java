package io.fairlead.chaos.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.chaos.FailureReport;
import io.fairlead.chaos.FreshSeeds;
import io.fairlead.chaos.Scenario;
import io.fairlead.chaos.SimulationResult;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients with sessions on clusters under all faults, each seed run twice. {@code -Dsessions.seeds=N} runs more of them,
 * {@code -Dsessions.start=S} begins elsewhere. {@code chaos-tests/bin/chaos simulate --store sessions} tells more about a
 * seed that fails.
 */
class SessionSimulationTest {
    private static final int SEEDS = Integer.getInteger("sessions.seeds", 60);
    private static final int FRESH_SEEDS = Integer.getInteger("sessions.fresh", 10);
    private static final long START = Long.getLong("sessions.start", 4_000_000);

    @Test
    void every_command_of_a_session_takes_effect_once() {
        runAll(START, SEEDS);
    }

    @Test
    void seeds_that_nobody_has_seen_hold_as_well() {
        long start = FreshSeeds.start();
        System.out.printf("simulating sessions from a fresh seed on: -Dsessions.start=%d%n", start);
        runAll(start, FRESH_SEEDS);
    }

    /** 4000035: a snapshot that could not be made visible stayed open for ever. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {4_000_035})
    void seeds_that_once_failed_hold(long seed) {
        runAndRepeat(seed);
    }

    private static void runAll(long start, int seeds) {
        LongStream.range(start, start + seeds).parallel().forEach(SessionSimulationTest::runAndRepeat);
    }

    private static void runAndRepeat(long seed) {
        SimulationResult first = SessionSimulation.run(Scenario.of(seed), false);
        assertThat(first.failure().map(FailureReport::text).orElse(""))
                .as("seed %d, with sessions", seed)
                .isEmpty();
        assertThat(SessionSimulation.run(Scenario.of(seed), false).hash())
                .as("events of seed %d, run twice", seed)
                .isEqualTo(first.hash());
    }
}
