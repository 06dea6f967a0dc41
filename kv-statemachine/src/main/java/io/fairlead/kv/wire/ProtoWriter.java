package io.fairlead.kv.wire;

import java.util.Arrays;

/**
 * Appends protobuf fields to a growing array, in the canonical form: ascending fields, defaults left out, shortest
 * varints. What it writes is equal, byte for byte, to what generated code writes.
 *
 * <p><b>Threads:</b> one at a time.
 */
public final class ProtoWriter {
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;

    private byte[] buffer;
    private int size;

    /** Starts empty. */
    public ProtoWriter(int capacity) {
        buffer = new byte[capacity];
    }

    /** Bytes written so far. */
    public int size() {
        return size;
    }

    /** The bytes written so far are the first {@link #size} of this array, until the next write. */
    public byte[] array() {
        return buffer;
    }

    /** Forgets everything, keeps the array. */
    public void clear() {
        size = 0;
    }

    /** A copy of what was written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(buffer, size);
    }

    /** Writes an integer field, unless it is 0. */
    public void int64(int field, long value) {
        if (value != 0) {
            ensure(12);
            tag(field, VARINT);
            varint(value);
        }
    }

    /** Writes a boolean field, unless it is false. */
    public void bool(int field, boolean value) {
        int64(field, value ? 1 : 0);
    }

    /** Writes a bytes field, unless it is empty. */
    public void bytes(int field, byte[] source, int offset, int length) {
        if (length != 0) {
            message(field, source, offset, length);
        }
    }

    /** Writes a bytes field, unless it is empty. */
    public void bytes(int field, byte[] source) {
        bytes(field, source, 0, source.length);
    }

    /** Writes an embedded message, also an empty one. */
    public void message(int field, byte[] source, int offset, int length) {
        header(field, length);
        raw(source, offset, length);
    }

    /** Writes the start of an embedded message whose {@code length} bytes follow with {@link #raw}. */
    public void header(int field, int length) {
        ensure(12);
        tag(field, LENGTH_DELIMITED);
        varint(length);
    }

    /** Writes bytes as they are. */
    public void raw(byte[] source, int offset, int length) {
        ensure(length);
        System.arraycopy(source, offset, buffer, size, length);
        size += length;
    }

    /** How many bytes an integer field takes. */
    public static int int64Size(int field, long value) {
        return value == 0 ? 0 : varintSize((long) field << 3) + varintSize(value);
    }

    /** How many bytes a bytes field takes. */
    public static int bytesSize(int field, int length) {
        return length == 0 ? 0 : varintSize((long) field << 3) + varintSize(length) + length;
    }

    private static int varintSize(long value) {
        return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }

    private void tag(int field, int wireType) {
        varint((long) field << 3 | wireType);
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            buffer[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        buffer[size++] = (byte) rest;
    }

    private void ensure(int more) {
        if (more > buffer.length - size) {
            buffer = Arrays.copyOf(buffer, Math.max(Math.addExact(size, more), buffer.length + (buffer.length >> 1)));
        }
    }
}
