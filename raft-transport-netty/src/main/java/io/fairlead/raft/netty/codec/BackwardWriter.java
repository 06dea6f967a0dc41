package io.fairlead.raft.netty.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Writes protobuf fields from the last byte to the first. When the length of a nested message must be written its bytes
 * are already there, so one pass is enough and nothing is measured twice. Fields whose value is the default are left
 * out, as proto3 wants it.
 *
 * <p>Callers write fields in descending order of their numbers.
 */
final class BackwardWriter {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private static final int LONGEST_VARINT = 10;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] array = new byte[512];
    private int position = array.length;

    /** Forgets what was written. */
    void clear() {
        position = array.length;
    }

    /** Where the written bytes are; they start at {@link #position()} and end with the array. */
    byte[] array() {
        return array;
    }

    int position() {
        return position;
    }

    /** How many bytes have been written. */
    int length() {
        return array.length - position;
    }

    /** Writes an unsigned (or a never negative) number, unless it is 0. */
    void varint(int field, long value) {
        if (value != 0) {
            rawVarint(value);
            tag(field, VARINT);
        }
    }

    /** Writes a number that may be negative in zigzag form, unless it is 0. */
    void zigzag(int field, long value) {
        varint(field, (value << 1) ^ (value >> 63));
    }

    void bool(int field, boolean value) {
        varint(field, value ? 1 : 0);
    }

    void fixed64(int field, long value) {
        if (value != 0) {
            room(Long.BYTES);
            position -= Long.BYTES;
            LONG.set(array, position, value);
            tag(field, FIXED64);
        }
    }

    void fixed32(int field, int value) {
        if (value != 0) {
            room(Integer.BYTES);
            position -= Integer.BYTES;
            INT.set(array, position, value);
            tag(field, FIXED32);
        }
    }

    void bytes(int field, byte[] value) {
        if (value.length > 0) {
            room(value.length);
            position -= value.length;
            System.arraycopy(value, 0, array, position, value.length);
            lengthAndTag(field, value.length);
        }
    }

    /** Starts a field whose contents have been written, or will be put behind everything else. */
    void lengthAndTag(int field, int length) {
        rawVarint(length);
        tag(field, BYTES);
    }

    void rawVarint(long value) {
        int size = (63 - Long.numberOfLeadingZeros(value | 1)) / 7 + 1;
        room(LONGEST_VARINT);
        position -= size;
        int at = position;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            array[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        array[at] = (byte) rest;
    }

    private void tag(int field, int wireType) {
        rawVarint((field << 3) | wireType);
    }

    private void room(int bytes) {
        if (position < bytes) {
            int length = length();
            byte[] larger = new byte[Math.max(array.length * 2, Math.addExact(length, bytes))];
            System.arraycopy(array, position, larger, larger.length - length, length);
            array = larger;
            position = larger.length - length;
        }
    }

    /** The written bytes as an array of their own. */
    byte[] toByteArray() {
        return Arrays.copyOfRange(array, position, array.length);
    }
}
