package io.fairlead.chaos.zoo;

import io.fairlead.chaos.Scenario;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/**
 * Looks for a bug, seed by seed. A seed counts only if it finds nothing in the library as it is.
 */
final class Search {
    private static final Map<String, LongFunction<String>> HUNTS =
            Map.of(SessionHunt.PROFILE, new SessionHunt(), DisasterHunt.PROFILE, new DisasterHunt());

    private final Bug bug;
    private final LongFunction<String> simulator;
    private final LongFunction<String> withoutBug;

    Search(Bug bug, ProductionSources sources) {
        this.bug = bug;
        BuggyLibrary library = BuggyLibrary.with(sources.with(bug));
        this.withoutBug = HUNTS.getOrDefault(bug.profile().orElse(""), new Hunt());
        this.simulator = Hunt.in(library, withoutBug.getClass());
    }

    /** Runs the seeds of the bug's family in order from 0 on, {@code runs} of them at most. */
    Optional<Finding> from0(int runs) {
        long[] seeds = LongStream.iterate(0, seed -> seed + 1)
                .filter(this::isOfFamily)
                .limit(runs)
                .toArray();
        for (int i = 0; i < seeds.length; i++) {
            Optional<Finding> finding = at(seeds[i], i + 1);
            if (finding.isPresent()) {
                return finding;
            }
        }
        return Optional.empty();
    }

    private boolean isOfFamily(long seed) {
        return bug.profile().isEmpty()
                || HUNTS.containsKey(bug.profile().get())
                || bug.profile().get().equals(Scenario.of(seed).profile().name());
    }

    /** Runs one seed, the {@code runs}th that is tried. */
    Optional<Finding> at(long seed, int runs) {
        String report = simulator.apply(seed);
        boolean found = !report.isEmpty() && withoutBug.apply(seed).isEmpty();
        return found ? Optional.of(new Finding(seed, runs, whatNoticed(report))) : Optional.empty();
    }

    /** The invariant by its id and name; what the library itself noticed, in its words. */
    private static String whatNoticed(String report) {
        if (report.matches("[A-Z]\\d+[a-z]? .*")) {
            int colon = report.indexOf(':');
            String name = colon < 0 ? report : report.substring(0, colon);
            return name.replaceFirst("[;,].*", "");
        }
        if (report.contains("InvariantViolation")) {
            return "a check in the core stops the member";
        }
        return report.replaceFirst("member \\d+", "a member").replaceFirst("[:;].*", "");
    }
}
