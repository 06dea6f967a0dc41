package io.fairlead.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Under what conditions a result came about: what makes it worth comparing with another. */
public final class Conditions {
    private Conditions() {}

    /** Machine, system, JDK, flags, commit and time. */
    public static Map<String, Object> now() {
        Map<String, Object> conditions = new LinkedHashMap<>();
        conditions.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        conditions.put("cpu", cpuModel());
        conditions.put("processors", Runtime.getRuntime().availableProcessors());
        conditions.put("memory_mib", memoryMebibytes());
        conditions.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        conditions.put("jdk", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
        conditions.put(
                "flags",
                String.join(
                        " ",
                        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                                .filter(argument -> argument.startsWith("-X"))
                                .toList()));
        conditions.put("commit", commit());
        return conditions;
    }

    private static String cpuModel() {
        return field(Path.of("/proc/cpuinfo"), "model name");
    }

    private static long memoryMebibytes() {
        String kibibytes = field(Path.of("/proc/meminfo"), "MemTotal").replaceAll("[^0-9]", "");
        return kibibytes.isEmpty() ? 0 : Long.parseLong(kibibytes) >> 10;
    }

    private static String field(Path file, String name) {
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
                if (line.startsWith(name)) {
                    return line.substring(line.indexOf(':') + 1).strip();
                }
            }
        } catch (IOException e) {
            // Not Linux: then it is unknown.
        }
        return "unknown";
    }

    private static String commit() {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=10")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (InputStream out = git.getInputStream()) {
                String commit = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
                return git.waitFor(5, TimeUnit.SECONDS) && git.exitValue() == 0 ? commit : "unknown";
            }
        } catch (IOException e) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
