package io.fairlead.raft;

import java.util.List;

/** A configuration cannot be used; the message names every problem and what to change. */
public final class InvalidConfigException extends RaftException {
    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    /** Made with all problems found. */
    public InvalidConfigException(List<String> problems) {
        super(String.join("; ", problems), Effect.NONE);
        this.problems = List.copyOf(problems);
    }

    /** Each problem with what to change. */
    public List<String> problems() {
        return problems;
    }
}
