package io.fairlead.raft.session;

/**
 * What a group with sessions answers: the state machine's answer, or what became of the session.
 *
 * @param <R> what the state machine answers
 */
public sealed interface Answer<R> {
    /**
     * What the command answered; the same, however often it was proposed.
     *
     * @param <R> what the state machine answers
     * @param value what it answered
     */
    record Result<R>(R value) implements Answer<R> {}

    /**
     * A session of this id is open.
     *
     * @param <R> what the state machine answers
     * @param session the session's id
     */
    record Opened<R>(long session) implements Answer<R> {}

    /**
     * The session was kept alive or closed, or the clock noted.
     *
     * @param <R> what the state machine answers
     */
    record Done<R>() implements Answer<R> {}

    /**
     * There is no such session (any more); the command was not executed.
     *
     * @param <R> what the state machine answers
     */
    record Expired<R>() implements Answer<R> {}

    /**
     * The client said before that it has, or gives up, this command's answer; the command was not executed again.
     *
     * @param <R> what the state machine answers
     */
    record Forgotten<R>() implements Answer<R> {}

    /**
     * The session keeps as many answers as it may; the command was not executed.
     *
     * @param <R> what the state machine answers
     */
    record Full<R>() implements Answer<R> {}
}
