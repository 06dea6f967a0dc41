package io.fairlead.bench.compare;

import java.util.List;

/** Medians over rounds. What ran on a throttled disk counts only if there is nothing else. */
public final class Medians {
    private final List<Outcome> outcomes;

    /** Of these outcomes. */
    public Medians(List<Outcome> outcomes) {
        this.outcomes = List.copyOf(outcomes);
    }

    /** The median of a number for a product in a case; not a number if it was not measured. */
    public double of(String product, String test, String name) {
        double[] values = usable(product, test).stream()
                .mapToDouble(outcome -> outcome.value(name))
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        if (values.length == 0) {
            return Double.NaN;
        }
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    private List<Outcome> usable(String product, String test) {
        List<Outcome> all = outcomes.stream()
                .filter(outcome ->
                        outcome.product().equals(product) && outcome.test().equals(test))
                .toList();
        List<Outcome> free =
                all.stream().filter(outcome -> !outcome.throttled()).toList();
        return free.isEmpty() ? all : free;
    }

    /** Tells if there are results, but all of them from a throttled disk. */
    public boolean isThrottled(String product, String test) {
        List<Outcome> usable = usable(product, test);
        return !usable.isEmpty() && usable.stream().allMatch(Outcome::throttled);
    }

    /** How many rounds count. */
    public int rounds(String product, String test) {
        return usable(product, test).size();
    }
}
