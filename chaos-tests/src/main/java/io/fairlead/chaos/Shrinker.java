package io.fairlead.chaos;

import io.fairlead.chaos.faults.Fault;
import io.fairlead.chaos.faults.FaultKind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Looks for a small part of a fault plan that fails in the same way: first it leaves out whole kinds of fault, then ever
 * smaller pieces of the rest (delta debugging). A candidate counts only if the same invariant is hurt.
 *
 * <p><b>Threads:</b> one.
 */
public final class Shrinker {
    private final Scenario scenario;
    private final String signature;
    private final long deadline;
    private List<Integer> kept;
    private int runs;

    /**
     * What is left of a plan.
     *
     * @param faults the faults that are enough
     * @param numbers their numbers in the whole plan, with commas between
     * @param runs how many runs it took to find out
     */
    public record Shrunk(List<Fault> faults, String numbers, int runs) {
        /** In words. */
        public String describe() {
            return faults.size() + " faults (found in " + runs + " runs):\n"
                    + faults.stream().map(fault -> "  " + fault).collect(Collectors.joining("\n"));
        }
    }

    private Shrinker(Scenario scenario, String signature, long deadline) {
        this.scenario = scenario;
        this.signature = signature;
        this.deadline = deadline;
        this.kept = new ArrayList<>();
        for (int i = 0; i < scenario.plan().faults().size(); i++) {
            kept.add(i);
        }
    }

    /** Shrinks the plan of a scenario that failed, for at most {@code budgetNanos} of real time. */
    public static Shrunk shrink(Scenario scenario, SimulationResult failed, long budgetNanos) {
        Shrinker shrinker =
                new Shrinker(scenario, signatureOf(failed.failure().orElse("")), System.nanoTime() + budgetNanos);
        shrinker.dropKinds();
        shrinker.dropPieces();
        List<Fault> all = scenario.plan().faults();
        return new Shrunk(
                shrinker.kept.stream().map(all::get).toList(),
                shrinker.kept.isEmpty()
                        ? "-1"
                        : shrinker.kept.stream().map(String::valueOf).collect(Collectors.joining(",")),
                shrinker.runs);
    }

    /** The invariant's id: the first word. */
    private static String signatureOf(String failure) {
        int space = failure.indexOf(' ');
        return space < 0 ? failure : failure.substring(0, space);
    }

    private boolean failsWith(List<Integer> numbers) {
        runs++;
        SimulationResult result =
                Simulation.run(scenario.withPlan(scenario.plan().keeping(numbers)), false);
        return signatureOf(result.failure().orElse("none")).equals(signature);
    }

    private boolean isTimeOver() {
        return System.nanoTime() - deadline > 0;
    }

    private void dropKinds() {
        for (FaultKind kind : scenario.plan().kinds()) {
            List<Integer> without = kept.stream()
                    .filter(number -> scenario.plan().faults().get(number).kind() != kind)
                    .toList();
            if (!isTimeOver() && failsWith(without)) {
                kept = without;
            }
        }
    }

    private void dropPieces() {
        int pieces = 2;
        while (kept.size() > 1 && !isTimeOver()) {
            int length = (kept.size() + pieces - 1) / pieces;
            boolean smaller = false;
            for (int from = 0; from < kept.size() && !isTimeOver(); from += length) {
                List<Integer> without = new ArrayList<>(kept);
                without.subList(from, Math.min(kept.size(), from + length)).clear();
                if (failsWith(without)) {
                    kept = without;
                    smaller = true;
                    break;
                }
            }
            if (smaller) {
                pieces = Math.max(2, pieces - 1);
            } else if (length == 1) {
                return;
            } else {
                pieces = Math.min(kept.size(), pieces * 2);
            }
        }
    }
}
