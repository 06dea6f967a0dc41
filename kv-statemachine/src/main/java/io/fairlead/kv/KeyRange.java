package io.fairlead.kv;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A set of neighbouring keys in unsigned byte order: one key, an interval, or everything from a key on.
 *
 * <p><b>Memory:</b> holds the arrays it was given; nobody may change them.
 */
public final class KeyRange {
    private static final byte[] NOTHING = {};

    private final byte[] from;
    private final byte @Nullable [] to;
    private final boolean single;

    private KeyRange(byte[] from, byte @Nullable [] to, boolean single) {
        this.from = from;
        this.to = to;
        this.single = single;
    }

    /** Every key there can be. */
    public static KeyRange all() {
        return new KeyRange(NOTHING, null, false);
    }

    /** One key. */
    public static KeyRange of(byte[] key) {
        return new KeyRange(key, successor(key), true);
    }

    /**
     * What etcd's pair of {@code key} and {@code range_end} means: no end is one key, an end of one zero byte is
     * everything from {@code key} on, else the keys from {@code key} up to but without {@code end}.
     */
    public static KeyRange of(byte[] key, byte[] end) {
        if (end.length == 0) {
            return of(key);
        }
        return new KeyRange(key, end.length == 1 && end[0] == 0 ? null : end, false);
    }

    /** The keys from {@code from} on that come before {@code to}; null for no end. */
    public static KeyRange between(byte[] from, byte @Nullable [] to) {
        return new KeyRange(from, to, false);
    }

    /** All keys that start with {@code prefix}. */
    public static KeyRange ofPrefix(byte[] prefix) {
        for (int i = prefix.length - 1; i >= 0; i--) {
            if (prefix[i] != (byte) 0xFF) {
                byte[] end = Arrays.copyOf(prefix, i + 1);
                end[i]++;
                return new KeyRange(prefix, end, false);
            }
        }
        return new KeyRange(prefix, null, false);
    }

    /** The smallest key that can be in the range. */
    public byte[] from() {
        return from;
    }

    /** The smallest key behind the range; null if nothing is behind it. */
    public byte @Nullable [] to() {
        return to;
    }

    /** Tells if the range was given as one key. */
    public boolean isSingle() {
        return single;
    }

    /** Tells if no key can be in the range. */
    public boolean isEmpty() {
        return to != null && Arrays.compareUnsigned(from, to) >= 0;
    }

    /** Tells if a key, which is not before the range, is in it. */
    public boolean endsAfter(byte[] bytes, int offset, int length) {
        return to == null || Arrays.compareUnsigned(bytes, offset, offset + length, to, 0, to.length) < 0;
    }

    /** Tells if the range has the key. */
    public boolean contains(byte[] key) {
        return Arrays.compareUnsigned(from, key) <= 0 && endsAfter(key, 0, key.length);
    }

    private static byte[] successor(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }
}
