package io.fairlead.kv.mvcc;

import io.fairlead.kv.KeyRange;
import io.fairlead.kv.wire.ProtoReader;
import io.fairlead.kv.wire.ProtoWriter;
import java.util.Arrays;

/**
 * One version of a key, read in place from a serialized {@code mvccpb.KeyValue}. Made once and filled again and again
 * while a range is walked over.
 *
 * <p><b>Threads:</b> one at a time. <b>Memory:</b> valid until whoever filled it goes on.
 */
public final class StoredVersion {
    static final int KEY_FIELD = 1;
    static final int CREATE_FIELD = 2;
    static final int MOD_FIELD = 3;
    static final int VERSION_FIELD = 4;
    static final int VALUE_FIELD = 5;
    static final int LEASE_FIELD = 6;

    private final ProtoReader reader = new ProtoReader();
    private byte[] bytes = new byte[0];
    private int offset;
    private int length;
    private int keyOffset;
    private int keyLength;
    private int valueFieldFrom;
    private int valueFieldTo;
    private int valueOffset;
    private int valueLength;
    private long createRevision;
    private long modRevision;
    private long version;
    private long lease;
    private int sub;
    private boolean valueElsewhere;

    /** Looks at a serialized key-value from here on. */
    void read(byte[] source, int from, int size, int subRevision, boolean withoutValue) {
        bytes = source;
        offset = from;
        length = size;
        sub = subRevision;
        valueElsewhere = withoutValue;
        keyOffset = from;
        keyLength = 0;
        valueOffset = from;
        valueLength = 0;
        valueFieldFrom = from + size;
        valueFieldTo = from + size;
        createRevision = 0;
        modRevision = 0;
        version = 0;
        lease = 0;
        reader.reset(source, from, size);
        int fieldFrom = from;
        while (reader.next()) {
            readField(fieldFrom);
            fieldFrom = reader.position();
        }
    }

    private void readField(int fieldFrom) {
        switch (reader.field()) {
            case KEY_FIELD -> {
                keyOffset = reader.offset();
                keyLength = reader.length();
            }
            case CREATE_FIELD -> createRevision = reader.int64();
            case MOD_FIELD -> modRevision = reader.int64();
            case VERSION_FIELD -> version = reader.int64();
            case VALUE_FIELD -> {
                valueFieldFrom = fieldFrom;
                valueFieldTo = reader.position();
                valueOffset = reader.offset();
                valueLength = reader.length();
            }
            case LEASE_FIELD -> lease = reader.int64();
            default -> {}
        }
    }

    /** The revision that created the key. */
    public long createRevision() {
        return createRevision;
    }

    /** The revision that made this version. */
    public long modRevision() {
        return modRevision;
    }

    /** This version's place among the changes of its revision. */
    public int sub() {
        return sub;
    }

    /** How often the key was put since its creation. */
    public long version() {
        return version;
    }

    /** The lease that the key is attached to; 0 for none. */
    public long lease() {
        return lease;
    }

    /** A copy of the key. */
    public byte[] key() {
        return Arrays.copyOfRange(bytes, keyOffset, keyOffset + keyLength);
    }

    /** A copy of the value. */
    public byte[] value() {
        return Arrays.copyOfRange(bytes, valueOffset, valueOffset + valueLength);
    }

    /** A copy of the serialized key-value. */
    public byte[] toBytes() {
        return Arrays.copyOfRange(bytes, offset, offset + length);
    }

    /** A copy of the serialized key-value without its value. */
    public byte[] toBytesWithoutValue() {
        byte[] copy = new byte[length - (valueFieldTo - valueFieldFrom)];
        int before = valueFieldFrom - offset;
        System.arraycopy(bytes, offset, copy, 0, before);
        System.arraycopy(bytes, valueFieldTo, copy, before, copy.length - before);
        return copy;
    }

    /** Compares this key with another, as unsigned bytes. */
    public int compareKey(byte[] other) {
        return Arrays.compareUnsigned(bytes, keyOffset, keyOffset + keyLength, other, 0, other.length);
    }

    /** Compares this value with another, as unsigned bytes. */
    public int compareValue(byte[] other) {
        return Arrays.compareUnsigned(bytes, valueOffset, valueOffset + valueLength, other, 0, other.length);
    }

    /** Writes the key-value as an embedded message. */
    public void writeTo(ProtoWriter out, int field, boolean withValue) {
        if (withValue) {
            out.message(field, bytes, offset, length);
            return;
        }
        int before = valueFieldFrom - offset;
        int behind = offset + length - valueFieldTo;
        out.header(field, before + behind);
        out.raw(bytes, offset, before);
        out.raw(bytes, valueFieldTo, behind);
    }

    boolean isValueElsewhere() {
        return valueElsewhere;
    }

    boolean isInside(KeyRange range) {
        return range.endsAfter(bytes, keyOffset, keyLength);
    }
}
