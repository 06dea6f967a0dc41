package io.fairlead.raft.session;

import java.nio.ByteBuffer;

/**
 * What the commands of a group with sessions say: the state machine's own command, and what the table of sessions has to
 * know of it. All that decides about a session stands here or in the table, so every member decides alike.
 */
sealed interface Request {
    /** A command without a session: applied as often as it is committed. */
    record Plain(ByteBuffer command) implements Request {}

    /**
     * Opens a session, whose id is the index of this entry.
     *
     * @param timeoutNanos of log time without a sign of life after which the session is expired
     * @param maxAnswers answers kept for the session at most
     * @param maxSessions sessions there may be, this one included; those used longest ago make room
     */
    record Open(long timeoutNanos, int maxAnswers, int maxSessions) implements Request {}

    /**
     * A command of a session.
     *
     * @param firstUnanswered all sequence numbers below have been answered: their answers need not be kept
     */
    record Execute(long session, long sequence, long firstUnanswered, ByteBuffer command) implements Request {}

    /** A session's client is alive, and has been answered everything below {@code firstUnanswered}. */
    record KeepAlive(long session, long firstUnanswered) implements Request {}

    /** A session is over. */
    record Close(long session) implements Request {}

    /**
     * The leader's clock. Readings of one term are of one clock of one process; those of different terms have nothing to
     * do with each other.
     *
     * @param term in which the proposer leads; if the entry is of another one, the reading means nothing
     */
    record Clock(long term, long readingNanos) implements Request {}

    /**
     * Says in the bytes of an {@link Execute} that more has been answered, when it is proposed once more.
     */
    static void answeredBelow(ByteBuffer execute, long firstUnanswered) {
        execute.putLong(FIRST_UNANSWERED, firstUnanswered);
    }

    /** Where it stands in an {@link Execute}, behind the tag, the session and the sequence number. */
    int FIRST_UNANSWERED = 1 + 8 + 8;

    /** Distinguishes the bytes of all of these from commands that were proposed without sessions. */
    byte MARK = (byte) 0xE0;

    /** The bytes to propose. */
    default ByteBuffer encode() {
        if (this instanceof Execute execute) {
            return tagged(2, 24 + execute.command.remaining())
                    .putLong(execute.session)
                    .putLong(execute.sequence)
                    .putLong(execute.firstUnanswered)
                    .put(execute.command.duplicate())
                    .flip();
        } else if (this instanceof Plain plain) {
            return tagged(0, plain.command.remaining())
                    .put(plain.command.duplicate())
                    .flip();
        } else if (this instanceof Open open) {
            return tagged(1, 16)
                    .putLong(open.timeoutNanos)
                    .putInt(open.maxAnswers)
                    .putInt(open.maxSessions)
                    .flip();
        } else if (this instanceof KeepAlive alive) {
            return tagged(3, 16)
                    .putLong(alive.session)
                    .putLong(alive.firstUnanswered)
                    .flip();
        } else if (this instanceof Close close) {
            return tagged(4, 8).putLong(close.session).flip();
        } else if (this instanceof Clock clock) {
            return tagged(5, 16).putLong(clock.term).putLong(clock.readingNanos).flip();
        }
        throw new AssertionError(this);
    }

    private static ByteBuffer tagged(int tag, int bytes) {
        return ByteBuffer.allocate(1 + bytes).put((byte) (MARK | tag));
    }

    /**
     * What {@link #encode} made the bytes of.
     *
     * @throws IllegalArgumentException if it was not {@link #encode}
     */
    static Request decode(ByteBuffer payload) {
        ByteBuffer in = payload.duplicate();
        int tag = in.hasRemaining() ? (in.get() & 0xFF) - (MARK & 0xFF) : -1;
        return switch (tag) {
            case 0 -> new Plain(in.slice());
            case 1 -> new Open(in.getLong(), in.getInt(), in.getInt());
            case 2 -> new Execute(in.getLong(), in.getLong(), in.getLong(), in.slice());
            case 3 -> new KeepAlive(in.getLong(), in.getLong());
            case 4 -> new Close(in.getLong());
            case 5 -> new Clock(in.getLong(), in.getLong());
            default ->
                throw new IllegalArgumentException(
                        "a command was proposed by a member that has no sessions: a group has"
                                + " them on all members and from its first command on, or not at all");
        };
    }
}
