package io.fairlead.raft.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Proposals that wait for company: while others are under way, new ones gather until they are as many, or enough. A lone
 * proposal leaves at once; under load rounds become few and large, and with them the wake-ups, frames and syncs that
 * each round costs every member. It is never timed: the end of what is under way lets the rest go.
 *
 * <p><b>Threads:</b> the loop.
 *
 * <p><b>Memory:</b> fewer than {@value #ENOUGH} proposals stay behind after a step.
 */
final class Gathering {
    /** So many share the costs of a round well enough; to wait for more would only take time. */
    static final int ENOUGH = 64;

    private List<Object> inputs = new ArrayList<>();
    private List<Object> spare = new ArrayList<>();
    private int proposals;

    /** Adds an input that contains so many proposals. */
    void add(Object input, int count) {
        inputs.add(input);
        proposals += count;
    }

    /** How many proposals wait here. */
    int size() {
        return proposals;
    }

    /**
     * Lets all of them go, in their order, unless it is better to wait on.
     *
     * @param underWay how many others have left and are not answered yet; called again when that has changed
     */
    void release(long underWay, Consumer<Object> target) {
        if (proposals == 0 || proposals < Math.min(underWay, ENOUGH)) {
            return;
        }
        List<Object> released = inputs;
        inputs = spare;
        spare = released;
        proposals = 0;
        for (int i = 0; i < released.size(); i++) {
            target.accept(released.get(i));
        }
        released.clear();
    }
}
