package io.fairlead.raft.storage;

import io.fairlead.raft.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** A file that counts how often it is read. */
record CountingReads(DiskFile real, AtomicInteger reads) implements DiskFile {
    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        int count = real.read(target, position);
        reads.incrementAndGet();
        return count;
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
        real.write(source, position);
    }

    @Override
    public void sync() throws IOException {
        real.sync();
    }

    @Override
    public long size() throws IOException {
        return real.size();
    }

    @Override
    public void truncate(long size) throws IOException {
        real.truncate(size);
    }

    @Override
    public void close() throws IOException {
        real.close();
    }
}
