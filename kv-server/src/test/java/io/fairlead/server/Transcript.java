package io.fairlead.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A terminal session: commands behind {@code $ }, and what they printed. Whatever differs from cluster to cluster
 * (ids, addresses, times, sizes) is replaced by words in capitals.
 */
record Transcript(List<Step> steps) {
    private static final Pattern IDS_IN_JSON = Pattern.compile("\"(cluster_id|member_id|raft_term)\":\\d+");
    private static final Pattern IDS_IN_FIELDS = Pattern.compile("\"(ClusterID|MemberID|RaftTerm)\" : \\d+");
    private static final Pattern MEMBER_ID = Pattern.compile("\\b[0-9a-f]{15,16}\\b");
    private static final Pattern ADDRESS = Pattern.compile("(http://)?127\\.0\\.0\\.1:\\d+");
    private static final Pattern TOOK = Pattern.compile("took = \\S+");
    private static final Pattern STATUS =
            Pattern.compile("MEMBER, [0-9.]+, [0-9.]+ [kM]?B, (true|false), false, \\d+, \\d+, \\d+, ");

    /** A command and its output; members answer in no particular order, so lines about several are sorted. */
    record Step(String command, List<String> output) {
        boolean isAboutAllMembers() {
            return command.contains("--cluster") || command.contains("member list");
        }
    }

    static Transcript parse(List<String> lines) {
        List<Step> steps = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("$ ")) {
                steps.add(new Step(line.substring(2), new ArrayList<>()));
            } else {
                steps.get(steps.size() - 1).output.add(line);
            }
        }
        return new Transcript(steps);
    }

    /** Runs all commands with {@code etcdctl} pointed at {@code endpoints}. */
    Transcript repeat(String endpoints, Path scratch) throws IOException, InterruptedException {
        List<Step> repeated = new ArrayList<>();
        for (Step step : steps) {
            repeated.add(run(step, endpoints, scratch));
        }
        return new Transcript(repeated);
    }

    private static Step run(Step step, String endpoints, Path scratch) throws IOException, InterruptedException {
        Path output = scratch.resolve("output");
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", step.command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("ETCDCTL_API", "3");
        builder.environment().put("ETCDCTL_ENDPOINTS", endpoints);
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("does not end: " + step.command);
        }
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(output, StandardCharsets.UTF_8)) {
            if (!line.startsWith("{\"level\":\"warn\"")) {
                lines.add(withoutIdentity(line));
            }
        }
        Step answered = new Step(step.command, lines);
        if (answered.isAboutAllMembers()) {
            lines.sort(null);
        }
        if (process.exitValue() != 0) {
            lines.add("[exit code " + process.exitValue() + "]");
        }
        return answered;
    }

    private static String withoutIdentity(String line) {
        String result = IDS_IN_JSON.matcher(line).replaceAll("\"$1\":ID");
        result = IDS_IN_FIELDS.matcher(result).replaceAll("\"$1\" : ID");
        result = ADDRESS.matcher(result).replaceAll("ADDRESS");
        result = MEMBER_ID.matcher(result).replaceAll("MEMBER");
        result = TOOK.matcher(result).replaceAll("took = TIME");
        return STATUS.matcher(result).replaceAll("MEMBER, VERSION, SIZE, LEADS, false, TERM, INDEX, INDEX, ");
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Step step : steps) {
            text.append("$ ").append(step.command).append('\n');
            step.output.forEach(line -> text.append(line).append('\n'));
        }
        return text.toString();
    }
}
