package io.fairlead.raft;

/**
 * A request could not be served; says what became of it, so that callers need no table of subclasses. Together with an
 * answer these are all outcomes there are: {@link Outcome}.
 */
public abstract sealed class RaftException extends RuntimeException
        permits NotAcceptedException,
                OutcomeUnknownException,
                SessionExpiredException,
                InvalidConfigException,
                GroupStoppedException {
    private static final long serialVersionUID = 1L;

    /** What is known about the effect of the failed request. */
    public enum Effect {
        /** It had none and will have none. */
        NONE,
        /** It may have had one, now or later; a retry must be idempotent, or made by a {@linkplain io.fairlead.raft.session.Session session}. */
        UNKNOWN
    }

    /** What became of the request. */
    private final Effect effect;

    RaftException(String message, Effect effect) {
        super(message);
        this.effect = effect;
    }

    RaftException(String message, Effect effect, Throwable cause) {
        super(message, cause);
        this.effect = effect;
    }

    /** {@return what became of the request} */
    public final Effect effect() {
        return effect;
    }
}
