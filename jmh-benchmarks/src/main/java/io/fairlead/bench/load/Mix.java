package io.fairlead.bench.load;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** Which operations a load consists of, by weight. Immutable. */
public final class Mix {
    private final int[] weights;
    private final int total;

    private Mix(int[] weights) {
        int sum = 0;
        for (int weight : weights) {
            sum = Math.addExact(sum, weight);
        }
        if (sum == 0) {
            throw new IllegalArgumentException("a mix needs at least one weight above 0");
        }
        this.weights = weights;
        this.total = sum;
    }

    /** One operation only. */
    public static Mix only(Operation operation) {
        int[] weights = new int[Operation.count()];
        weights[operation.number()] = 1;
        return new Mix(weights);
    }

    /**
     * Reads {@code put=20,get=80}.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    public static Mix parse(String text) {
        int[] weights = new int[Operation.count()];
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("'" + part + "' is not operation=weight");
            }
            Operation operation = Operation.of(part.substring(0, equals).strip());
            int weight = parseWeight(part.substring(equals + 1).strip());
            weights[operation.number()] = weight;
        }
        return new Mix(weights);
    }

    private static int parseWeight(String text) {
        try {
            int weight = Integer.parseInt(text);
            if (weight >= 0) {
                return weight;
            }
        } catch (NumberFormatException e) {
            // Falls through to the one message that both cases deserve.
        }
        throw new IllegalArgumentException("weight '" + text + "' is not a number of at least 0");
    }

    /** Draws one operation. */
    public Operation draw(SplittableRandom random) {
        int left = random.nextInt(total);
        for (Operation operation : Operation.values()) {
            left -= weights[operation.number()];
            if (left < 0) {
                return operation;
            }
        }
        throw new AssertionError("weights do not add up to " + total);
    }

    /** Tells if this operation can be drawn. */
    public boolean contains(Operation operation) {
        return weights[operation.number()] > 0;
    }

    /** The weights above 0. */
    public Map<Operation, Integer> weights() {
        Map<Operation, Integer> result = new LinkedHashMap<>();
        for (Operation operation : Operation.values()) {
            if (contains(operation)) {
                result.put(operation, weights[operation.number()]);
            }
        }
        return result;
    }

    @Override
    public String toString() {
        Map<Operation, Integer> present = weights();
        if (present.size() == 1) {
            return present.keySet().iterator().next().label();
        }
        return present.entrySet().stream()
                .map(e -> e.getKey().label() + "=" + e.getValue())
                .collect(Collectors.joining(","));
    }
}
