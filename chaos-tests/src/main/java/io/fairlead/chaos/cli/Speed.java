package io.fairlead.chaos.cli;

import io.fairlead.chaos.Scenario;
import io.fairlead.chaos.SimulationSpeed;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chaos speed}: how fast one core simulates. */
@Command(
        name = "speed",
        mixinStandardHelpOptions = true,
        description =
                "Measures the simulator on one core: a quiet cluster under moderate load, then seeds as they are drawn.")
final class Speed implements Callable<Integer> {
    private static final long WARM_UP = TimeUnit.SECONDS.toNanos(4);

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "Seconds of processor time for each (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--voters", paramLabel = "N", defaultValue = "5", description = "Of the quiet cluster.")
    private int voters;

    @Option(
            names = "--calls",
            paramLabel = "N",
            defaultValue = "50",
            description = "Of its clients, for every virtual second (${DEFAULT-VALUE}).")
    private int calls;

    @Override
    public Integer call() {
        print("moderate load", seed -> Scenario.moderate(seed, voters, calls));
        print("as drawn", Scenario::of);
        return 0;
    }

    private void print(String name, LongFunction<Scenario> scenarios) {
        SimulationSpeed speed = SimulationSpeed.measure(scenarios, WARM_UP, TimeUnit.SECONDS.toNanos(seconds));
        System.out.printf("%-14s %s%n", name, speed);
    }
}
