package io.fairlead.chaos;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/**
 * How fast one core simulates, by processor time, measured a second at a time. That of the second in the middle: what else
 * the machine does, and the caches and clocks that it shares, slows down some of them; the fastest one tells by how much.
 *
 * @param eventsPerSecond events for every second of the core
 * @param realTimes cluster-seconds for every second of the core
 * @param callsPerVirtualSecond how much load the clients made
 * @param bestRealTimes {@code realTimes} of the fastest second
 */
public record SimulationSpeed(
        double eventsPerSecond, double realTimes, double callsPerVirtualSecond, double bestRealTimes) {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long SECOND = 1_000_000_000;

    /** What one second of the core came to. */
    private record Slice(double events, double virtualSeconds, double calls) {}

    /**
     * Runs seeds from 0 on the calling thread.
     *
     * @param scenarios the scenario of a seed
     * @param warmUpNanos processor time that does not count, for the JVM to compile what is hot
     * @param seconds processor time that counts, 1 or more
     * @return how fast it went
     * @throws IllegalStateException if a seed fails
     */
    public static SimulationSpeed measure(LongFunction<Scenario> scenarios, long warmUpNanos, int seconds) {
        Iterator<SimulationResult> runs = LongStream.iterate(0, seed -> seed + 1)
                .mapToObj(seed -> run(scenarios.apply(seed)))
                .iterator();
        slice(runs, warmUpNanos);
        List<Slice> slices = new ArrayList<>();
        for (int i = 0; i < seconds; i++) {
            slices.add(slice(runs, SECOND));
        }
        slices.sort(Comparator.comparingDouble(Slice::virtualSeconds));
        Slice middle = slices.get(seconds / 2);
        return new SimulationSpeed(
                middle.events,
                middle.virtualSeconds,
                middle.calls / middle.virtualSeconds,
                slices.get(seconds - 1).virtualSeconds);
    }

    private static Slice slice(Iterator<SimulationResult> runs, long nanos) {
        long begun = THREADS.getCurrentThreadCpuTime();
        double events = 0;
        double virtualSeconds = 0;
        double calls = 0;
        double used = 0;
        while (used * SECOND < nanos) {
            SimulationResult result = runs.next();
            events += result.events();
            virtualSeconds += (double) result.virtualNanos() / SECOND;
            calls += result.acknowledged();
            used = (double) (THREADS.getCurrentThreadCpuTime() - begun) / SECOND;
        }
        return new Slice(events / used, virtualSeconds / used, calls / used);
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
                "%,.0f events/s, %,.0f x real time on one core (at best %,.0f), at %,.0f calls per virtual second",
                eventsPerSecond, realTimes, bestRealTimes, callsPerVirtualSecond);
    }
}
