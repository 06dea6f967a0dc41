package io.fairlead.bench.http2;

import io.fairlead.bench.load.Operation;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the header blocks of requests (RFC 7541). Whatever repeats goes into the dynamic table the first time, as usual
 * clients do it, so that a block has six bytes from then on. Belongs to one connection.
 */
final class RequestHeaders {
    private static final int STATIC_ENTRIES = 61;
    private static final int POST = 0x83;
    private static final int SCHEME_HTTP = 0x86;
    private static final int NAME_AUTHORITY = 1;
    private static final int NAME_PATH = 4;
    private static final int NAME_CONTENT_TYPE = 31;
    private static final int NAME_USER_AGENT = 58;
    /** What RFC 7541 adds to the size of a table entry. */
    private static final int ENTRY_OVERHEAD = 32;

    private final String authority;
    private final List<String> table = new ArrayList<>();
    private final byte[][] blocks = new byte[Operation.count()][];
    private final int[] blockTableSizes = new int[Operation.count()];
    private int room;

    /** @param tableBytes the size of the table that the server allows */
    RequestHeaders(String authority, int tableBytes) {
        this.authority = authority;
        this.room = Math.min(tableBytes, 4096);
        Arrays.fill(blockTableSizes, -1);
    }

    /** Appends the block of a call to the method that serves {@code operation}. */
    void write(Operation operation, ByteBuf out) {
        int slot = operation.number();
        if (blockTableSizes[slot] == table.size()) {
            out.writeBytes(blocks[slot]);
            return;
        }
        int sizeBefore = table.size();
        int from = out.writerIndex();
        write(EtcdRequests.path(operation), out);
        if (table.size() == sizeBefore) {
            byte[] block = new byte[out.writerIndex() - from];
            out.getBytes(from, block);
            blocks[slot] = block;
            blockTableSizes[slot] = sizeBefore;
        }
    }

    /** Appends the block of a call to {@code path}. */
    void write(String path, ByteBuf out) {
        out.writeByte(POST);
        out.writeByte(SCHEME_HTTP);
        field(":path", NAME_PATH, path, out);
        field(":authority", NAME_AUTHORITY, authority, out);
        field("content-type", NAME_CONTENT_TYPE, "application/grpc", out);
        field("te", 0, "trailers", out);
        field("user-agent", NAME_USER_AGENT, "fairlead-bench", out);
    }

    private void field(String name, int nameIndex, String value, ByteBuf out) {
        String entry = name + '\n' + value;
        int at = table.indexOf(entry);
        if (at >= 0) {
            out.writeByte(0x80 | (STATIC_ENTRIES + table.size() - at));
            return;
        }
        int size = name.length() + value.length() + ENTRY_OVERHEAD;
        boolean index = size <= room;
        if (index) {
            table.add(entry);
            room -= size;
            out.writeByte(0x40 | nameIndex); // All names used here have an index below 63.
        } else {
            integer(0, 4, nameIndex, out);
        }
        if (nameIndex == 0) {
            string(name, out);
        }
        string(value, out);
    }

    private static void string(String text, ByteBuf out) {
        integer(0, 7, text.length(), out);
        out.writeCharSequence(text, StandardCharsets.US_ASCII);
    }

    private static void integer(int firstBits, int prefixBits, int value, ByteBuf out) {
        int limit = (1 << prefixBits) - 1;
        if (value < limit) {
            out.writeByte(firstBits | value);
            return;
        }
        out.writeByte(firstBits | limit);
        int left = value - limit;
        while (left >= 0x80) {
            out.writeByte((left & 0x7f) | 0x80);
            left >>>= 7;
        }
        out.writeByte(left);
    }
}
