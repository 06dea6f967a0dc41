package io.fairlead.raft;

/** Nobody can say yet whether the request has or will have an effect. */
public final class OutcomeUnknownException extends RaftException {
    private static final long serialVersionUID = 1L;

    /**
     * Made by the group that lost track.
     *
     * @param message what was waited for, and why no longer
     */
    public OutcomeUnknownException(String message) {
        super(message, Effect.UNKNOWN);
    }
}
