package io.fairlead.chaos.embedding;

import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A real disk that remembers which marked values have been synced: a value counts from the sync after its write on. */
final class WitnessDisk implements Disk {
    /** The upper half of every marked value. */
    static final long MARK = 0x5EED_C0DE_0000_0000L;

    final Set<Long> synced = ConcurrentHashMap.newKeySet();
    private final Disk disk;

    WitnessDisk(Disk disk) {
        this.disk = disk;
    }

    @Override
    public DiskFile open(String path, boolean create) throws IOException {
        return new WitnessFile(disk.open(path, create));
    }

    private final class WitnessFile implements DiskFile {
        private final DiskFile file;
        private final List<Long> written = new ArrayList<>();

        WitnessFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return file.read(target, position);
        }

        @Override
        public synchronized void write(ByteBuffer source, long position) throws IOException {
            for (int at = source.position(); at + Long.BYTES <= source.limit(); at++) {
                long value = source.getLong(at);
                if ((value & 0xFFFF_FFFF_0000_0000L) == MARK) {
                    written.add(value);
                }
            }
            file.write(source, position);
        }

        @Override
        public synchronized void sync() throws IOException {
            List<Long> covered = List.copyOf(written);
            file.sync();
            synced.addAll(covered);
            written.clear();
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
    }

    @Override
    public boolean exists(String path) throws IOException {
        return disk.exists(path);
    }

    @Override
    public List<String> list(String directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public void createDirectories(String directory) throws IOException {
        disk.createDirectories(directory);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(String path) throws IOException {
        disk.delete(path);
    }

    @Override
    public void syncDirectory(String directory) throws IOException {
        disk.syncDirectory(directory);
    }

    @Override
    public long usableBytes() throws IOException {
        return disk.usableBytes();
    }

    @Override
    public AutoCloseable lock(String path) throws IOException {
        return disk.lock(path);
    }
}
