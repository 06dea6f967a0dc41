package io.fairlead.raft;

/** The group has stopped on this member. What was under way may still happen elsewhere. */
public final class GroupStoppedException extends RaftException {
    private static final long serialVersionUID = 1L;

    /**
     * Made by the group that stops.
     *
     * @param message why, for people
     * @param effect what is known of the request that fails with it
     */
    public GroupStoppedException(String message, Effect effect) {
        super(message, effect);
    }

    /**
     * Made by the group that stops because of {@code cause}.
     *
     * @param message why, for people
     * @param effect what is known of the request that fails with it
     * @param cause what stopped the group
     */
    public GroupStoppedException(String message, Effect effect, Throwable cause) {
        super(message, effect, cause);
    }
}
