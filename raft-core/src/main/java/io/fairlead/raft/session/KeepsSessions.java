package io.fairlead.raft.session;

import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.util.List;
import java.util.function.Consumer;

/**
 * A state machine that keeps itself on disk, so that its {@link #durableIndex} is not 0, and keeps the table of sessions
 * with it: what a command did and that it was done must survive a crash together, or it would be done twice.
 *
 * <p>To it the table is a map from a session and a sequence number to bytes, such as a column family or a table of its
 * own. It is part of the state: written in the same atomic write as the effects of the commands, contained in snapshots,
 * and replaced by {@link #restore}.
 *
 * <p><b>Threads:</b> as {@link StateMachine}.
 *
 * @param <R> what a command answers
 */
public interface KeepsSessions<R> extends StateMachine<R> {
    /**
     * Applies a batch as {@link #applyAll(List, Results)} does. When all commands are answered, and before anything of
     * them could survive a crash, calls {@code sessions} once and makes what it puts and removes part of one atomic
     * write with the effects of all commands. After a crash, {@link #durableIndex} is the {@code lastIndex} of a batch.
     *
     * @param commands may be empty, if only sessions have changed
     * @param lastIndex what is applied when this returns
     * @param results as {@link #applyAll(List, Results)} takes them
     * @param sessions given the rows that are part of the state, it puts and removes what the batch has changed; called
     *     once
     */
    void applyAll(List<Command> commands, long lastIndex, Results<R> results, Consumer<Rows> sessions);

    /**
     * Puts every row it has into {@code rows}, in any order; called at the start and after {@link #restore}.
     *
     * @param rows takes every row; nothing is removed from it
     */
    void readSessions(Rows rows);

    /** A map from a session and a sequence number to bytes. */
    interface Rows {
        /**
         * Puts a row in, instead of the one that was there.
         *
         * @param session a session's id; 0 for what is about none of them
         * @param sequence a command's number in its session; 0 for what is about the session itself
         * @param value kept as it is; must not be changed
         */
        void put(long session, long sequence, byte[] value);

        /**
         * Takes a row out, if it is there.
         *
         * @param session as it was put
         * @param sequence as it was put
         */
        void remove(long session, long sequence);
    }
}
