package io.fairlead.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Seeds are worth what they cost: warns when simulating gets slow, and is red when it is hardly of use any more. */
class SimulationSpeedTest {
    private static final double WANTED_EVENTS = 1_000_000;
    private static final double WANTED_REAL_TIMES = 1_000;
    private static final double WARN_BELOW = 0.7;
    private static final double FAIL_BELOW = 0.1;

    @Test
    void one_core_simulates_a_thousand_times_real_time_and_a_million_events_a_second() {
        SimulationSpeed speed =
                SimulationSpeed.measure(seed -> Scenario.moderate(seed, 5, 50), TimeUnit.SECONDS.toNanos(20), 5);
        System.out.println("simulator: " + speed);
        double share = Math.min(speed.eventsPerSecond() / WANTED_EVENTS, speed.realTimes() / WANTED_REAL_TIMES);
        if (share < WARN_BELOW) {
            System.out.println("WARNING: the simulator is slow; wanted are 1,000,000 events/s and 1,000 x real time");
        }
        assertThat(share).as("share of the wanted speed: " + speed).isGreaterThan(FAIL_BELOW);
    }
}
