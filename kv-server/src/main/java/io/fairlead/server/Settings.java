package io.fairlead.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Brings flags, environment and configuration file together, with etcd's rules: a setting given both as flag and in the
 * environment is an error; a configuration file is the only source.
 */
final class Settings {
    private static final String PREFIX = "FAIRLEAD_";

    private Settings() {}

    /**
     * Reads the options; leaves by exception with one line for the user.
     *
     * @return null if help or version was asked for, and printed
     */
    static @Nullable ServerConfig read(String[] arguments, Map<String, String> environment) {
        ServerOptions options = new ServerOptions();
        CommandLine line = new CommandLine(options).setDefaultValueProvider(new Environment(environment));
        line.getCommandSpec().version("fairlead " + Version.SERVER, "etcd API " + Version.ETCD);
        try {
            CommandLine.ParseResult parsed = line.parseArgs(withDoubleDashes(arguments));
            if (parsed.isUsageHelpRequested()) {
                line.usage(line.getOut());
                return null;
            }
            if (parsed.isVersionHelpRequested()) {
                line.printVersionHelp(line.getOut());
                return null;
            }
            refuseTwice(line, parsed, environment);
        } catch (ParameterException e) {
            throw new StartException(explain(e));
        }
        if (options.configFile != null && !options.configFile.isEmpty()) {
            options = fromFile(options.configFile);
        }
        return ServerConfig.from(options);
    }

    /** Unknown options are answered with the nearest known ones. */
    private static String explain(ParameterException e) {
        if (e instanceof CommandLine.UnmatchedArgumentException unmatched) {
            List<String> suggestions = unmatched.getSuggestions();
            return "unknown option " + String.join(" ", unmatched.getUnmatched())
                    + (suggestions.isEmpty()
                            ? "; see --help"
                            : "; did you mean " + String.join(" or ", suggestions) + "?");
        }
        return String.valueOf(e.getMessage());
    }

    /** Go programs take {@code -name} for {@code --name}, so does this one; {@code --name=value} is understood as well. */
    private static String[] withDoubleDashes(String[] arguments) {
        List<String> result = new ArrayList<>();
        for (String argument : arguments) {
            String normal = argument.matches("-[a-z][a-z-]+(=.*)?") ? "-" + argument : argument;
            int equals = normal.startsWith("--") ? normal.indexOf('=') : -1;
            if (equals > 0) {
                result.add(normal.substring(0, equals));
                result.add(normal.substring(equals + 1));
            } else {
                result.add(normal);
            }
        }
        return result.toArray(String[]::new);
    }

    private static String variable(String option) {
        return PREFIX + option.replaceFirst("^--", "").toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** Picocli asks it for every option that is not given; null says that there is no such variable. */
    private record Environment(Map<String, String> variables) implements IDefaultValueProvider {
        @Override
        public @Nullable String defaultValue(ArgSpec argument) {
            return argument instanceof OptionSpec option && !option.usageHelp() && !option.versionHelp()
                    ? variables.get(variable(option.longestName()))
                    : null;
        }
    }

    private static void refuseTwice(CommandLine line, CommandLine.ParseResult parsed, Map<String, String> environment) {
        for (OptionSpec option : parsed.matchedOptionsSet()) {
            String variable = variable(option.longestName());
            if (environment.containsKey(variable)) {
                throw new ParameterException(
                        line,
                        option.longestName() + " is given as a flag and as " + variable + ": decide for one of them");
            }
        }
    }

    private static ServerOptions fromFile(String file) {
        Map<String, String> values = new TreeMap<>();
        try (var reader = Files.newBufferedReader(Path.of(file))) {
            Object root = new Yaml(new SafeConstructor(new LoaderOptions())).load(reader);
            if (root instanceof Map<?, ?> map) {
                map.forEach((key, value) -> values.put(String.valueOf(key), String.valueOf(value)));
            } else if (root != null) {
                throw new StartException("--config-file " + file + ": must be a list of 'option: value' lines");
            }
        } catch (IOException e) {
            throw new StartException("--config-file " + file + " cannot be read: " + e.getMessage(), e);
        } catch (YAMLException e) {
            throw new StartException(
                    "--config-file " + file + " is not YAML: "
                            + String.valueOf(e.getMessage()).replace('\n', ' '),
                    e);
        }
        List<String> arguments = new ArrayList<>();
        values.forEach((key, value) -> {
            arguments.add("--" + key);
            arguments.add(value);
        });
        ServerOptions options = new ServerOptions();
        try {
            new CommandLine(options).parseArgs(arguments.toArray(String[]::new));
        } catch (ParameterException e) {
            throw new StartException("--config-file " + file + ": " + explain(e));
        }
        return options;
    }
}
