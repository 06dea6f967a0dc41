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
    /** A command that stands in no log, to try a state machine with. */
    public Command(long index, long term, ByteBuffer payload, boolean awaited) {
        this(Entry.proposal(EntryKind.COMMAND, 0, 0, payload).stamp(term, index), awaited);
    }

    /** Its place in the log; grows from command to command, not always by one. */
    public long index() {
        return entry.index();
    }

    /** The term of the leader that appended it. */
    public long term() {
        return entry.term();
    }

    /** What was proposed, read-only; may be kept. Every call makes a view of its own. */
    public ByteBuffer payload() {
        return entry.payload();
    }
}
