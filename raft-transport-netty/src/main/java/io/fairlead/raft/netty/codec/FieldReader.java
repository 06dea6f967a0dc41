package io.fairlead.raft.netty.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads the fields of one protobuf message from a part of an array, by a {@link Shape}: numbers into slots named by
 * their field, and where the bytes of a field of bytes stand. Fields that the shape does not know are passed over;
 * fields that are not there read as 0.
 */
final class FieldReader {
    /** Which wire type each field of a message has; unknown fields have none. */
    static final class Shape {
        private final int[] wireTypes;

        /** The wire types of the fields 1, 2 and so on. */
        Shape(int... wireTypes) {
            this.wireTypes = wireTypes;
        }
    }

    private static final int MAX_FIELDS = 24;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long[] values = new long[MAX_FIELDS + 1];
    private final int[] starts = new int[MAX_FIELDS + 1];
    private byte[] array = new byte[0];
    private int from;
    private int position;
    private int limit;

    /**
     * Reads all fields between {@code from} and {@code to}.
     *
     * @return the last field of bytes that the shape knows; 0 if there was none
     * @throws MalformedFrameException if the bytes are not fields, or a field has another wire type than its shape says
     */
    int read(byte[] array, int from, int to, Shape shape) {
        this.array = array;
        this.from = from;
        this.position = from;
        this.limit = to;
        int known = shape.wireTypes.length;
        Arrays.fill(values, 0, known + 1, 0);
        int lastBytes = 0;
        while (position < limit) {
            long tag = varint();
            int wireType = (int) (tag & 7);
            long field = tag >>> 3;
            if (field == 0 || tag >>> 32 != 0) {
                throw new MalformedFrameException("field tag " + tag + " is not possible");
            }
            int slot = field <= known ? (int) field : 0;
            if (slot != 0 && wireType != shape.wireTypes[slot - 1]) {
                throw new MalformedFrameException("field " + field + " has wire type " + wireType);
            }
            if (wireType == BackwardWriter.BYTES && slot != 0) {
                lastBytes = slot;
            }
            readValue(slot, wireType);
        }
        return lastBytes;
    }

    private void readValue(int slot, int wireType) {
        switch (wireType) {
            case BackwardWriter.VARINT -> values[slot] = varint();
            case BackwardWriter.FIXED64 -> {
                advance(Long.BYTES);
                values[slot] = (long) LONG.get(array, position - Long.BYTES);
            }
            case BackwardWriter.FIXED32 -> {
                advance(Integer.BYTES);
                values[slot] = (int) INT.get(array, position - Integer.BYTES);
            }
            case BackwardWriter.BYTES -> {
                long length = varint();
                starts[slot] = position;
                advance(length);
                values[slot] = length;
            }
            default -> throw new MalformedFrameException("wire type " + wireType + " is not possible");
        }
    }

    /** The value of a field of numbers. */
    long number(int field) {
        return values[field];
    }

    /** The value of a field that is written in zigzag form. */
    long zigzag(int field) {
        return (values[field] >>> 1) ^ -(values[field] & 1);
    }

    boolean bool(int field) {
        return values[field] != 0;
    }

    /** The value of a field that counts something. */
    int count(int field) {
        long value = values[field];
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new MalformedFrameException("field " + field + " is " + value + ", must be a positive int");
        }
        return (int) value;
    }

    /** Where a field of bytes starts; says nothing if its {@link #length} is 0. */
    int start(int field) {
        return starts[field];
    }

    /** How long a field of bytes is. */
    int length(int field) {
        return (int) values[field];
    }

    private void advance(long bytes) {
        if (bytes < 0 || bytes > limit - position) {
            throw new MalformedFrameException("a field of " + bytes + " bytes is cut short");
        }
        position += (int) bytes;
    }

    /**
     * Where each occurrence of a field of bytes stands in the message read last: start and length by turns.
     *
     * @throws MalformedFrameException if there are more than {@code most}
     */
    int[] repeated(int field, int most) {
        int[] places = new int[16];
        int used = 0;
        position = from;
        while (position < limit) {
            long tag = varint();
            readValue(0, (int) (tag & 7));
            if (tag >>> 3 == field) {
                if (used == 2 * most) {
                    throw new MalformedFrameException("field " + field + " is there more than " + most + " times");
                }
                places = used == places.length ? Arrays.copyOf(places, 2 * used) : places;
                places[used++] = starts[0];
                places[used++] = (int) values[0];
            }
        }
        return Arrays.copyOf(places, used);
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (position == limit) {
                throw new MalformedFrameException("a number is cut short");
            }
            byte next = array[position++];
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedFrameException("a number has more than ten bytes");
    }

    /** Reads numbers, one behind the other, that fill a field of bytes. */
    long[] packed(int field) {
        int from = starts[field];
        int to = from + length(field);
        int count = 0;
        for (int i = from; i < to; i++) {
            count += array[i] >= 0 ? 1 : 0;
        }
        if (to > from && array[to - 1] < 0) {
            throw new MalformedFrameException("a number is cut short");
        }
        long[] numbers = new long[count];
        position = from;
        limit = to;
        for (int i = 0; i < count; i++) {
            numbers[i] = varint();
        }
        return numbers;
    }
}
