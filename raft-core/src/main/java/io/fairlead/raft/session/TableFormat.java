package io.fairlead.raft.session;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The table of sessions as bytes, whole or row by row. <b>Threads:</b> any; immutable. */
final class TableFormat<R> {
    private final ResultCodec<R> codec;

    TableFormat(ResultCodec<R> codec) {
        this.codec = codec;
    }

    /** Bytes of something. */
    interface Writing {
        /** Writes it. */
        void to(DataOutput out) throws IOException;
    }

    static byte[] bytes(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writing.to(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // A result codec's own: memory does not fail.
        }
        return bytes.toByteArray();
    }

    static DataInput reading(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }

    /** Writes a table, which nobody changes meanwhile. */
    void writeTable(SessionTable<R> table, DataOutput out) throws IOException {
        writeTime(table.time(), out);
        out.writeInt(table.size());
        for (ClientRecord<R> session : table.inOrderOfUse()) {
            out.writeLong(session.id());
            writeSession(session, out);
            out.writeInt(session.answers().size());
            for (KeptAnswer<R> answer : session.answers()) {
                byte[] result = bytes(to -> writeAnswer(answer, to));
                out.writeLong(answer.sequence());
                out.writeInt(result.length);
                out.write(result);
            }
        }
    }

    /** Reads into an empty table. */
    void readTable(SessionTable<R> table, DataInput in) throws IOException {
        readTime(table.time(), in);
        for (int sessions = in.readInt(); sessions > 0; sessions--) {
            ClientRecord<R> session = readSession(in.readLong(), in);
            for (int answers = in.readInt(); answers > 0; answers--) {
                long sequence = in.readLong();
                byte[] result = new byte[in.readInt()];
                in.readFully(result);
                session.keep(readAnswer(sequence, reading(result)));
            }
            table.add(session);
        }
    }

    void writeTime(LogTime time, DataOutput out) throws IOException {
        out.writeLong(time.term());
        out.writeLong(time.readingNanos());
        out.writeLong(time.nowNanos());
    }

    void readTime(LogTime time, DataInput in) throws IOException {
        time.reset(in.readLong(), in.readLong(), in.readLong());
    }

    void writeSession(ClientRecord<R> session, DataOutput out) throws IOException {
        out.writeLong(session.timeoutNanos());
        out.writeInt(session.maxAnswers());
        out.writeLong(session.firstUnanswered());
        out.writeLong(session.usedAtNanos());
        out.writeLong(session.usedIndex());
    }

    ClientRecord<R> readSession(long id, DataInput in) throws IOException {
        return new ClientRecord<>(id, in.readLong(), in.readInt(), in.readLong(), in.readLong(), in.readLong());
    }

    void writeAnswer(KeptAnswer<R> answer, DataOutput out) throws IOException {
        codec.write(answer.value(), out);
    }

    KeptAnswer<R> readAnswer(long sequence, DataInput in) throws IOException {
        return new KeptAnswer<>(sequence, codec.read(in));
    }
}
