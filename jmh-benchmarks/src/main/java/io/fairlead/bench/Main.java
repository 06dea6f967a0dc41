package io.fairlead.bench;

import io.fairlead.bench.compare.CompareCommand;
import io.fairlead.bench.compare.FailoverCommand;
import io.fairlead.bench.embedded.EmbeddedCommand;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code bench}: measures Fairlead and its peers. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures Fairlead and its peers.",
        subcommands = {
            LoadCommand.class,
            CompareCommand.class,
            FailoverCommand.class,
            EmbeddedCommand.class,
            GroupsCommand.class,
            ChartsCommand.class
        })
public final class Main {
    private Main() {}

    /** Runs a subcommand; exits with 0, with 2 if the command line is wrong, with 3 if there were errors. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main()).setExecutionExceptionHandler((failure, line, parsed) -> {
            if (failure instanceof IOException || failure instanceof IllegalArgumentException) {
                line.getErr().println("bench: " + failure.getMessage());
                return 1;
            }
            throw failure;
        });
    }

    static CommandLine commandLine(CommandLine.Model.@Nullable CommandSpec spec) {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        return spec.commandLine();
    }
}
