package io.fairlead.kv.wire;

/**
 * Walks over the fields of a protobuf message in an array.
 *
 * <p><b>Threads:</b> one at a time. <b>Failure:</b> {@link MalformedMessageException} where the bytes are no message.
 */
public final class ProtoReader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;

    private byte[] bytes = new byte[0];
    private int position;
    private int end;
    private int field;
    private int wireType;
    private long number;
    private int offset;
    private int length;

    /** Starts over, at the first field of a message. */
    public void reset(byte[] source, int from, int messageLength) {
        bytes = source;
        position = from;
        end = from + messageLength;
    }

    /** Steps to the next field. Returns false at the end. */
    public boolean next() {
        if (position >= end) {
            return false;
        }
        long tag = varint();
        field = (int) (tag >>> 3);
        wireType = (int) tag & 7;
        if (field == 0) {
            throw new MalformedMessageException("field number 0");
        }
        if (wireType == VARINT) {
            number = varint();
        } else if (wireType == LENGTH_DELIMITED) {
            long size = varint();
            if (size < 0 || size > end - position) {
                throw new MalformedMessageException("a field of " + size + " bytes in a message with fewer");
            }
            offset = position;
            length = (int) size;
            position += length;
        } else if (wireType == FIXED64 || wireType == FIXED32) {
            skip(wireType == FIXED64 ? 8 : 4);
        } else {
            throw new MalformedMessageException("wire type " + wireType);
        }
        return true;
    }

    /** The number of the present field, or -1 if its type is neither integer nor bytes. */
    public int field() {
        return wireType == VARINT || wireType == LENGTH_DELIMITED ? field : -1;
    }

    /** The present field's value; 0 if it is no integer. */
    public long int64() {
        return wireType == VARINT ? number : 0;
    }

    /** The present field's value. */
    public boolean bool() {
        return int64() != 0;
    }

    /** Where the present field's bytes start. */
    public int offset() {
        return offset;
    }

    /** How many bytes the present field has; 0 if it is an integer. */
    public int length() {
        return wireType == LENGTH_DELIMITED ? length : 0;
    }

    /** Where the next field starts. */
    public int position() {
        return position;
    }

    private void skip(int count) {
        if (count > end - position) {
            throw new MalformedMessageException("ends inside a field");
        }
        position += count;
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (position >= end) {
                throw new MalformedMessageException("ends inside a number");
            }
            byte b = bytes[position++];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new MalformedMessageException("a number of more than ten bytes");
    }
}
