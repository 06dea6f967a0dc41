package io.fairlead.raft.spi;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryKind;
import java.nio.ByteBuffer;

/**
 * A committed command.
 *
 * @param entry the entry of the log that it stands in
 * @param awaited whether somebody on this member waits for the result; if not, the result may be anything
 */
public record Command(Entry entry, boolean awaited) {
    /**
     * Makes a command that stands in no log, to try a state machine with.
     *
     * @param index 1 or more
     * @param term 1 or more
     * @param payload copied
     * @param awaited whether somebody waits for the result
     */
    public Command(long index, long term, ByteBuffer payload, boolean awaited) {
        this(Entry.proposal(EntryKind.COMMAND, 0, 0, payload).stamp(term, index), awaited);
    }

    /** {@return its place in the log; grows from command to command, not always by one} */
    public long index() {
        return entry.index();
    }

    /** {@return the term of the leader that appended it} */
    public long term() {
        return entry.term();
    }

    /** {@return what was proposed, read-only; may be kept} Every call makes a view of its own. */
    public ByteBuffer payload() {
        return entry.payload();
    }
}
