package io.fairlead.chaos.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code chaos}: simulates clusters and looks for defects. */
@Command(
        name = "chaos",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Simulates Fairlead clusters under faults and checks them.",
        subcommands = {Simulate.class, Explore.class, Speed.class})
public final class Chaos {
    private Chaos() {}

    /** Runs a command and exits with its status. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Chaos())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args));
    }
}
