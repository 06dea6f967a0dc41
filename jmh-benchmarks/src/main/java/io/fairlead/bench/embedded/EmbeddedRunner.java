package io.fairlead.bench.embedded;

import io.fairlead.bench.embedded.EmbeddedGroup.Variant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Measures one library in this JVM and prints what came out, one line of {@code name=value} pairs per depth, each
 * behind {@value #MARK}.
 *
 * <p>Arguments: class, variant, directory, command bytes, then depths as {@link Depth#parse} reads them.
 */
public final class EmbeddedRunner {
    static final String MARK = "@@result ";
    static final String DESCRIPTION = "@@describe ";
    static final String UNSUPPORTED = "@@unsupported";

    private static final long CATCH_UP_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long RETRY_MILLIS = 10;
    private static final Executor LATER = CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS);

    private EmbeddedRunner() {}

    /** Runs, and ends the process. */
    public static void main(String[] arguments) throws Exception {
        EmbeddedGroup group = Class.forName(arguments[0])
                .asSubclass(EmbeddedGroup.class)
                .getDeclaredConstructor()
                .newInstance();
        Variant variant = Variant.valueOf(arguments[1]);
        int commandBytes = Integer.parseInt(arguments[3]);
        List<Depth> depths = new ArrayList<>();
        for (String depth : Arrays.asList(arguments).subList(4, arguments.length)) {
            depths.add(Depth.parse(depth));
        }
        if (!group.supports(variant)) {
            System.out.println(UNSUPPORTED);
            return;
        }
        group.start(variant, Path.of(arguments[2]));
        System.out.println(DESCRIPTION + group.describe(variant));
        long proposed = 0;
        for (Depth depth : depths) {
            System.out.println(MARK + measure(group, depth, commandBytes));
            proposed += depth.warmUp() + depth.measured();
        }
        checkApplied(group, proposed);
        group.stop();
        System.exit(0);
    }

    private static String measure(EmbeddedGroup group, Depth depth, int commandBytes) throws InterruptedException {
        Pump pump = new Pump(group, depth, commandBytes, LATER);
        pump.start();
        while (pump.completed() < depth.warmUp()) {
            TimeUnit.MICROSECONDS.sleep(500);
        }
        long countBefore = pump.completed();
        Resources before = Resources.now();
        // The end must not be missed: it is looked at while all slots are still busy.
        long end = depth.warmUp() + depth.measured() - depth.inFlight();
        while (pump.completed() < end) {
            TimeUnit.MICROSECONDS.sleep(500);
        }
        long count = Math.max(1, pump.completed() - countBefore);
        Resources after = Resources.now();
        pump.await();
        Throwable failure = pump.lastFailure();
        if (failure != null) {
            System.err.println("the last failure: " + failure);
        }
        return line(depth, commandBytes, pump, count, before, after);
    }

    private static String line(
            Depth depth, int commandBytes, Pump pump, long count, Resources before, Resources after) {
        long[] sorted = pump.sortedLatencies();
        StringBuilder line = new StringBuilder();
        add(line, "depth", depth.inFlight());
        add(line, "command_bytes", commandBytes);
        add(line, "commits_per_second", count * 1e9 / (after.nanoTime() - before.nanoTime()));
        add(line, "cpu_us_per_commit", (after.cpuNanos() - before.cpuNanos()) / 1e3 / count);
        add(line, "allocated_bytes_per_commit", (double) (after.allocatedBytes() - before.allocatedBytes()) / count);
        add(line, "gc_ms", (double) (after.gcMillis() - before.gcMillis()));
        for (double percent : new double[] {50, 99, 99.9, 100}) {
            String name = percent == 100 ? "max" : "p" + (percent == 99.9 ? "99.9" : Integer.toString((int) percent));
            add(line, name + "_us", Pump.percentile(sorted, percent) / 1e3);
        }
        add(line, "failures", (double) pump.failures());
        for (Map.Entry<String, Long> thread : after.threadCpuNanosSince(before).entrySet()) {
            double micros = thread.getValue() / 1e3 / count;
            if (micros >= 0.01) {
                add(line, "cpu_us/" + thread.getKey().replace(' ', '_').replace('=', ':'), micros);
            }
        }
        return line.toString();
    }

    private static void add(StringBuilder line, String name, double value) {
        line.append(line.length() == 0 ? "" : " ")
                .append(name)
                .append('=')
                .append(String.format(Locale.ROOT, "%.3f", value));
    }

    /** A library that acknowledges what its members do not apply is not fast, it is broken. */
    private static void checkApplied(EmbeddedGroup group, long proposed) throws InterruptedException {
        long deadline = System.nanoTime() + CATCH_UP_NANOS;
        while (Arrays.stream(group.applied()).anyMatch(count -> count < proposed)) {
            if (System.nanoTime() > deadline) {
                System.err.println(
                        "of " + proposed + " commands, members have applied " + Arrays.toString(group.applied()));
                return;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
