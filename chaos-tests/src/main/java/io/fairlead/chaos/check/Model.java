package io.fairlead.chaos.check;

import org.jspecify.annotations.Nullable;

/**
 * What a correct object does when calls come one after the other.
 *
 * <p>States are values: immutable, with {@code equals} and {@code hashCode}.
 */
public interface Model<S, I, O> {
    /** The state of a new object. */
    S initial();

    /**
     * The state after a call.
     *
     * @param output the answer that was seen; null if nobody saw one, which fits every state
     * @return null if a correct object in {@code state} would not have answered so
     */
    @Nullable S step(S state, I input, @Nullable O output);

    /**
     * Calls whose partitions differ never influence each other; a partition is checked as an object of its own.
     */
    default Object partition(I input) {
        return "";
    }

    /** Tells if a call that was answered so leaves <em>every</em> state as it is in which it is legal. */
    default boolean isReadOnly(I input, O output) {
        return false;
    }

    /** Tells if a call leaves every state as it is, whatever it answers: if nobody saw the answer, it does not count. */
    default boolean isRead(I input) {
        return false;
    }
}
