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

    /**
     * Writes an answer.
     *
     * @param result not null; may be written many times
     * @param out not to be closed
     * @throws IOException what {@code out} throws
     */
    void write(R result, DataOutput out) throws IOException;

    /**
     * Reads what {@link #write} wrote, no more and no less.
     *
     * @param in not to be closed; stands at the first byte of one answer
     * @return an answer equal to the one that was written
     * @throws IOException what {@code in} throws, or if what stands there is no answer
     */
    R read(DataInput in) throws IOException;
}
