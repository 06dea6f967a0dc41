package io.fairlead.chaos.kit;

import io.fairlead.chaos.FailureReport;
import io.fairlead.chaos.Scenario;
import io.fairlead.chaos.Shrinker;
import io.fairlead.chaos.Simulation;
import io.fairlead.chaos.SimulationResult;
import io.fairlead.raft.spi.StateMachine;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** Lets a {@link RaftSimulation} say what there is to run, and runs it seed by seed. */
final class RaftSimulationExtension implements ParameterResolver, InvocationInterceptor {
    private static final long MAX_SHRINK_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final Path REPORTS = Path.of("target", "chaos-reports");

    RaftSimulationExtension() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Simulated.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return new Simulated<>();
    }

    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        invocation.proceed();
        RaftSimulation wanted = method.getExecutable().getAnnotation(RaftSimulation.class);
        List<Object> arguments = method.getArguments();
        if (wanted == null || arguments.size() != 1 || !(arguments.get(0) instanceof Simulated<?, ?> simulated)) {
            throw new IllegalStateException("a @RaftSimulation has one parameter, a Simulated");
        }
        Scenario.Limits limits =
                new Scenario.Limits(wanted.minVoters(), wanted.maxVoters(), Scenario.Limits.NONE.kinds());
        Long only = Long.getLong("fairlead.seed");
        long start = only != null ? only : Long.getLong("fairlead.start", wanted.start());
        long seeds = only != null ? 1 : Integer.getInteger("fairlead.seeds", wanted.seeds());
        for (long seed = start; seed < start + seeds; seed++) {
            run(simulated, Scenario.of(seed, limits), only != null);
        }
    }

    static <M extends StateMachine<R>, R> void run(Simulated<M, R> simulated, Scenario scenario, boolean echo) {
        SimulationResult result = runOnce(simulated, scenario, echo);
        if (result.failure().isEmpty()) {
            return;
        }
        Shrinker.Shrunk shrunk =
                Shrinker.shrink(scenario, result, smaller -> runOnce(simulated, smaller, false), MAX_SHRINK_NANOS);
        FailureReport report = shrunk.result().failure().orElseThrow();
        StringBuilder text = new StringBuilder("seed " + scenario.seed() + " fails: " + report.what());
        text.append("\nrun it alone: -Dfairlead.seed=").append(scenario.seed());
        text.append("\npage: ").append(write(scenario.seed(), report.page()));
        text.append("\nof its ").append(scenario.plan().faults().size()).append(" faults these are enough:");
        shrunk.scenario().plan().faults().forEach(fault -> text.append("\n  ").append(fault));
        throw new AssertionError(text.append('\n').append(report.text()).toString());
    }

    private static <M extends StateMachine<R>, R> SimulationResult runOnce(
            Simulated<M, R> simulated, Scenario scenario, boolean echo) {
        return Simulation.run(scenario, simulated.subject(scenario.load()), echo);
    }

    private static String write(long seed, String page) {
        Path file = REPORTS.resolve("seed-" + seed + ".html");
        try {
            Files.createDirectories(REPORTS);
            Files.writeString(file, page);
            return file.toAbsolutePath().toString();
        } catch (IOException e) {
            return "could not be written: " + e;
        }
    }
}
