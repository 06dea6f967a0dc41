package io.fairlead.raft.spi;

import java.nio.ByteBuffer;

/**
 * A committed command.
 *
 * @param index its place in the log; grows from command to command, not always by one
 * @param term the term of the leader that appended it
 * @param payload what was proposed, read-only; may be kept
 * @param awaited whether somebody on this member waits for the result; if not, the result may be anything
 */
public record Command(long index, long term, ByteBuffer payload, boolean awaited) {}
