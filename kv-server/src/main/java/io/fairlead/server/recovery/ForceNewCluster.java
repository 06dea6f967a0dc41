package io.fairlead.server.recovery;

import io.fairlead.raft.DisasterRecovery;
import io.fairlead.raft.RecoveryPlan;
import io.fairlead.raft.Survivor;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bin/force-new-cluster}: see {@link DisasterRecovery}. */
@Command(
        name = "force-new-cluster",
        mixinStandardHelpOptions = true,
        description = {
            "The last resort when a majority of the members is gone for good: makes the member whose data directory is"
                    + " named the only voter of all its groups, in a cluster with a new id.",
            "What only the lost members had is lost. Prints what that may be, and changes nothing without --yes.",
            "The members that were given up can never come back with their data; each has to be added anew, with an"
                    + " empty data directory."
        },
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:done, or nothing stands against it",
            "1:refused; nothing was changed",
            "2:wrong usage, the member runs, or the files cannot be read"
        })
public final class ForceNewCluster implements Callable<Integer> {
    @Parameters(paramLabel = "DATA_DIR", description = "The survivor's data directory. The member must not run.")
    private @Nullable Path directory;

    @Option(
            names = "--lost",
            split = ",",
            paramLabel = "MEMBER",
            converter = HexId.class,
            description = "Members whose data is gone, by their ids in hexadecimal.")
    private List<Long> lost = new ArrayList<>();

    @Option(
            names = "--other",
            paramLabel = "DIR|REPORT",
            description = "Another survivor's data directory, or a report of it: to be compared with, and given up.")
    private List<Path> others = new ArrayList<>();

    @Option(
            names = "--worse-in",
            split = ",",
            paramLabel = "GROUP",
            description = "Groups in which another survivor may have more: what it has there is given up.")
    private List<Long> worseIn = new ArrayList<>();

    @Option(names = "--report", description = "Print a report of this survivor, for --other, and nothing else.")
    private boolean report;

    @Option(names = "--yes", description = "Do it.")
    private boolean yes;

    @Spec
    private @Nullable CommandSpec spec;

    /** The entry point. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command, ready to be executed. */
    public static CommandLine commandLine() {
        return new CommandLine(new ForceNewCluster()).setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof IOException || failure instanceof UncheckedIOException) {
                command.getErr().println("force-new-cluster: " + failure.getMessage());
                return 2;
            }
            throw failure;
        });
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        Path data = Objects.requireNonNull(directory);
        if (report) {
            out.print(Survivor.in(data).format());
            out.flush();
            return 0;
        }
        List<Survivor> compared = new ArrayList<>();
        for (Path other : others) {
            compared.add(read(other));
        }
        try (DisasterRecovery recovery = DisasterRecovery.open(data)) {
            Survivor survivor = recovery.survivor();
            RecoveryPlan plan = new RecoveryPlan(survivor, compared, Set.copyOf(lost), Set.copyOf(worseIn));
            out.printf("member %x of cluster %x in %s%n", survivor.memberId(), survivor.clusterId(), data);
            plan.consequences().forEach(line -> out.println("  " + line));
            out.flush();
            return judge(plan) ? recover(recovery, plan, out) : 1;
        }
    }

    private boolean judge(RecoveryPlan plan) {
        PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
        List<String> objections = plan.objections();
        objections.forEach(objection -> err.println("force-new-cluster: refused: " + objection));
        return objections.isEmpty();
    }

    private int recover(DisasterRecovery recovery, RecoveryPlan plan, PrintWriter out) throws IOException {
        if (!yes) {
            out.println("Nothing was changed. First make sure that no member but this one runs, nor will be started"
                    + " again; then say --yes.");
            return 0;
        }
        long clusterId = recovery.forceNewCluster(plan, new SecureRandom()::nextLong);
        out.printf(
                "The cluster is %x now. Start this member with the options it had; add others with empty data"
                        + " directories.%n",
                clusterId);
        return 0;
    }

    private static Survivor read(Path other) throws IOException {
        if (Files.isDirectory(other)) {
            return Survivor.in(other);
        }
        try {
            return Survivor.parse(Files.readString(other));
        } catch (IllegalArgumentException e) {
            throw new IOException(other + ": " + e.getMessage(), e);
        }
    }

    /** Reads an id as logs and clients print it. */
    static final class HexId implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                return Long.parseUnsignedLong(text, 16);
            } catch (NumberFormatException e) {
                throw new CommandLine.TypeConversionException("'" + text + "' is no member id in hexadecimal");
            }
        }
    }
}
