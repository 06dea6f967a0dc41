package io.fairlead.chaos.cli;

import io.fairlead.chaos.small.Bounds;
import io.fairlead.chaos.small.Bounds.Event;
import io.fairlead.chaos.small.Explorer;
import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chaos explore}: visits every state of a small cluster. */
@Command(
        name = "explore",
        mixinStandardHelpOptions = true,
        description = "Visits every state that a small cluster can reach within bounds, and checks each.")
final class Explore implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--voters", defaultValue = "3", description = "Members of the cluster. Default: ${DEFAULT-VALUE}.")
    private int voters;

    @Option(names = "--spares", defaultValue = "0", description = "Members that may join. Default: ${DEFAULT-VALUE}.")
    private int spares;

    @Option(
            names = "--messages",
            defaultValue = "4",
            description = "Messages under way; more are lost. Default: ${DEFAULT-VALUE}.")
    private int messages;

    @Option(
            names = "--allow",
            split = ",",
            description = "How often what may happen, such as TIMEOUT=2,CRASH=1. One of: TIMEOUT, HEARTBEAT, PROPOSE,"
                    + " DROP, DUPLICATE, CRASH, CHANGE.")
    private Map<Event, Integer> allowed = new TreeMap<>();

    @Option(names = "--states", defaultValue = "1000000", description = "When to stop. Default: ${DEFAULT-VALUE}.")
    private long states;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Bounds bounds = Bounds.of(voters, spares, messages);
        for (Map.Entry<Event, Integer> each : allowed.entrySet()) {
            bounds = bounds.with(each.getKey(), each.getValue());
        }
        long begun = System.nanoTime();
        Explorer.Result result = new Explorer(bounds).explore(states);
        double seconds = (System.nanoTime() - begun) / 1e9;
        out.println(bounds);
        out.printf(
                "%,d states, %,d steps, %.1f s, %,.0f states/s, %s%n",
                result.states(),
                result.steps(),
                seconds,
                result.states() / seconds,
                result.complete() ? "complete" : "not complete");
        result.violation().ifPresent(out::println);
        out.flush();
        return result.violation().isPresent() ? 1 : 0;
    }
}
