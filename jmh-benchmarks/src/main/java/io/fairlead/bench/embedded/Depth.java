package io.fairlead.bench.embedded;

/**
 * One measurement within a run.
 *
 * @param inFlight proposals under way at any time
 * @param warmUp proposals before measuring
 * @param measured proposals measured
 */
public record Depth(int inFlight, long warmUp, long measured) {
    /**
     * Reads {@code inFlight:warmUp:measured}.
     *
     * @throws IllegalArgumentException if it is not of that form
     */
    public static Depth parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("'" + text + "' is not inFlight:warmUp:measured");
        }
        return new Depth(Integer.parseInt(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
    }

    @Override
    public String toString() {
        return inFlight + ":" + warmUp + ":" + measured;
    }
}
