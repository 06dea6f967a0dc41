package io.fairlead.chaos.small;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/**
 * Visits every state that a small cluster of real cores can reach within bounds, in every order of events, and checks
 * figure 3 in each. Cores are deterministic, so a state that was visited before, by whatever way, need not be again.
 *
 * <p><b>Threads:</b> one.
 */
public final class Explorer {
    private final Bounds bounds;
    private final VisitedStates visited = new VisitedStates();
    private final ArrayDeque<World> open = new ArrayDeque<>();
    private long steps;

    /**
     * What came of an exploration.
     *
     * @param states different states that were visited
     * @param steps steps that were taken to find them
     * @param complete whether there are no others within the bounds
     * @param violation the first property that does not hold, and the steps that lead there
     */
    public record Result(long states, long steps, boolean complete, Optional<String> violation) {}

    /** A property does not hold. */
    static final class Violation extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Violation(World.Path path, Throwable cause) {
            super(cause + "\n  " + String.join("\n  ", path.steps()), cause);
        }
    }

    /** An exploration that has not begun. */
    public Explorer(Bounds bounds) {
        this.bounds = bounds;
    }

    /** Explores, the latest state first, until nothing is left, or so many states are known, or something is wrong. */
    public Result explore(long maxStates) {
        World first = World.initial(bounds);
        visited.add(first.fingerprint());
        open.add(first);
        try {
            while (!open.isEmpty() && visited.size() < maxStates) {
                expand(open.removeLast());
            }
        } catch (Violation violation) {
            return new Result(visited.size(), steps, false, Optional.of(String.valueOf(violation.getMessage())));
        }
        return new Result(visited.size(), steps, open.isEmpty(), Optional.empty());
    }

    private void expand(World world) {
        List<Action> actions = world.actions();
        for (Action action : actions) {
            World next = world.after(action);
            steps++;
            if (visited.add(next.fingerprint())) {
                open.addLast(next);
            }
        }
    }
}
