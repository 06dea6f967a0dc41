package io.fairlead.chaos;

import io.fairlead.chaos.faults.Fault;
import io.fairlead.chaos.faults.FaultKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Looks for a small part of a fault plan that fails in the same way: first it leaves out whole kinds of fault, then ever
 * smaller pieces of the rest (delta debugging). A candidate counts only if the same invariant is hurt.
 *
 * <p><b>Threads:</b> one.
 */
public final class Shrinker {
    private final Scenario scenario;
    private final String id;
    private final Function<Scenario, SimulationResult> runner;
    private final long deadline;
    private List<Integer> kept;
    private SimulationResult smallest;
    private int runs;

    /**
     * What is left.
     *
     * @param scenario with the faults that are enough
     * @param result how it fails
     * @param runs how many runs it took to find out
     */
    public record Shrunk(Scenario scenario, SimulationResult result, int runs) {}

    private Shrinker(
            Scenario scenario,
            SimulationResult failed,
            String id,
            Function<Scenario, SimulationResult> runner,
            long deadline) {
        this.scenario = scenario;
        this.smallest = failed;
        this.id = id;
        this.runner = runner;
        this.deadline = deadline;
        this.kept = scenario.plan().faults().stream().map(Fault::number).toList();
    }

    /**
     * Shrinks the plan of a scenario that failed, for at most {@code budgetNanos} of real time.
     *
     * @param scenario the one that failed
     * @param failed how it failed
     * @param runner runs a candidate
     * @param budgetNanos real time; what was found until then is the answer
     * @return the fewest faults that still make it fail in the same way
     * @throws IllegalArgumentException if it did not fail
     */
    public static Shrunk shrink(
            Scenario scenario, SimulationResult failed, Function<Scenario, SimulationResult> runner, long budgetNanos) {
        String id = failed.failure()
                .map(FailureReport::id)
                .orElseThrow(() -> new IllegalArgumentException("seed " + scenario.seed() + " did not fail"));
        Shrinker shrinker = new Shrinker(scenario, failed, id, runner, System.nanoTime() + budgetNanos);
        shrinker.dropKinds();
        shrinker.dropPieces();
        return new Shrunk(shrinker.candidate(shrinker.kept), shrinker.smallest, shrinker.runs);
    }

    private Scenario candidate(List<Integer> numbers) {
        return scenario.withPlan(scenario.plan().keeping(numbers));
    }

    /** Keeps only these if that fails alike. */
    private boolean isEnough(List<Integer> numbers) {
        if (numbers.size() == kept.size() || System.nanoTime() - deadline > 0) {
            return false;
        }
        runs++;
        SimulationResult result = runner.apply(candidate(numbers));
        boolean alike =
                result.failure().filter(failure -> failure.id().equals(id)).isPresent();
        if (alike) {
            kept = numbers;
            smallest = result;
        }
        return alike;
    }

    private void dropKinds() {
        for (FaultKind kind : scenario.plan().kinds()) {
            List<Integer> others = scenario.plan().faults().stream()
                    .filter(fault -> fault.kind() != kind)
                    .map(Fault::number)
                    .filter(kept::contains)
                    .toList();
            isEnough(others);
        }
    }

    private void dropPieces() {
        int pieces = 2;
        while (!kept.isEmpty() && System.nanoTime() - deadline < 0) {
            int length = Math.max(1, (kept.size() + pieces - 1) / pieces);
            if (dropOnePiece(length)) {
                pieces = Math.max(2, pieces - 1);
            } else if (length == 1) {
                return;
            } else {
                pieces *= 2;
            }
        }
    }

    private boolean dropOnePiece(int length) {
        for (int from = 0; from < kept.size(); from += length) {
            List<Integer> others = new ArrayList<>(kept);
            others.subList(from, Math.min(kept.size(), from + length)).clear();
            if (isEnough(others)) {
                return true;
            }
        }
        return false;
    }
}
