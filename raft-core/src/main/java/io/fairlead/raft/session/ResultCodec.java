package io.fairlead.raft.session;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Writes and reads what a state machine answers, so that answers can be kept in snapshots.
 *
 * <p><b>Threads:</b> any, several at a time. What is answered must not change any more: it is kept, and given again.
 *
 * @param <R> what the state machine answers
 */
public interface ResultCodec<R> {
    /** Numbers. */
    ResultCodec<Long> LONG = new ResultCodec<>() {
        @Override
        public void write(Long result, DataOutput out) throws IOException {
            out.writeLong(result);
        }

        @Override
        public Long read(DataInput in) throws IOException {
            return in.readLong();
        }
    };

    /** Strings of at most 65,535 bytes in modified UTF-8. */
    ResultCodec<String> STRING = new ResultCodec<>() {
        @Override
        public void write(String result, DataOutput out) throws IOException {
            out.writeUTF(result);
        }

        @Override
        public String read(DataInput in) throws IOException {
            return in.readUTF();
        }
    };

    /** Writes an answer. */
    void write(R result, DataOutput out) throws IOException;

    /** Reads what {@link #write} wrote, no more and no less. */
    R read(DataInput in) throws IOException;
}
