package io.fairlead.raft.storage;

import io.fairlead.raft.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads that do not stop half-way: a disk may return fewer bytes than asked for. */
final class WholeReads {
    private WholeReads() {}

    /** Fills {@code target} as far as the file goes, and flips it. */
    static ByteBuffer read(DiskFile file, ByteBuffer target, long position) throws IOException {
        long at = position;
        while (target.hasRemaining()) {
            int count = file.read(target, at);
            if (count < 0) {
                break;
            }
            at += count;
        }
        return target.flip();
    }
}
