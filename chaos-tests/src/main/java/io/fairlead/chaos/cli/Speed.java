package io.fairlead.chaos.cli;

import io.fairlead.chaos.Scenario;
import io.fairlead.chaos.SimulationSpeed;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code chaos speed}: how fast one core simulates. */
@Command(
        name = "speed",
        mixinStandardHelpOptions = true,
        description =
                "Measures the simulator on one core: quiet clusters under moderate load, then seeds as they are drawn.")
final class Speed implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "Seconds of processor time for each (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "20",
            description = "Seconds before the first that do not count, a quarter of it before each that follows"
                    + " (${DEFAULT-VALUE}): the JVM needs so long to compile what is hot.")
    private int warmUp;

    @Override
    public Integer call() {
        if (seconds < 1) {
            throw new ParameterException(spec.commandLine(), "--seconds is 1 or more, not " + seconds);
        }
        long begin = TimeUnit.SECONDS.toNanos(warmUp);
        moderate(5, 50, begin);
        moderate(3, 50, begin / 4);
        moderate(3, 100, begin / 4);
        moderate(5, 100, begin / 4);
        print("as drawn", Scenario::of, begin / 4);
        return 0;
    }

    private void moderate(int voters, int calls, long warmUpNanos) {
        print(voters + " voters", seed -> Scenario.moderate(seed, voters, calls), warmUpNanos);
    }

    private void print(String name, LongFunction<Scenario> scenarios, long warmUpNanos) {
        SimulationSpeed speed = SimulationSpeed.measure(scenarios, warmUpNanos, seconds);
        System.out.printf("%-10s %s%n", name, speed);
    }
}
