package io.fairlead.bench;

import com.sun.management.OperatingSystemMXBean;
import io.fairlead.bench.embedded.fairlead.ManyGroups;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench groups}: what many groups of three members in one JVM cost, at rest above all. */
@Command(
        name = "groups",
        mixinStandardHelpOptions = true,
        description =
                "Opens many groups on three nodes in this JVM (logs in memory, Netty over loopback), writes in each,"
                        + " and tells what they cost at rest and how long they take when a node falls silent.")
final class GroupsCommand implements Callable<Integer> {
    private static final double MIB = 1 << 20;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--groups", defaultValue = "1000", description = "How many groups; default ${DEFAULT-VALUE}.")
    private int groups;

    @Option(names = "--seconds", defaultValue = "30", description = "How long to rest; default ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(names = "--awake", description = "Idle groups do not go quiet.")
    private boolean awake;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = Main.commandLine(spec).getOut();
        Path directory = Files.createTempDirectory("bench-groups");
        double before = heapMib();
        long begun = System.nanoTime();
        try (ManyGroups cluster = new ManyGroups(groups, !awake, directory)) {
            say(out, "%d groups of three members, %s", groups, awake ? "always awake" : "quiet when idle");
            say(out, "opened: %.1f s", secondsSince(begun));
            begun = System.nanoTime();
            cluster.writeInEach(0);
            say(out, "elected, one write in each: %.1f s", secondsSince(begun));
            TimeUnit.SECONDS.sleep(10); // Long enough to go quiet, and for the JIT to be done.
            double heap = heapMib() - before;
            say(out, "threads: %d", Thread.activeCount());
            say(out, "heap: %.1f MiB, %.1f KiB per member of a group", heap, heap * 1024 / groups / 3);
            long cpu = cpuNanos();
            long from = System.nanoTime();
            TimeUnit.SECONDS.sleep(seconds);
            double share = 100.0 * (cpuNanos() - cpu) / (System.nanoTime() - from);
            say(out, "CPU at rest, all three nodes: %.2f %% of a core over %d s", share, seconds);
            long silent = System.nanoTime();
            cluster.silence(0);
            cluster.writeInEach(1);
            say(out, "a node fell silent; one write in each after %.1f s", secondsSince(silent));
        }
        return 0;
    }

    private static void say(PrintWriter out, String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
        out.flush();
    }

    private static double secondsSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e9;
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static double heapMib() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MIB;
    }
}
