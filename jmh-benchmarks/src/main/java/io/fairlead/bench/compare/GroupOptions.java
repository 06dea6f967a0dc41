package io.fairlead.bench.compare;

import io.fairlead.bench.report.ResultFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is said of every group that a command starts: how large it is, from which build, and where its numbers go. */
final class GroupOptions {
    @Option(
            names = "--fairlead",
            paramLabel = "DIRECTORY",
            description = "The distribution (default: kv-server/target/fairlead-kv-server).")
    private @Nullable Path fairlead;

    @Option(names = "--members", defaultValue = "3", description = "Members of a group (default: ${DEFAULT-VALUE}).")
    private int members;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write all numbers as JSON.")
    private @Nullable Path out;

    int members() {
        return members;
    }

    /** Where Fairlead's server is: what was asked for, or what the build made, seen from where {@code bin/bench} stands. */
    Path distribution() {
        if (fairlead != null) {
            return fairlead;
        }
        Path home = Path.of(System.getProperty("bench.home", "jmh-benchmarks"));
        return home.resolveSibling("kv-server").resolve("target").resolve("fairlead-kv-server");
    }

    /** Writes {@code numbers} where they are wanted, if they are. */
    void write(Map<String, Object> numbers) throws IOException {
        if (out != null) {
            ResultFiles.writeJson(out, numbers);
        }
    }
}
