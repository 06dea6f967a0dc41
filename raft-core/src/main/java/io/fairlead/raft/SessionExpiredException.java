package io.fairlead.raft;

/**
 * The session is over: closed, silent for too long, or made room for others. {@link #effect()} tells of the command: NONE
 * if it can never take effect, UNKNOWN if it may have, once, before the session ended. It was not and will not be
 * executed again.
 */
public final class SessionExpiredException extends RaftException {
    private static final long serialVersionUID = 1L;

    /**
     * Made by the session that is over.
     *
     * @param message which session, and how it ended
     * @param effect NONE if the command was and will not be executed, UNKNOWN if it may have been before the session
     *     ended
     */
    public SessionExpiredException(String message, Effect effect) {
        super(message, effect);
    }
}
