package io.fairlead.server.raftlog;

import io.fairlead.raft.storage.LogInspector;
import io.fairlead.raft.storage.NioDisk;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The logs in the directory that a command names. */
final class Logs {
    private static final int DEPTH = 5;

    @Parameters(paramLabel = "DIRECTORY", description = "Where the log is, or a directory above it.")
    private @Nullable Path directory;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    /** Something to do with one log. */
    interface Visitor {
        void visit(Path path, LogInspector log) throws IOException;
    }

    PrintWriter out() {
        return java.util.Objects.requireNonNull(spec).commandLine().getOut();
    }

    /** Visits every log, in the order of their paths. */
    void forEach(Visitor visitor) throws IOException {
        Path root = java.util.Objects.requireNonNull(directory).toAbsolutePath();
        if (!Files.isDirectory(root)) {
            throw new NoSuchFileException(root + " is no directory");
        }
        List<Path> found;
        try (Stream<Path> paths = Files.walk(root, DEPTH)) {
            found = paths.filter(Files::isDirectory)
                    .filter(Logs::isLog)
                    .sorted()
                    .toList();
        }
        if (found.isEmpty()) {
            throw new NoSuchFileException(root + " contains no log: no files such as 0000000000000001.log");
        }
        for (Path path : found) {
            Path above = java.util.Objects.requireNonNull(path.getParent());
            visitor.visit(path, new LogInspector(NioDisk.readOnly(above), String.valueOf(path.getFileName())));
        }
        out().flush();
    }

    private static boolean isLog(Path path) {
        try (Stream<Path> files = Files.list(path)) {
            return files.anyMatch(file -> String.valueOf(file.getFileName()).matches("[0-9a-f]{16}\\.log"));
        } catch (IOException e) {
            return false; // Gone, or not ours to look at.
        }
    }
}
