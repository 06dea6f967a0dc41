package io.fairlead.chaos.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Searches for an order of the calls that a correct object could have seen: every call takes effect at one instant
 * between its beginning and its end (Herlihy and Wing). After Wing and Gong, with Lowe's memory of configurations that
 * were tried, and one search per partition (Horn and Kroening).
 *
 * <p>Partitions take turns with growing budgets, the small ones first, so that a wrong one is found early even if
 * another is hard.
 *
 * <p><b>Threads:</b> any.
 */
public final class LinearizabilityChecker<S, I, O> {
    private static final long FIRST_BUDGET = 2_000;
    private static final int BUDGET_FACTOR = 8;
    private static final long DEFAULT_MAX_STEPS = 20_000_000;

    private final Model<S, I, O> model;
    private final long maxSteps;

    /** A checker against {@code model} that gives up after some twenty million steps. */
    public LinearizabilityChecker(Model<S, I, O> model) {
        this(model, DEFAULT_MAX_STEPS);
    }

    /** A checker that gives up after {@code maxSteps} for one partition. */
    public LinearizabilityChecker(Model<S, I, O> model, long maxSteps) {
        this.model = model;
        this.maxSteps = maxSteps;
    }

    /** Judges a history; the order of the list does not matter. */
    public Verdict check(List<Operation<I, O>> history) {
        Deque<PartitionSearch<S, I, O>> waiting = new ArrayDeque<>();
        for (List<Operation<I, O>> partition : partitions(history)) {
            waiting.add(new PartitionSearch<>(model, partition));
        }
        long steps = 0;
        long budget = FIRST_BUDGET;
        while (!waiting.isEmpty()) {
            for (int left = waiting.size(); left > 0; left--) {
                PartitionSearch<S, I, O> search = waiting.remove();
                PartitionSearch.Result result = search.run(budget);
                if (result == PartitionSearch.Result.ILLEGAL) {
                    return new Verdict.NotLinearizable(search.explain());
                }
                if (result == PartitionSearch.Result.LEGAL) {
                    steps += search.steps();
                } else if (search.steps() >= maxSteps || search.isOutOfMemory()) {
                    return new Verdict.Unknown("gave up after " + search.steps() + " steps on " + search.size()
                            + " calls of one partition");
                } else {
                    waiting.add(search);
                }
            }
            budget = Math.min(budget * BUDGET_FACTOR, maxSteps);
        }
        return new Verdict.Linearizable(steps);
    }

    /**
     * Judges a history of which somebody knows how it may have come about.
     *
     * @param history in an order in which the calls may have taken effect: if it is one that a correct object could have
     *     seen, that is proof enough, and nothing is searched; if not, the order does not matter
     */
    public Verdict checkInOrder(List<Operation<I, O>> history) {
        for (List<Operation<I, O>> partition : partitions(history)) {
            if (!isExplained(partition)) {
                return check(history);
            }
        }
        return new Verdict.Linearizable(history.size());
    }

    /** Tells if a correct object would have answered so, with every call at the earliest instant that is left for it. */
    private boolean isExplained(List<Operation<I, O>> inOrder) {
        S state = model.initial();
        long now = Long.MIN_VALUE;
        for (Operation<I, O> operation : inOrder) {
            now = Math.max(now, operation.invokedAt());
            S after = model.step(state, operation.input(), operation.output());
            if (now > operation.returnedAt() || after == null) {
                return false;
            }
            state = after;
        }
        return true;
    }

    private List<List<Operation<I, O>>> partitions(List<Operation<I, O>> history) {
        Map<Object, List<Operation<I, O>>> byPartition = new LinkedHashMap<>();
        for (Operation<I, O> operation : history) {
            boolean nothingToSay = operation.outcome() == Operation.Outcome.FAILED
                    || (operation.outcome() == Operation.Outcome.UNKNOWN && model.isRead(operation.input()));
            if (!nothingToSay) {
                byPartition
                        .computeIfAbsent(model.partition(operation.input()), key -> new ArrayList<>())
                        .add(operation);
            }
        }
        List<List<Operation<I, O>>> partitions = new ArrayList<>(byPartition.values());
        partitions.sort(Comparator.comparingInt(List::size));
        return partitions;
    }
}
