package io.fairlead.server.raftlog;

import java.io.IOException;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code bin/raftlog}: looks into the logs of a data directory, without changing anything. */
@Command(
        name = "raftlog",
        mixinStandardHelpOptions = true,
        subcommands = {Stat.class, Verify.class, Dump.class},
        description = {
            "Looks into the write-ahead logs of a data directory. Changes nothing, takes no lock, and may be used"
                    + " beside a running member.",
            "DIRECTORY is a log's own directory, or one above it, such as a member's data directory."
        },
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {"0:all is well", "1:a log is damaged", "2:wrong usage, or the files cannot be read"})
public final class RaftLog {
    /** The entry point. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new RaftLog()).setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof IOException || failure instanceof UncheckedIOException) {
                command.getErr().println("raftlog: " + failure.getMessage());
                return 2;
            }
            throw failure;
        });
    }
}
