package io.fairlead.bench.load;

import java.util.Arrays;

/**
 * An encoded request with holes for keys and values: encoded once, then patched in place for every request. Belongs to
 * one event loop.
 */
public final class Template {
    private static final int POOL_BYTES = 1 << 16;
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

    private final byte[] bytes;
    private final int keyBytes;
    private final int valueBytes;
    private final int[] keyOffsets;
    private final int[] valueOffsets;
    private final byte[] pool;
    private int poolPosition;

    /**
     * @param encoded a request in which every key and value is {@link #keyHole} and {@link #valueHole}
     * @param keyBytes length of a key
     * @param valueBytes length of a value
     */
    public Template(byte[] encoded, int keyBytes, int valueBytes) {
        this.bytes = encoded.clone();
        this.keyBytes = keyBytes;
        this.valueBytes = valueBytes;
        this.keyOffsets = find(encoded, keyHole(keyBytes));
        this.valueOffsets = valueBytes == 0 ? new int[0] : find(encoded, valueHole(valueBytes));
        this.pool = pool(valueBytes);
        for (int offset : keyOffsets) {
            Arrays.fill(bytes, offset, offset + keyBytes, (byte) '0');
            bytes[offset] = 'k';
        }
    }

    /** Bytes that stand for a key in a request to be made a template. */
    public static byte[] keyHole(int keyBytes) {
        byte[] hole = new byte[keyBytes];
        Arrays.fill(hole, (byte) 0xfe);
        return hole;
    }

    /** Bytes that stand for a value in a request to be made a template. */
    public static byte[] valueHole(int valueBytes) {
        byte[] hole = new byte[valueBytes];
        Arrays.fill(hole, (byte) 0xfd);
        return hole;
    }

    private static int[] find(byte[] encoded, byte[] hole) {
        int[] offsets = new int[8];
        int count = 0;
        int at = 0;
        while (at + hole.length <= encoded.length) {
            if (Arrays.equals(encoded, at, at + hole.length, hole, 0, hole.length)) {
                offsets[count++] = at;
                at += hole.length;
            } else {
                at++;
            }
        }
        return Arrays.copyOf(offsets, count);
    }

    private static byte[] pool(int valueBytes) {
        byte[] pool = new byte[POOL_BYTES + valueBytes];
        long state = 0x9e3779b97f4a7c15L;
        for (int i = 0; i < pool.length; i++) {
            state ^= state << 13;
            state ^= state >>> 7;
            state ^= state << 17;
            pool[i] = (byte) ALPHABET.charAt((int) (state >>> 58));
        }
        return pool;
    }

    /** Puts in a key and, if there are holes for one, another value; returns the request, valid until the next call. */
    public byte[] fill(long key) {
        for (int offset : keyOffsets) {
            long left = key;
            for (int at = offset + keyBytes - 1; at > offset; at--) {
                bytes[at] = (byte) ('0' + left % 10);
                left /= 10;
            }
        }
        if (valueOffsets.length > 0) {
            poolPosition = (poolPosition + 7919) & (POOL_BYTES - 1);
            for (int offset : valueOffsets) {
                System.arraycopy(pool, poolPosition, bytes, offset, valueBytes);
            }
        }
        return bytes;
    }
}
