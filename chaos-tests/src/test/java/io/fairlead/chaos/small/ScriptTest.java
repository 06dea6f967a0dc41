package io.fairlead.chaos.small;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Scripted scenarios: in each file commands, and behind each what the members then do. {@code -DupdateScripts=true} writes
 * what they do now; the difference is for a human to judge.
 */
class ScriptTest {
    private static final Path SCRIPTS = Path.of("src/test/resources/scripts");
    private static final boolean UPDATE = Boolean.getBoolean("updateScripts");
    private static final String ANSWER = "  ";

    static List<Path> scripts() throws IOException {
        try (Stream<Path> files = Files.list(SCRIPTS)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scripts")
    void the_members_do_what_the_script_says(Path script) throws IOException {
        String expected = Files.readString(script);
        String actual = play(expected);
        if (UPDATE) {
            Files.writeString(script, actual);
        } else {
            assertThat(actual).as(script.toString()).isEqualTo(expected);
        }
    }

    /** Lines that are indented are answers; all others are commands, comments or empty. */
    private static String play(String script) {
        ScriptedCluster cluster = new ScriptedCluster();
        StringBuilder played = new StringBuilder();
        for (String line :
                script.lines().filter(each -> !each.startsWith(ANSWER)).toList()) {
            played.append(line).append('\n');
            if (!line.isBlank() && !line.startsWith("#")) {
                cluster.run(line)
                        .lines()
                        .forEach(answer -> played.append(ANSWER).append(answer).append('\n'));
            }
        }
        return played.toString();
    }

    @Test
    void there_are_at_least_twenty() throws IOException {
        assertThat(scripts()).hasSizeGreaterThanOrEqualTo(20);
    }
}
