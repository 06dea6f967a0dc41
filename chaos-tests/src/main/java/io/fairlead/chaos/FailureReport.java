package io.fairlead.chaos;

import io.fairlead.chaos.cluster.SimCluster;
import io.fairlead.chaos.report.SpaceTimePage;
import io.fairlead.chaos.sim.Trace;
import io.fairlead.chaos.workload.Workload;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What there is to say about a run that failed.
 *
 * @param id what was hurt, short and stable, such as {@code I1}: two failures are alike if these are equal
 * @param what what was seen, in one line
 * @param text all of it for a terminal: what, where, the command that replays it, a line per member, the last events
 * @param page the last events as a page for a browser, with nothing loaded from elsewhere
 */
public record FailureReport(String id, String what, String text, String page) {
    private static final int LINES = 60;
    private static final int ROWS = 600;

    static FailureReport of(Scenario scenario, SimCluster<?> cluster, Workload<?> workload, Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        String what = message.lines().findFirst().orElse(message);
        int space = what.indexOf(' ');
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        out.println(message);
        out.printf(
                "seed %d profile %s members %d+%d time %.6fs event %d%n",
                scenario.seed(),
                scenario.profile(),
                scenario.voters(),
                scenario.spares(),
                cluster.scheduler().now() / 1e9,
                cluster.scheduler().executed());
        out.println("faults: " + scenario.plan().kinds());
        out.println("calls: " + workload.summary());
        out.println("replay: " + scenario.replay() + workload.options());
        out.print(cluster.status());
        out.flush();
        String head = text.toString();
        out.println("last events:");
        cluster.trace().last(LINES).forEach(out::println);
        rootOf(failure).printStackTrace(out);
        out.flush();
        List<Trace.Happening> rows = cluster.trace().last(ROWS);
        List<Long> members = List.copyOf(cluster.members().keySet());
        return new FailureReport(
                space < 0 ? what : what.substring(0, space),
                what,
                text.toString(),
                new SpaceTimePage(head, members, rows, scenario.plan().faults()).html());
    }

    private static Throwable rootOf(Throwable failure) {
        Set<Throwable> seen = new HashSet<>();
        Throwable root = failure;
        for (Throwable cause = failure; cause != null && seen.add(cause); cause = cause.getCause()) {
            root = cause;
        }
        return root;
    }
}
