package io.fairlead.chaos;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.LongFunction;

/**
 * How fast one core simulates, by processor time, so that what else the machine does hardly counts.
 *
 * @param eventsPerSecond events for every second of the core
 * @param realTimes cluster-seconds for every second of the core
 * @param callsPerVirtualSecond how much load the clients made
 */
public record SimulationSpeed(double eventsPerSecond, double realTimes, double callsPerVirtualSecond) {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /**
     * Runs seeds from 0 on the calling thread.
     *
     * @param scenarios the scenario of a seed
     * @param warmUpNanos processor time that does not count, for the JVM to compile what is hot
     * @param nanos processor time that counts
     * @return how fast it went
     * @throws IllegalStateException if a seed fails
     */
    public static SimulationSpeed measure(LongFunction<Scenario> scenarios, long warmUpNanos, long nanos) {
        long seed = 0;
        long warm = THREADS.getCurrentThreadCpuTime() + warmUpNanos;
        while (THREADS.getCurrentThreadCpuTime() < warm) {
            run(scenarios.apply(seed++));
        }
        long begun = THREADS.getCurrentThreadCpuTime();
        long events = 0;
        long virtualNanos = 0;
        long calls = 0;
        long used;
        do {
            SimulationResult result = run(scenarios.apply(seed++));
            events += result.events();
            virtualNanos += result.virtualNanos();
            calls += result.acknowledged();
            used = THREADS.getCurrentThreadCpuTime() - begun;
        } while (used < nanos);
        return new SimulationSpeed(events * 1e9 / used, (double) virtualNanos / used, calls * 1e9 / virtualNanos);
    }

    private static SimulationResult run(Scenario scenario) {
        SimulationResult result = Simulation.run(scenario, false);
        result.failure().ifPresent(failure -> {
            throw new IllegalStateException(failure.text());
        });
        return result;
    }

    @Override
    public String toString() {
        return String.format(
                "%,.0f events/s, %,.0f x real time on one core, at %,.0f calls per virtual second",
                eventsPerSecond, realTimes, callsPerVirtualSecond);
    }
}
