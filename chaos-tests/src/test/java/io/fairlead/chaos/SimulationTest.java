package io.fairlead.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole clusters of real members under faults, each seed run twice; what fails is reported with the command that replays
 * it. The seeds are new ones every time, and where they begin is printed: {@code -Dstart=S} begins there again, {@code
 * -Dseeds=N} says how many, {@code -Dseconds=T} bounds the time.
 */
class SimulationTest {
    private static final int SEEDS = Integer.getInteger("seeds", 2000);
    private static final long START = Long.getLong("start", FreshSeeds.start());
    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(Long.getLong("seconds", 600));
    private static final Path REPORTS = Path.of("target", "chaos-reports");

    private final AtomicLong next = new AtomicLong(START);
    private final AtomicLong virtualNanos = new AtomicLong();

    @Test
    void every_invariant_holds_and_two_runs_are_alike() throws Exception {
        System.out.printf("simulating %d seeds from %d on (-Dstart=%d)%n", SEEDS, START, START);
        long begun = System.nanoTime();
        int threads = Runtime.getRuntime().availableProcessors();
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        List<Future<Integer>> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Callable<Integer> work = () -> runUntil(begun + MAX_NANOS);
            workers.add(executor.submit(work));
        }
        executor.shutdown();
        int runs = 0;
        for (Future<Integer> worker : workers) {
            runs += worker.get();
        }
        System.out.printf(
                "simulated %d seeds twice: %.1f cluster-hours in %.0f s%s%n",
                runs,
                2 * virtualNanos.get() / 3.6e12,
                (System.nanoTime() - begun) / 1e9,
                runs < SEEDS ? "; WARNING: the time was over before the seeds were" : "");
        assertThat(runs).isPositive();
    }

    private int runUntil(long deadline) throws IOException {
        int runs = 0;
        while (System.nanoTime() - deadline < 0) {
            long seed = next.getAndIncrement();
            if (seed >= START + SEEDS) {
                break;
            }
            SimulationResult result = runAndRepeat(seed);
            virtualNanos.addAndGet(result.virtualNanos());
            runs++;
        }
        return runs;
    }

    static LongStream seedsThatFailed() throws IOException {
        return Files.readAllLines(Path.of("src/test/resources/seeds-that-failed.txt")).stream()
                .filter(line -> !line.startsWith("#"))
                .mapToLong(line -> Long.parseLong(line.substring(0, line.indexOf(' '))));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seedsThatFailed")
    void seeds_that_once_failed_hold(long seed) throws IOException {
        runAndRepeat(seed);
    }

    private static SimulationResult runAndRepeat(long seed) throws IOException {
        SimulationResult first = run(seed);
        if (first.failure().isPresent()) {
            Files.createDirectories(REPORTS);
            Files.writeString(
                    REPORTS.resolve("seed-" + seed + ".html"),
                    first.failure().get().page());
        }
        assertThat(first.failure().map(FailureReport::text).orElse(""))
                .as("seed %d", seed)
                .isEmpty();
        assertThat(run(seed).hash())
                .as("events of seed %d, run twice; replay: %s", seed, replay(seed))
                .isEqualTo(first.hash());
        return first;
    }

    /** What a run finds it reports itself; what it cannot catch is told here. */
    private static SimulationResult run(long seed) {
        try {
            return Simulation.run(seed);
        } catch (RuntimeException | Error e) {
            throw new AssertionError("seed " + seed + " ends with " + e + "; replay: " + replay(seed), e);
        }
    }

    private static String replay(long seed) {
        return "chaos-tests/bin/chaos simulate --seeds 1 --start " + seed + " --twice";
    }
}
