package io.fairlead.raft.runtime;

import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** Files in memory that outlive the node that wrote them. <b>Threads:</b> any. */
final class MemoryDisk implements Disk {
    private final TreeMap<String, File> files = new TreeMap<>();

    /** How often a directory was synced. */
    int directorySyncs;

    private static final class File implements DiskFile {
        private byte[] bytes = new byte[0];

        @Override
        public synchronized int read(ByteBuffer target, long position) {
            if (position >= bytes.length) {
                return -1;
            }
            int count = (int) Math.min(target.remaining(), bytes.length - position);
            target.put(bytes, (int) position, count);
            return count;
        }

        @Override
        public synchronized void write(ByteBuffer source, long position) {
            int count = source.remaining();
            if (position + count > bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) position + count);
            }
            source.get(bytes, (int) position, count);
        }

        @Override
        public void sync() {}

        @Override
        public synchronized long size() {
            return bytes.length;
        }

        @Override
        public synchronized void truncate(long size) {
            bytes = Arrays.copyOf(bytes, (int) size);
        }

        @Override
        public void close() {}
    }

    @Override
    public synchronized DiskFile open(String path, boolean create) throws IOException {
        if (!create && !files.containsKey(path)) {
            throw new IOException("no file " + path);
        }
        return files.computeIfAbsent(path, name -> new File());
    }

    @Override
    public synchronized boolean exists(String path) {
        return files.containsKey(path);
    }

    @Override
    public synchronized List<String> list(String directory) {
        return files.keySet().stream()
                .filter(path -> path.startsWith(directory + "/"))
                .map(path -> path.substring(directory.length() + 1).replaceAll("/.*", ""))
                .distinct()
                .toList();
    }

    @Override
    public void createDirectories(String directory) {}

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        File file = files.remove(from);
        if (file == null) {
            throw new IOException("no file " + from);
        }
        files.put(to, file);
    }

    @Override
    public synchronized void delete(String path) {
        files.remove(path);
    }

    @Override
    public synchronized void syncDirectory(String directory) {
        directorySyncs++;
    }

    @Override
    public long usableBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public AutoCloseable lock(String path) {
        return () -> {};
    }
}
