package io.fairlead.raft;

import java.util.List;

/** A configuration cannot be used; the message names every problem and what to change. */
public final class InvalidConfigException extends RaftException {
    private static final long serialVersionUID = 1L;

    /** Each problem with what to change; unmodifiable. */
    private final List<String> problems;

    /**
     * Made with all problems found.
     *
     * @param problems one sentence each, with what to change; copied
     */
    public InvalidConfigException(List<String> problems) {
        super(String.join("; ", problems), Effect.NONE);
        this.problems = List.copyOf(problems);
    }

    /** {@return each problem with what to change; unmodifiable} */
    public List<String> problems() {
        return problems;
    }
}
