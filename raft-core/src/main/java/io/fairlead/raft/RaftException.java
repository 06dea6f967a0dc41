package io.fairlead.raft;

/** A request could not be served; says what became of it, so that callers need no table of subclasses. */
public abstract class RaftException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is known about the effect of the failed request. */
    public enum Effect {
        /** It had none and will have none. */
        NONE,
        /** It may have had one, now or later; a retry must be idempotent or carry a session. */
        UNKNOWN
    }

    private final Effect effect;
    private final boolean worthRetrying;

    RaftException(String message, Effect effect, boolean worthRetrying) {
        super(message);
        this.effect = effect;
        this.worthRetrying = worthRetrying;
    }

    /** Tells what became of the request. */
    public final Effect effect() {
        return effect;
    }

    /** Tells if the same request can succeed later or elsewhere. */
    public final boolean isWorthRetrying() {
        return worthRetrying;
    }
}
