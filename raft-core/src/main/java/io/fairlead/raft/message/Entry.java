package io.fairlead.raft.message;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * One entry of the replicated log, as the bytes it has everywhere: in the leader's log, on the wire, in the
 * followers' logs and before the state machine. It is encoded once, by the member at which it is proposed; the leader
 * stamps term, index and checksum into it.
 *
 * <p>Layout, big-endian: {@code length u32 | crc32c u32 | term u64 | index u64 | source u64 | sequence u64 | kind u8 |
 * payload}. {@code length} counts the payload only; the checksum covers everything behind itself.
 *
 * <p><b>Threads:</b> immutable once {@linkplain #stamp stamped}; until then it belongs to whoever proposes it.
 */
public final class Entry {
    /** Bytes of an encoded entry before its payload. */
    public static final int HEADER_BYTES = 41;

    private static final int LENGTH = 0;
    private static final int CRC = 4;
    private static final int TERM = 8;
    private static final int INDEX = 16;
    private static final int SOURCE = 24;
    private static final int SEQUENCE = 32;
    private static final int KIND = 40;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] array;
    private final int offset;
    private final int encodedLength;
    private final EntryKind kind;
    private long term;
    private long index;

    private Entry(byte[] array, int offset, int encodedLength) {
        this.array = array;
        this.offset = offset;
        this.encodedLength = encodedLength;
        this.kind = EntryKind.of(array[offset + KIND]);
        this.term = (long) LONG.get(array, offset + TERM);
        this.index = (long) LONG.get(array, offset + INDEX);
    }

    /**
     * Encodes a proposal: an entry that has no place in the log yet. Copies {@code payload} from its position to its
     * limit and leaves both as they are.
     *
     * @param kind what the payload means
     * @param source who proposes: the random id of a proposing member's life
     * @param sequence what {@code source} calls this proposal; unique within the source
     * @param payload a command as its state machine reads it, or an encoded configuration
     * @return the proposal, which belongs to the caller
     */
    public static Entry proposal(EntryKind kind, long source, long sequence, ByteBuffer payload) {
        int length = payload.remaining();
        byte[] array = new byte[Math.addExact(HEADER_BYTES, length)];
        INT.set(array, LENGTH, length);
        LONG.set(array, SOURCE, source);
        LONG.set(array, SEQUENCE, sequence);
        array[KIND] = kind.code();
        payload.get(payload.position(), array, HEADER_BYTES, length);
        return new Entry(array, 0, array.length);
    }

    /** {@return a proposal with an empty payload that nobody waits for} */
    public static Entry noOp() {
        return proposal(EntryKind.NO_OP, 0, 0, ByteBuffer.allocate(0));
    }

    /**
     * Looks at an encoded entry without copying it; {@code array} must not change afterwards.
     *
     * @param array holds the entry, and anything before and behind it
     * @param offset where in {@code array} the entry begins
     * @param available how many bytes from {@code offset} on may be looked at
     * @return the entry, on top of {@code array}
     * @throws IllegalArgumentException if no whole entry stands there or its kind is unknown; the checksum is
     *     {@linkplain #isIntact() another question}
     */
    public static Entry decode(byte[] array, int offset, int available) {
        if (available < HEADER_BYTES) {
            throw new IllegalArgumentException("an entry needs " + HEADER_BYTES + " bytes, found " + available);
        }
        int length = (int) INT.get(array, offset + LENGTH);
        if (length < 0 || length > available - HEADER_BYTES) {
            throw new IllegalArgumentException(
                    "entry length " + length + " does not fit into the " + available + " bytes at hand");
        }
        return new Entry(array, offset, HEADER_BYTES + length);
    }

    /**
     * Gives a proposal its place in the log (§5.3). Called once, by the leader that appends it.
     *
     * @param term the leader's, 1 or more
     * @param index behind the leader's last one, 1 or more
     * @return this entry, from now on immutable
     */
    public Entry stamp(long term, long index) {
        LONG.set(array, offset + TERM, term);
        LONG.set(array, offset + INDEX, index);
        this.term = term;
        this.index = index;
        INT.set(array, offset + CRC, computeCrc());
        return this;
    }

    /** {@return whether the bytes are those that were stamped} */
    public boolean isIntact() {
        return (int) INT.get(array, offset + CRC) == computeCrc();
    }

    private int computeCrc() {
        CRC32C crc = new CRC32C();
        crc.update(array, offset + TERM, encodedLength - TERM);
        return (int) crc.getValue();
    }

    /** {@return the term of the leader that appended this entry; 0 for a proposal} */
    public long term() {
        return term;
    }

    /** {@return the position in the log; 0 for a proposal} */
    public long index() {
        return index;
    }

    /** {@return term and index together} */
    public EntryId id() {
        return new EntryId(term, index);
    }

    /** {@return what the payload means} */
    public EntryKind kind() {
        return kind;
    }

    /** {@return who proposed this entry: the random id of a proposing member's life} */
    public long source() {
        return (long) LONG.get(array, offset + SOURCE);
    }

    /** {@return what its source calls this entry} */
    public long sequence() {
        return (long) LONG.get(array, offset + SEQUENCE);
    }

    /** {@return the checksum as it stands in the bytes} */
    public int crc32c() {
        return (int) INT.get(array, offset + CRC);
    }

    /** {@return the payload, read-only, without a copy; each call makes a view of its own} */
    public ByteBuffer payload() {
        return ByteBuffer.wrap(array, offset + HEADER_BYTES, payloadLength())
                .slice()
                .asReadOnlyBuffer();
    }

    /** {@return how many bytes the payload has} */
    public int payloadLength() {
        return encodedLength - HEADER_BYTES;
    }

    /** {@return how many bytes the whole entry has as encoded} */
    public int encodedLength() {
        return encodedLength;
    }

    /**
     * Appends the encoded entry to {@code target}.
     *
     * @param target has room for {@link #encodedLength()} bytes at its position, which moves behind them
     */
    public void copyTo(ByteBuffer target) {
        target.put(array, offset, encodedLength);
    }

    /** {@return the encoded entry, read-only, without a copy; each call makes a view of its own} */
    public ByteBuffer encoded() {
        return ByteBuffer.wrap(array, offset, encodedLength).slice().asReadOnlyBuffer();
    }

    @Override
    public String toString() {
        return kind + " " + term + ":" + index + " (" + payloadLength() + " bytes)";
    }
}
