package io.fairlead.chaos.log;

import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A disk whose files may behave differently from those of another one: the hooks are given that one's files. */
public class WrappedDisk implements Disk {
    private final Disk real;

    protected WrappedDisk(Disk real) {
        this.real = real;
    }

    protected int read(DiskFile file, ByteBuffer target, long position) throws IOException {
        return file.read(target, position);
    }

    protected void write(DiskFile file, ByteBuffer source, long position) throws IOException {
        file.write(source, position);
    }

    protected void sync(DiskFile file) throws IOException {
        file.sync();
    }

    @Override
    public DiskFile open(String path, boolean create) throws IOException {
        DiskFile file = real.open(path, create);
        return new DiskFile() {
            @Override
            public int read(ByteBuffer target, long position) throws IOException {
                return WrappedDisk.this.read(file, target, position);
            }

            @Override
            public void write(ByteBuffer source, long position) throws IOException {
                WrappedDisk.this.write(file, source, position);
            }

            @Override
            public void sync() throws IOException {
                WrappedDisk.this.sync(file);
            }

            @Override
            public long size() throws IOException {
                return file.size();
            }

            @Override
            public void truncate(long size) throws IOException {
                file.truncate(size);
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }

    @Override
    public boolean exists(String path) throws IOException {
        return real.exists(path);
    }

    @Override
    public List<String> list(String directory) throws IOException {
        return real.list(directory);
    }

    @Override
    public void createDirectories(String directory) throws IOException {
        real.createDirectories(directory);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        real.rename(from, to);
    }

    @Override
    public void delete(String path) throws IOException {
        real.delete(path);
    }

    @Override
    public void syncDirectory(String directory) throws IOException {
        real.syncDirectory(directory);
    }

    @Override
    public long usableBytes() throws IOException {
        return real.usableBytes();
    }

    @Override
    public AutoCloseable lock(String path) throws IOException {
        return real.lock(path);
    }
}
