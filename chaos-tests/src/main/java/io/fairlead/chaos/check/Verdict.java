package io.fairlead.chaos.check;

/** What a check found. */
public sealed interface Verdict {
    /** Some order of the calls explains all answers. */
    record Linearizable(long steps) implements Verdict {}

    /**
     * No order explains all answers.
     *
     * @param explanation the calls of one partition that cannot be explained, in words
     */
    record NotLinearizable(String explanation) implements Verdict {}

    /** The search was given up; that is no pass. */
    record Unknown(String reason) implements Verdict {}

    /** Tells if the history was found to be right. */
    default boolean isLinearizable() {
        return this instanceof Linearizable;
    }
}
