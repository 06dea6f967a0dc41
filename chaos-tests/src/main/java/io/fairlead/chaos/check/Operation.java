package io.fairlead.chaos.check;

import org.jspecify.annotations.Nullable;

/**
 * One call of a client, as the client saw it.
 *
 * @param process who called; a process has one call open at a time
 * @param input what was asked
 * @param output what was answered; null unless {@code outcome} is {@link Outcome#OK}
 * @param outcome what the caller knows
 * @param invokedAt when the call began
 * @param returnedAt when the answer came; {@link Long#MAX_VALUE} if it never did
 */
public record Operation<I, O>(
        long process, I input, @Nullable O output, Outcome outcome, long invokedAt, long returnedAt) {
    /** What a caller knows about its call. */
    public enum Outcome {
        /** It happened, and this was the answer. */
        OK,
        /** It certainly did not happen and never will. */
        FAILED,
        /** It may have happened, or may yet happen. */
        UNKNOWN
    }

    /** Checks that times and outcome fit together. */
    public Operation {
        if (returnedAt < invokedAt) {
            throw new IllegalArgumentException("returned at " + returnedAt + ", before it was invoked at " + invokedAt);
        }
        if ((outcome == Outcome.OK) != (output != null)) {
            throw new IllegalArgumentException("an operation has an output exactly if it is OK: " + input);
        }
    }

    @Override
    public String toString() {
        String until = outcome == Outcome.OK ? Long.toString(returnedAt) : "?";
        return "p" + process + " [" + invokedAt + ".." + until + "] " + input + " -> "
                + (output == null ? outcome.toString() : output.toString());
    }
}
