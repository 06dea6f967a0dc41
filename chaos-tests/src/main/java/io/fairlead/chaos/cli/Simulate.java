package io.fairlead.chaos.cli;

import io.fairlead.chaos.FailureReport;
import io.fairlead.chaos.FreshSeeds;
import io.fairlead.chaos.Scenario;
import io.fairlead.chaos.Shrinker;
import io.fairlead.chaos.Simulation;
import io.fairlead.chaos.SimulationResult;
import io.fairlead.chaos.faults.Fault;
import io.fairlead.chaos.faults.FaultKind;
import io.fairlead.chaos.kv.StoreSimulation;
import io.fairlead.chaos.session.SessionSimulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code chaos simulate}: runs seeds and reports. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Runs whole clusters on virtual time, one per seed, and checks every invariant after every event.",
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {"0:nothing was found", "1:at least one seed failed", "2:wrong usage"})
final class Simulate implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private static final long MAX_SHRINK_NANOS = 60_000_000_000L;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "200",
            description = "How many seeds to run (${DEFAULT-VALUE}).")
    private long seeds;

    @Option(names = "--start", paramLabel = "SEED", description = "The first seed; random, and printed, if not given.")
    private @Nullable Long start;

    @Option(names = "--nodes", paramLabel = "MIN[..MAX]", description = "How many voters found a cluster, within 1..7.")
    private @Nullable String nodes;

    @Option(
            names = "--faults",
            split = ",",
            paramLabel = "ID",
            description =
                    "These kinds of fault in every seed, such as proc.crash,part.split; 'none' for none. Every seed draws"
                            + " its own mix if not given.")
    private @Nullable List<String> faults;

    @Option(
            names = "--store",
            paramLabel = "NAME",
            defaultValue = "MAP",
            description =
                    "What members replicate: a small map, the key-value store on RocksDB, or a tally whose clients have sessions (map, kv, sessions).")
    private Store store = Store.MAP;

    @Option(names = "--profile", description = "Only seeds of this profile: ${COMPLETION-CANDIDATES}.")
    private Scenario.@Nullable Profile profile;

    @Option(
            names = "--keep",
            split = ",",
            paramLabel = "NUMBER",
            description = "Only these faults of the seed's plan, by their numbers: what a shrunk failure prints.")
    private @Nullable List<Integer> keep;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "How many seeds run at a time; one per core if not given.")
    private @Nullable Integer threads;

    @Option(names = "--twice", description = "Run every seed twice and compare the hashes over all events.")
    private boolean twice;

    @Option(names = "--trace", description = "Print everything that happens.")
    private boolean trace;

    @Option(names = "--no-shrink", description = "Do not look for a smaller plan that fails alike.")
    private boolean noShrink;

    @Option(
            names = "--pages",
            paramLabel = "DIR",
            defaultValue = "chaos-reports",
            description = "Where the space-time page of a failure is written (${DEFAULT-VALUE}).")
    private Path pages = Path.of("chaos-reports");

    @Option(
            names = "--max-failures",
            paramLabel = "N",
            defaultValue = "5",
            description = "Stop after so many (${DEFAULT-VALUE}).")
    private int maxFailures;

    private final Tally tally = new Tally();
    private final AtomicLong nextSeed = new AtomicLong();
    private Scenario.Limits limits = Scenario.Limits.NONE;
    private long endSeed;

    @Override
    public Integer call() throws InterruptedException {
        try {
            limits = limits();
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
        }
        long first = start != null ? start : FreshSeeds.start();
        nextSeed.set(first);
        endSeed = first + seeds;
        int workers =
                trace ? 1 : threads != null ? threads : Runtime.getRuntime().availableProcessors();
        System.out.printf("seeds %d to %d on %d threads%n", first, endSeed - 1, workers);
        Thread interrupted = new Thread(() -> tally.print(System.out), "tally");
        Runtime.getRuntime().addShutdownHook(interrupted); // A run that is ended early says what it has done, too.
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            Thread thread = new Thread(this::work, "simulate-" + i);
            thread.start();
            running.add(thread);
        }
        for (Thread thread : running) {
            thread.join();
        }
        Runtime.getRuntime().removeShutdownHook(interrupted);
        tally.print(System.out);
        return tally.failures() == 0 ? 0 : 1;
    }

    private enum Store {
        MAP(""),
        KV(StoreSimulation.OPTION),
        SESSIONS(SessionSimulation.OPTION);

        private final String option;

        Store(String option) {
            this.option = option;
        }
    }

    private SimulationResult run(Scenario scenario, boolean echo) {
        return switch (store) {
            case MAP -> Simulation.run(scenario, echo);
            case KV -> StoreSimulation.run(scenario, echo);
            case SESSIONS -> SessionSimulation.run(scenario, echo);
        };
    }

    private Scenario.Limits limits() {
        int min = 1;
        int max = 7;
        if (seeds < 1 || maxFailures < 1 || (threads != null && threads < 1)) {
            throw new IllegalArgumentException("--seeds, --threads and --max-failures are 1 or more");
        }
        if (nodes != null && !nodes.matches("\\d(\\.\\.\\d)?")) {
            throw new IllegalArgumentException("--nodes is a number or two, such as 3 or 3..5, not " + nodes);
        }
        if (nodes != null) {
            String[] ends = nodes.split("\\.\\.", 2);
            min = Integer.parseInt(ends[0]);
            max = ends.length == 1 ? min : Integer.parseInt(ends[1]);
        }
        Set<FaultKind> allowed = EnumSet.allOf(FaultKind.class);
        if (faults != null) {
            allowed = faults.stream()
                    .filter(id -> !id.equals("none"))
                    .map(FaultKind::of)
                    .collect(Collectors.toCollection(() -> EnumSet.noneOf(FaultKind.class)));
        }
        return new Scenario.Limits(min, max, allowed);
    }

    private void work() {
        long seed;
        while (tally.failures() < maxFailures && (seed = nextSeed.getAndIncrement()) < endSeed) {
            Scenario scenario = Scenario.of(seed, limits);
            if (profile != null && scenario.profile() != profile) {
                continue;
            }
            runOne(keep == null ? scenario : scenario.withPlan(scenario.plan().keeping(keep)));
        }
    }

    private void runOne(Scenario scenario) {
        SimulationResult result = run(scenario, trace);
        tally.add(result);
        if (result.failure().isPresent()) {
            report(scenario, result);
        } else if (twice && run(scenario, false).hash() != result.hash()) {
            tally.addFailure();
            System.out.printf("seed %d is not deterministic: two runs had different events%n", scenario.seed());
        }
    }

    private void report(Scenario scenario, SimulationResult result) {
        FailureReport found = result.failure().orElseThrow();
        synchronized (tally) {
            System.out.println("=".repeat(100));
            System.out.println("seed " + scenario.seed() + " fails: " + found.what());
        }
        FailureReport shown = found;
        if (!noShrink && keep == null) {
            Shrinker.Shrunk shrunk =
                    Shrinker.shrink(scenario, result, candidate -> run(candidate, false), MAX_SHRINK_NANOS);
            shown = shrunk.result().failure().orElse(found);
            List<Fault> left = shrunk.scenario().plan().faults();
            synchronized (tally) {
                System.out.printf(
                        "of its %d faults these are enough (%d runs):%n",
                        scenario.plan().faults().size(), shrunk.runs());
                left.forEach(fault -> System.out.println("  " + fault));
            }
        }
        synchronized (tally) {
            System.out.println(shown.text());
            System.out.println("page: " + write(scenario.seed(), shown.page()));
            System.out.println("whole plan: " + scenario.replay() + store.option);
        }
    }

    private String write(long seed, String page) {
        Path file = pages.resolve("seed-" + seed + ".html");
        try {
            Files.createDirectories(pages);
            Files.writeString(file, page);
            return file.toString();
        } catch (IOException e) {
            return "could not be written: " + e;
        }
    }
}
