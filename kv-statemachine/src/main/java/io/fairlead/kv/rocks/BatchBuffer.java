package io.fairlead.kv.rocks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A RocksDB write batch, written in its own serialized form, so that a whole batch crosses into native code in one call
 * (a call per record costs more than RocksDB's work on the record).
 *
 * <p>Form: sequence number (8 bytes, 0), number of records (4), then per record its type (1), column family (varint),
 * length (varint) and bytes of the key, and for a put also of the value. Integers are little-endian.
 *
 * <p><b>Threads:</b> one at a time.
 */
public final class BatchBuffer {
    private static final int HEADER_BYTES = 12;
    private static final int COUNT_OFFSET = 8;
    private static final byte DELETE = 0x4;
    private static final byte PUT = 0x5;

    private final int[] familyIds;
    private byte[] buffer;
    private int size = HEADER_BYTES;
    private int count;

    BatchBuffer(int[] familyIds, int capacity) {
        this.familyIds = familyIds;
        buffer = new byte[capacity];
    }

    /** Forgets everything, keeps the array unless it has become huge. */
    public void clear() {
        if (buffer.length > 8 << 20) {
            buffer = new byte[1 << 20];
        }
        size = HEADER_BYTES;
        count = 0;
    }

    /** Number of records. */
    public int count() {
        return count;
    }

    /** Bytes of all records. */
    public int sizeBytes() {
        return size;
    }

    /** Sets a key's value. */
    public void put(Family family, byte[] key, byte[] value) {
        put(family, key, key.length, value, value.length);
    }

    /** Sets a key's value; both are the first bytes of their arrays. */
    public void put(Family family, byte[] key, int keyLength, byte[] value, int valueLength) {
        start(PUT, family, key, keyLength, valueLength);
        append(value, 0, valueLength);
    }

    /** Starts setting a key's value, whose {@code valueLength} bytes must follow with {@link #append}. */
    public void putHeader(Family family, byte[] key, int keyLength, int valueLength) {
        start(PUT, family, key, keyLength, valueLength);
    }

    /** Removes a key. */
    public void delete(Family family, byte[] key, int keyLength) {
        start(DELETE, family, key, keyLength, 0);
    }

    /** A part of a value whose header was written before. */
    public void append(byte[] source, int offset, int length) {
        ensure(length);
        System.arraycopy(source, offset, buffer, size, length);
        size += length;
    }

    /** The batch as RocksDB reads it. */
    byte[] toBytes() {
        ByteBuffer.wrap(buffer).order(ByteOrder.LITTLE_ENDIAN).putInt(COUNT_OFFSET, count);
        return Arrays.copyOf(buffer, size);
    }

    private void start(byte type, Family family, byte[] key, int keyLength, int valueLength) {
        ensure(keyLength + 16);
        buffer[size++] = type;
        varint(familyIds[family.slot()]);
        varint(keyLength);
        System.arraycopy(key, 0, buffer, size, keyLength);
        size += keyLength;
        if (type == PUT) {
            varint(valueLength);
        }
        count++;
    }

    private void varint(int value) {
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            buffer[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        buffer[size++] = (byte) rest;
    }

    private void ensure(int more) {
        if (more > buffer.length - size) {
            buffer = Arrays.copyOf(buffer, Math.max(Math.addExact(size, more), buffer.length * 2));
        }
    }
}
