package io.fairlead.chaos.cli;

import io.fairlead.chaos.SimulationResult;
import io.fairlead.chaos.faults.FaultKind;
import java.io.PrintStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Adds up what many runs did. <b>Threads:</b> any. */
final class Tally {
    private static final long PROGRESS_NANOS = 10_000_000_000L;

    private final long begun = System.nanoTime();
    private final Map<FaultKind, Long> faults = new EnumMap<>(FaultKind.class);
    private long lastProgress = begun;
    private long seeds;
    private int failures;
    private long virtualNanos;
    private long events;
    private long checks;
    private long acknowledged;

    synchronized void add(SimulationResult result) {
        seeds++;
        virtualNanos += result.virtualNanos();
        events += result.events();
        checks += result.checks();
        acknowledged += result.acknowledged();
        result.faults().forEach((kind, count) -> faults.merge(kind, count, Long::sum));
        if (result.failure().isPresent()) {
            failures++;
        }
        long now = System.nanoTime();
        if (now - lastProgress > PROGRESS_NANOS) {
            lastProgress = now;
            System.out.printf("%d seeds, %.1f simulated hours, %d failed%n", seeds, virtualNanos / 3.6e12, failures);
        }
    }

    synchronized void addFailure() {
        failures++;
    }

    synchronized int failures() {
        return failures;
    }

    synchronized void print(PrintStream out) {
        double wall = (System.nanoTime() - begun) / 1e9;
        out.printf("seeds            %,d%n", seeds);
        out.printf("failed           %,d%n", failures);
        out.printf("simulated        %,.2f cluster-hours%n", virtualNanos / 3.6e12);
        out.printf("events           %,d%n", events);
        out.printf("invariant checks %,d%n", checks);
        out.printf("calls answered   %,d%n", acknowledged);
        out.printf(
                "faults           %,d: %s%n",
                faults.values().stream().mapToLong(Long::longValue).sum(),
                faults.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", ")));
        out.printf(
                "wall time        %.1f s, %,.0f events/s, %,.0f x real time%n",
                wall, events / wall, virtualNanos / 1e9 / wall);
    }
}
