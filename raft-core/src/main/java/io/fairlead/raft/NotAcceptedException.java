package io.fairlead.raft;

import io.fairlead.raft.message.Refusal;

/** The request was refused and has no effect; it is safe to try again, here or where {@link #leader()} points. */
public final class NotAcceptedException extends RaftException {
    private static final long serialVersionUID = 1L;

    /** Why it was refused. */
    private final Refusal reason;
    /** The id of the leader as far as known, 0 if not. */
    private final long leader;

    /**
     * Made by the group that refuses.
     *
     * @param reason why it was refused
     * @param leader the leader as far as known, 0 if not
     * @param message the reason for people, with what to do
     */
    public NotAcceptedException(Refusal reason, long leader, String message) {
        super(message, Effect.NONE);
        this.reason = reason;
        this.leader = leader;
    }

    /** {@return why it was refused} */
    public Refusal reason() {
        return reason;
    }

    /** {@return the id of the leader as far as known, 0 if not} */
    public long leader() {
        return leader;
    }
}
