package io.fairlead.chaos.zoo;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Searches for bugs from seed 0 on, and writes {@code found.txt} and the table in {@code docs/reliability.md}. The
 * arguments are how many seeds to try, and the ids of the bugs, all if there are none.
 */
final class Survey {
    private Survey() {}

    /** See the class. */
    public static void main(String[] arguments) {
        int runs = Integer.parseInt(arguments[0]);
        List<String> wanted = List.of(arguments).subList(1, arguments.length);
        ProductionSources sources = ProductionSources.read();
        List<Bug> bugs = BugFile.readAll();
        Map<String, Finding> findings = Finding.readAll();
        findings.keySet().removeIf(id -> bugs.stream().noneMatch(bug -> bug.id().equals(id)));
        for (Bug bug : bugs) {
            if (wanted.isEmpty() || wanted.contains(bug.id())) {
                long begin = System.nanoTime();
                Optional<Finding> finding = search(bug, sources, runs);
                finding.ifPresentOrElse(found -> findings.put(bug.id(), found), () -> findings.remove(bug.id()));
                System.out.printf(
                        Locale.ROOT,
                        "%-28s %5.1f s %s%n",
                        bug.id(),
                        (System.nanoTime() - begin) / 1e9,
                        finding.map(Finding::toString).orElse("NOT FOUND"));
            }
        }
        Finding.writeAll(findings);
        Table.write(bugs, findings);
    }

    /** A bug that no longer fits must not keep the others from being counted. */
    private static Optional<Finding> search(Bug bug, ProductionSources sources, int runs) {
        try {
            return new Search(bug, sources).from0(runs);
        } catch (AssertionError misfit) {
            System.out.println(misfit.getMessage());
            return Optional.empty();
        }
    }
}
