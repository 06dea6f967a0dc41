package io.fairlead.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** CPU time of a process by kind of thread: where the time of an operation goes. */
public final class ThreadUsage {
    private ThreadUsage() {}

    /**
     * CPU time in microseconds by kind of thread, names without their numbers. The kernel counts in steps of 10 ms and
     * keeps 15 characters of a name.
     */
    public static Map<String, Long> of(long pid) throws IOException {
        Map<String, Long> byKind = new TreeMap<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path task : tasks.toList()) {
                try {
                    String stat = new String(Files.readAllBytes(task.resolve("stat")), StandardCharsets.ISO_8859_1);
                    byKind.merge(kind(stat), ProcessUsage.parse(stat, "").cpuMicros(), Long::sum);
                } catch (NoSuchFileException e) {
                    // It ended meanwhile.
                }
            }
        }
        return byKind;
    }

    /** The name in a {@code stat}, without what tells a thread from its likes. */
    static String kind(String stat) {
        String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
        return name.replaceAll("[0-9]+", "N");
    }

    /** The usage of each process. */
    public static List<Map<String, Long>> usages(List<Long> pids) throws IOException {
        Map<Long, Map<String, Long>> all = new LinkedHashMap<>();
        for (long pid : pids) {
            all.put(pid, of(pid));
        }
        return List.copyOf(all.values());
    }

    /** What was used between two moments, by kind of thread, the busiest first. */
    public static Map<String, Long> between(Map<String, Long> before, Map<String, Long> after) {
        Map<String, Long> result = new LinkedHashMap<>();
        after.entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), entry.getValue() - before.getOrDefault(entry.getKey(), 0L)))
                .filter(entry -> entry.getValue() > 0)
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .forEach(entry -> result.put(entry.getKey(), entry.getValue()));
        return result;
    }
}
