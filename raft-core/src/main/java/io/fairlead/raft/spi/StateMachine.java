package io.fairlead.raft.spi;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * What a group replicates: a deterministic function of the commands it is given, in their order. The only interface an
 * embedder must implement.
 *
 * <p><b>Determinism:</b> the same commands must lead to the same state and results on every member: no clock, no
 * randomness, no iteration over unordered collections.
 *
 * <p><b>Threads:</b> everything is called on the group's apply thread, or on the one of its loop if it {@linkplain
 * #neverWaits never waits}, one call at a time, except {@link Snapshot#writeTo}. Reads by other threads are the
 * implementation's own affair.
 *
 * <p><b>Failure:</b> an exception from any method stops this member's group: its state can no longer be trusted to be
 * the others'. A command that is wrong must have an ordinary result that says so.
 *
 * @param <R> what a command answers
 */
public interface StateMachine<R> extends AutoCloseable {
    /**
     * Applies one command and answers it.
     *
     * @param command committed; never applied before on top of this state
     * @return what it answers
     */
    R apply(Command command);

    /**
     * Applies a batch. Override it to make one write of many commands; {@code results} may be completed at any time
     * before this returns, in order.
     *
     * @param commands one or more, in the order of the log; there during the call only, but a {@link Command}, which is
     *     made each time it is looked at, may be kept
     * @param results takes the answer of each command, in their order; not to be used when this has returned
     */
    default void applyAll(List<Command> commands, Results<R> results) {
        for (int i = 0; i < commands.size(); i++) {
            results.complete(i, apply(commands.get(i)));
        }
    }

    /**
     * {@return whether this state machine never waits} That is: applying takes microseconds, without a disk, a lock or a
     * network, and so do the callbacks of those who propose. Then it is called on the thread that owns the group's
     * protocol, which spares every commit two hand-overs between threads; but whatever does wait there holds up the
     * group's heartbeats. Asked once, when the group is opened.
     */
    default boolean neverWaits() {
        return false;
    }

    /**
     * {@return the index of the last entry whose effects survive a crash of this member without a snapshot; 0 for a
     * state machine that lives in memory} Read at start, to know where to replay from, and later, to know how much of
     * the log may go.
     */
    default long durableIndex() {
        return 0;
    }

    /**
     * Freezes the present state; must be quick, since commands wait for it.
     *
     * @return the state as it is now, whatever is applied from here on
     */
    Snapshot snapshot();

    /**
     * Replaces the whole state by a snapshot's. After a crash in the middle it is called again.
     *
     * @param snapshot what {@link Snapshot#writeTo} wrote, here or on another member; need not be closed
     * @param lastIncludedIndex the last entry whose effects it contains; the next command is a later one
     * @throws IOException what {@code snapshot} throws, or if it holds something else than a snapshot of this state
     *     machine
     */
    void restore(InputStream snapshot, long lastIncludedIndex) throws IOException;

    /** Gives up what is held. */
    @Override
    default void close() {}

    /** A frozen state. */
    interface Snapshot extends AutoCloseable {
        /**
         * Writes the state; runs on a background thread while commands go on being applied.
         *
         * @param out buffered; need not be closed
         * @throws IOException what {@code out} throws; the snapshot is given up
         */
        void writeTo(OutputStream out) throws IOException;

        /** Gives up the frozen state. */
        @Override
        default void close() {}
    }

    /**
     * Takes the results of a batch.
     *
     * @param <R> what a command answers
     */
    interface Results<R> {
        /**
         * Answers a command.
         *
         * @param position the command's place in the batch
         * @param result given to whoever waits for it on this member
         */
        void complete(int position, R result);
    }
}
