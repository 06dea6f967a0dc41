package io.fairlead.raft.session;

/** Hears what changes in a table of sessions. <b>Threads:</b> the applier. */
interface TableJournal<R> {
    /** A session was opened or used. */
    default void used(ClientRecord<R> session) {}

    /** An answer will be kept; it has no value yet. */
    default void kept(ClientRecord<R> session, KeptAnswer<R> answer) {}

    /** An answer is kept no more. */
    default void forgotten(long session, long sequence) {}

    /** A session is over. */
    default void ended(long session) {}

    /** Time has passed. */
    default void time(LogTime time) {}
}
