package io.fairlead.chaos.zoo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a bug was found when the zoo was last surveyed.
 *
 * @param seed the first seed that found it
 * @param runs how many seeds it took, counted from seed 0 in the bug's family of runs
 * @param by the invariant that noticed
 */
record Finding(long seed, int runs, String by) {
    private static final Path FILE = Path.of("src/test/resources/zoo/found.txt");
    private static final String HEADER =
            "# Written by Survey: bug, the first seed that finds it, seeds it took, what noticed.";

    /** All findings by the bug's id. */
    static Map<String, Finding> readAll() {
        Map<String, Finding> findings = new TreeMap<>();
        try {
            for (String line : Files.readAllLines(FILE)) {
                if (!line.startsWith("#")) {
                    String[] words = line.trim().split("\\s+", 4);
                    findings.put(words[0], new Finding(Long.parseLong(words[1]), Integer.parseInt(words[2]), words[3]));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return findings;
    }

    static void writeAll(Map<String, Finding> findings) {
        List<String> lines = new ArrayList<>(List.of(HEADER));
        findings.forEach((id, finding) ->
                lines.add(String.format("%-32s %6d %4d %s", id, finding.seed, finding.runs, finding.by)));
        try {
            Files.write(FILE, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
