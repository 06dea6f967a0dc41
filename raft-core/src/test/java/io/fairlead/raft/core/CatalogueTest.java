package io.fairlead.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The index in {@code docs/reliability-catalogue.md} is complete, and every test that it names exists. */
class CatalogueTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern ROW = Pattern.compile("\\| (B?\\d+) \\| (.+) \\|");
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)#(\\w+)`");

    private static List<Matcher> rows() throws IOException {
        try (Stream<String> lines = Files.lines(ROOT.resolve("docs/reliability-catalogue.md"))) {
            return lines.map(ROW::matcher).filter(Matcher::matches).toList();
        }
    }

    @Test
    void everyScenarioAndEveryBugIsThereOnce() throws IOException {
        List<String> ids = rows().stream().map(row -> row.group(1)).toList();
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(ids.stream().filter(id -> id.startsWith("B"))).hasSize(142);
        assertThat(ids.stream().filter(id -> !id.startsWith("B")))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 225)
                        .mapToObj(Integer::toString)
                        .toList());
    }

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        List<String> missing = new ArrayList<>();
        for (Matcher row : rows()) {
            Matcher test = TEST.matcher(row.group(2));
            boolean any = row.group(2).contains("moot:") || row.group(2).contains("open:");
            while (test.find()) {
                any = true;
                if (!source(test.group(1)).contains("void " + test.group(2) + "(")) {
                    missing.add(row.group(1) + ": " + test.group());
                }
            }
            if (!any) {
                missing.add(row.group(1) + ": neither a test nor a reason");
            }
        }
        assertThat(missing).isEmpty();
    }

    private static String source(String testClass) throws IOException {
        for (String module : List.of("raft-core", "chaos-tests")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                List<Path> found =
                        files.filter(file -> file.endsWith(testClass + ".java")).collect(Collectors.toList());
                if (!found.isEmpty()) {
                    return Files.readString(found.get(0));
                }
            }
        }
        return "";
    }
}
