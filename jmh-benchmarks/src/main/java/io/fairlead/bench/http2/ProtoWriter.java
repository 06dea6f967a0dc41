package io.fairlead.bench.http2;

import java.io.ByteArrayOutputStream;

/** Writes the few protobuf fields that requests need, in the order of the calls. */
final class ProtoWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A field of bytes or a nested message. */
    ProtoWriter bytes(int field, byte[] value) {
        writeVarint(((long) field << 3) | 2);
        writeVarint(value.length);
        out.writeBytes(value);
        return this;
    }

    /** A nested message. */
    ProtoWriter message(int field, ProtoWriter value) {
        return bytes(field, value.toByteArray());
    }

    /** An integer, an enum or a boolean; also written when it is 0, as inside a oneof. */
    ProtoWriter number(int field, long value) {
        writeVarint((long) field << 3);
        writeVarint(value);
        return this;
    }

    private void writeVarint(long value) {
        long left = value;
        while ((left & ~0x7fL) != 0) {
            out.write((int) ((left & 0x7f) | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }
}
