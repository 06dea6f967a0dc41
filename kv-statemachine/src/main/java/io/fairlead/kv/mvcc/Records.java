package io.fairlead.kv.mvcc;

import io.fairlead.kv.wire.ProtoWriter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** How keys and values of the column families look. All integers are big-endian, so that bytes sort as numbers. */
final class Records {
    /** main (8), an underscore, sub (8), and for a deletion a t: etcd's own form, since HashKV runs over it. */
    static final int REVISION_KEY_BYTES = 17;

    static final int TOMBSTONE_KEY_BYTES = 18;

    /** Behind the key-value of a change: main (8) and sub (4) of the version it ended; 0 if the key did not exist. */
    static final int TRAILER_BYTES = 12;

    /** In front of the newest version of a key: sub (4), flags (1). */
    static final int LATEST_HEADER_BYTES = 5;

    /** Larger values stand in the change alone, not with the key. */
    static final int MAX_INLINE_VALUE_BYTES = 1024;

    static final byte VALUE_ELSEWHERE = 1;

    /** Behind the escaped key of a version that is not the newest: terminator (2), inverted main (8) and sub (4). */
    static final int HISTORY_SUFFIX_BYTES = 14;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final byte ESCAPE = 0;
    private static final byte ESCAPED_ZERO = (byte) 0xFF;
    private static final byte TERMINATOR = 1;
    private static final byte BEHIND_TERMINATOR = 2;

    private Records() {}

    static void revisionKey(byte[] target, long main, int sub) {
        putLong(target, 0, main);
        target[8] = '_';
        putLong(target, 9, sub);
    }

    static byte[] revisionKey(long main, int sub) {
        byte[] key = new byte[REVISION_KEY_BYTES];
        revisionKey(key, main, sub);
        return key;
    }

    /** The place of a version in the history of its key. */
    static byte[] historyKey(byte[] key, long main, int sub) {
        byte[] escaped = escape(key, HISTORY_SUFFIX_BYTES);
        int end = escaped.length - HISTORY_SUFFIX_BYTES;
        escaped[end] = ESCAPE;
        escaped[end + 1] = TERMINATOR;
        putLong(escaped, end + 2, ~main);
        putInt(escaped, end + 10, ~sub);
        return escaped;
    }

    /** Precedes the history of {@code key} and of all keys behind it. */
    static byte[] historyFrom(byte[] key) {
        return escape(key, 0);
    }

    /** Follows the history of {@code key} and precedes that of all keys behind it. */
    static byte[] historyBehind(byte[] key) {
        byte[] escaped = escape(key, 2);
        escaped[escaped.length - 2] = ESCAPE;
        escaped[escaped.length - 1] = BEHIND_TERMINATOR;
        return escaped;
    }

    /** The key of a history record. */
    static byte[] keyOfHistory(byte[] historyKey, int length) {
        int escapedLength = length - HISTORY_SUFFIX_BYTES;
        byte[] key = new byte[escapedLength];
        int size = 0;
        for (int i = 0; i < escapedLength; i++) {
            key[size++] = historyKey[i];
            if (historyKey[i] == ESCAPE) {
                i++; // the byte behind says that it is a zero
            }
        }
        return size == escapedLength ? key : Arrays.copyOf(key, size);
    }

    static long mainOfHistory(byte[] historyKey, int length) {
        return ~getLong(historyKey, length - 12);
    }

    static int subOfHistory(byte[] historyKey, int length) {
        return ~getInt(historyKey, length - 4);
    }

    /** The serialized {@code mvccpb.KeyValue}. */
    static byte[] keyValue(
            byte[] key, long create, long mod, long version, byte[] value, int from, int length, long lease) {
        ProtoWriter out = new ProtoWriter(ProtoWriter.bytesSize(StoredVersion.KEY_FIELD, key.length)
                + ProtoWriter.int64Size(StoredVersion.CREATE_FIELD, create)
                + ProtoWriter.int64Size(StoredVersion.MOD_FIELD, mod)
                + ProtoWriter.int64Size(StoredVersion.VERSION_FIELD, version)
                + ProtoWriter.bytesSize(StoredVersion.VALUE_FIELD, length)
                + ProtoWriter.int64Size(StoredVersion.LEASE_FIELD, lease)
                + 16);
        out.bytes(StoredVersion.KEY_FIELD, key);
        out.int64(StoredVersion.CREATE_FIELD, create);
        out.int64(StoredVersion.MOD_FIELD, mod);
        out.int64(StoredVersion.VERSION_FIELD, version);
        out.bytes(StoredVersion.VALUE_FIELD, value, from, length);
        out.int64(StoredVersion.LEASE_FIELD, lease);
        return out.toByteArray();
    }

    static byte[] longValue(long value) {
        byte[] bytes = new byte[8];
        putLong(bytes, 0, value);
        return bytes;
    }

    static long getLong(byte[] source, int offset) {
        return (long) LONG.get(source, offset);
    }

    static int getInt(byte[] source, int offset) {
        return (int) INT.get(source, offset);
    }

    static void putLong(byte[] target, int offset, long value) {
        LONG.set(target, offset, value);
    }

    static void putInt(byte[] target, int offset, int value) {
        INT.set(target, offset, value);
    }

    /** Replaces each zero byte by 00 FF, so that a terminator of 00 01 sorts before every continuation of the key. */
    private static byte[] escape(byte[] key, int room) {
        int zeros = 0;
        for (byte b : key) {
            if (b == ESCAPE) {
                zeros++;
            }
        }
        byte[] escaped = new byte[key.length + zeros + room];
        if (zeros == 0) {
            System.arraycopy(key, 0, escaped, 0, key.length);
            return escaped;
        }
        int size = 0;
        for (byte b : key) {
            escaped[size++] = b;
            if (b == ESCAPE) {
                escaped[size++] = ESCAPED_ZERO;
            }
        }
        return escaped;
    }
}
