package io.fairlead.bench.embedded;

import io.fairlead.bench.embedded.EmbeddedGroup.Variant;
import io.fairlead.bench.embedded.Peers.Peer;
import io.fairlead.bench.measure.DiskProbe;
import io.fairlead.bench.report.Conditions;
import io.fairlead.bench.report.ResultFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench embedded}. */
@Command(
        name = "embedded",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = "Runs three members of a Raft library in one JVM, one JVM after the other, and compares.")
public final class EmbeddedCommand implements Callable<Integer> {
    private static final long RECOVERY_MILLIS = 120_000;

    @Option(
            names = "--libraries",
            split = ",",
            defaultValue = "fairlead",
            description = "fairlead, jraft, microraft, ratis, aeron (default: ${DEFAULT-VALUE}).")
    private List<String> libraries = new ArrayList<>();

    @Option(
            names = "--variants",
            split = ",",
            defaultValue = "DURABLE",
            description =
                    "MEMORY (no disk, no network), LOG (no network), DURABLE, DEFAULTS (default: ${DEFAULT-VALUE}).")
    private List<Variant> variants = new ArrayList<>();

    @Option(
            names = "--sizes",
            split = ",",
            defaultValue = "16,256",
            description = "Bytes of a command (default: ${DEFAULT-VALUE}).")
    private List<Integer> sizes = new ArrayList<>();

    @Option(
            names = "--depths",
            split = ",",
            paramLabel = "N:WARMUP:OPS",
            description = "Proposals under way, before measuring, measured"
                    + " (default: 1024:300000:400000,64:60000:100000,1:2000:4000).")
    private List<String> depths = List.of("1024:300000:400000", "64:60000:100000", "1:2000:4000");

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "How often each takes its turn (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--jvm-flags",
            split = " ",
            defaultValue = "-Xms1g -Xmx1g -XX:+UseParallelGC",
            description = "Flags of all measured JVMs (default: ${DEFAULT-VALUE}).")
    private List<String> jvmFlags = new ArrayList<>();

    @Option(names = "--threads", description = "Show the CPU time of each kind of thread, too.")
    private boolean threads;

    @Option(
            names = "--dir",
            defaultValue = "target/embedded",
            description = "Where logs go, on the disk to be used (default: ${DEFAULT-VALUE}).")
    private Path directory = Path.of("");

    @Option(
            names = "--patience",
            defaultValue = "300",
            description = "Seconds after which a JVM is killed (default: ${DEFAULT-VALUE}).")
    private long patienceSeconds;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write all numbers as JSON.")
    private @Nullable Path out;

    private final Map<String, String> descriptions = new LinkedHashMap<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Peers known = new Peers(Path.of(System.getProperty("bench.home", "jmh-benchmarks")));
        List<Peer> chosen = new ArrayList<>();
        for (String library : libraries) {
            chosen.add(known.find(library));
        }
        depths.forEach(Depth::parse);
        DiskProbe probe = new DiskProbe(directory);
        System.out.printf(Locale.ROOT, "disk: %,.0f syncs/s%n", probe.syncsPerSecond());
        List<EmbeddedResult> results = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            for (Variant variant : variants) {
                for (int size : sizes) {
                    for (Peer peer : chosen) {
                        results.addAll(runOne(peer, variant, size, round, probe));
                    }
                }
            }
        }
        new EmbeddedTable(results).print(System.out);
        if (out != null) {
            write(out, results);
        }
        return 0;
    }

    private List<EmbeddedResult> runOne(Peer peer, Variant variant, int size, int round, DiskProbe probe)
            throws IOException, InterruptedException {
        probe.awaitRecovery(RECOVERY_MILLIS);
        double before = probe.syncsPerSecond();
        List<Map<String, Double>> lines = fork(peer, variant, size);
        double after = probe.syncsPerSecond();
        boolean throttled = variant != Variant.MEMORY && (probe.isThrottled(before) || probe.isThrottled(after));
        List<EmbeddedResult> results = new ArrayList<>();
        for (Map<String, Double> values : lines) {
            EmbeddedResult result = new EmbeddedResult(peer.name(), variant, round, throttled, values);
            results.add(result);
            show(result, before, after);
        }
        return results;
    }

    private void show(EmbeddedResult result, double before, double after) {
        System.out.printf(
                Locale.ROOT,
                "round %d %-10s %-24s %,9.0f/s %8.2f us CPU %,7.0f B  p50 %,7.0f us  p99 %,8.0f us  disk %,.0f/%,.0f%s%s%n",
                result.round(),
                result.library(),
                result.key(),
                result.value("commits_per_second"),
                result.value("cpu_us_per_commit"),
                result.value("allocated_bytes_per_commit"),
                result.value("p50_us"),
                result.value("p99_us"),
                before,
                after,
                result.throttled() ? " throttled" : "",
                result.value("failures") > 0
                        ? String.format(Locale.ROOT, " FAILED %.0f", result.value("failures"))
                        : "");
        if (threads) {
            result.values().entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith("cpu_us/"))
                    .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                    .limit(12)
                    .forEach(entry -> System.out.printf(
                            Locale.ROOT,
                            "    %8.2f us  %s%n",
                            entry.getValue(),
                            entry.getKey().substring(7)));
        }
    }

    private List<Map<String, Double>> fork(Peer peer, Variant variant, int size)
            throws IOException, InterruptedException {
        Path data = directory.toAbsolutePath().resolve(peer.name());
        ResultFiles.deleteAll(data);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+IgnoreUnrecognizedVMOptions");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(jvmFlags);
        command.addAll(peer.flags());
        command.addAll(List.of("-cp", peer.classPath()));
        String logging = System.getProperty("logback.configurationFile");
        if (logging != null) {
            command.add("-Dlogback.configurationFile=" + logging);
        }
        command.add(EmbeddedRunner.class.getName());
        command.addAll(List.of(peer.className(), variant.name(), data.toString(), Integer.toString(size)));
        command.addAll(depths);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Thread watchdog = watchdog(process);
        try {
            return read(process, peer.name() + " " + variant);
        } finally {
            watchdog.interrupt();
            process.destroyForcibly().waitFor();
            ResultFiles.deleteAll(data);
        }
    }

    private Thread watchdog(Process process) {
        Thread thread = new Thread(
                () -> {
                    try {
                        if (!process.waitFor(patienceSeconds, TimeUnit.SECONDS)) {
                            process.destroyForcibly();
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt(); // It has ended in time.
                    }
                },
                "watchdog");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private List<Map<String, Double>> read(Process process, String who) throws IOException {
        List<Map<String, Double>> lines = new ArrayList<>();
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith(EmbeddedRunner.MARK)) {
                    lines.add(EmbeddedResult.parse(line.substring(EmbeddedRunner.MARK.length())));
                } else if (line.startsWith(EmbeddedRunner.DESCRIPTION)) {
                    descriptions.put(who, line.substring(EmbeddedRunner.DESCRIPTION.length()));
                } else if (line.equals(EmbeddedRunner.UNSUPPORTED)) {
                    return List.of();
                }
            }
        }
        if (lines.size() < depths.size()) {
            System.out.println(who + " ended after " + lines.size() + " of " + depths.size() + " measurements");
        }
        return lines;
    }

    private void write(Path file, List<EmbeddedResult> results) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", "embedded");
        json.put("conditions", Conditions.now());
        json.put("jvm_flags", String.join(" ", jvmFlags));
        json.put("libraries", descriptions);
        json.put("depths", depths);
        json.put("runs", results.stream().map(EmbeddedResult::toJson).toList());
        ResultFiles.writeJson(file, json);
    }
}
