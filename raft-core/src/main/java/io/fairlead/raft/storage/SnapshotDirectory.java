package io.fairlead.raft.storage;

import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.DiskFile;
import io.fairlead.raft.spi.SnapshotStore;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshots as files: the stream's bytes in {@code <id>.data}, what they stand for in {@code <id>.meta}, which is
 * written last and renamed into place. Without its meta file a snapshot does not exist. What is being fetched is {@code
 * <id>.part} and stays until it is whole, or another one is fetched; what is being taken is {@code <id>.taking} and of no
 * use after a crash.
 *
 * <p><b>Threads:</b> any; one writer per snapshot.
 */
public final class SnapshotDirectory implements SnapshotStore {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotDirectory.class);
    private static final String META = ".meta";
    private static final String DATA = ".data";
    private static final String PART = ".part";
    private static final String NOTE = ".note" + PART;
    private static final String TAKING = ".taking";
    static final int BUFFER_BYTES = 256 * 1024;

    /** What is not synced yet would be in the log's way, all of it at once in the end. */
    private static final int SYNCED_EVERY_BYTES = 4 << 20;

    private final Disk disk;
    private final String directory;
    private volatile @Nullable SnapshotMeta newest;

    private SnapshotDirectory(Disk disk, String directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /** Opens the snapshots in {@code directory}, which is created if need be, and reads all of them to check them. */
    public static SnapshotDirectory open(Disk disk, String directory) throws IOException {
        disk.createDirectories(directory);
        disk.syncDirectory(directory); // A rename whose sync failed in an earlier life can be seen, but may still go.
        SnapshotDirectory snapshots = new SnapshotDirectory(disk, directory);
        snapshots.deleteIf(name -> name.endsWith(TAKING));
        snapshots.newest = snapshots.readMetas().stream()
                .max(Comparator.comparingLong(meta -> meta.lastIncluded().index()))
                .orElse(null);
        return snapshots;
    }

    private List<SnapshotMeta> readMetas() throws IOException {
        java.util.ArrayList<SnapshotMeta> metas = new java.util.ArrayList<>();
        for (String name : disk.list(directory)) {
            if (name.endsWith(META)) {
                SnapshotMeta meta = readMeta(directory + "/" + name);
                if (meta != null) {
                    metas.add(meta);
                }
            }
        }
        return metas;
    }

    private @Nullable SnapshotMeta readMeta(String path) throws IOException {
        try (DiskFile file = disk.open(path, false)) {
            ByteBuffer bytes = WholeReads.read(file, ByteBuffer.allocate(Math.toIntExact(file.size())), 0);
            SnapshotMeta meta = SnapshotMetaFormat.decode(bytes);
            return hasItsData(meta) ? meta : null;
        } catch (IllegalArgumentException e) {
            LOG.warn("snapshot={} is damaged and left alone: {}", path, e.getMessage());
            return null;
        }
    }

    /** A snapshot that cannot be restored must not hide an older one that can. */
    private boolean hasItsData(SnapshotMeta meta) throws IOException {
        String path = path(meta.id(), DATA);
        if (!disk.exists(path)) {
            LOG.warn("snapshot={} has no data and is left alone", path);
            return false;
        }
        try (DiskFile file = disk.open(path, false)) {
            boolean whole = file.size() == meta.sizeBytes() && checksum(file, meta.sizeBytes()) == meta.crc32c();
            if (!whole) {
                LOG.warn("snapshot={} is damaged and left alone: {} bytes, or another checksum", path, file.size());
            }
            return whole;
        }
    }

    @Override
    public Optional<SnapshotMeta> latest() {
        return Optional.ofNullable(newest);
    }

    @Override
    public Draft create(SnapshotMeta draft) throws IOException {
        String path = path(draft.id(), TAKING);
        disk.delete(path);
        return new Taken(new Writing(draft, disk.open(path, true), 0, TAKING));
    }

    @Override
    public Incoming receive(SnapshotMeta meta) throws IOException {
        // Nobody offers those any more.
        deleteIf(name -> name.endsWith(PART) && !name.startsWith(name(meta.id())));
        DiskFile file = disk.open(path(meta.id(), PART), true);
        FetchedPrefix prefix = new FetchedPrefix(disk, directory, name(meta.id()) + NOTE, file);
        try {
            return new Received(new Writing(meta, file, prefix.verify(meta.sizeBytes()), PART), prefix);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private record Taken(Writing writing) implements Draft {
        @Override
        public OutputStream stream() {
            return writing;
        }

        @Override
        public SnapshotMeta publish() throws IOException {
            return writing.publishTaken();
        }

        @Override
        public void close() throws IOException {
            writing.close();
            writing.deleteUnlessPublished();
        }
    }

    private record Received(Writing writing, FetchedPrefix prefix) implements Incoming {
        @Override
        public long receivedBytes() {
            return writing.written();
        }

        @Override
        public void write(ByteBuffer data) throws IOException {
            writing.write(data);
            prefix.grew(data.duplicate(), writing.written());
        }

        @Override
        public void publish() throws IOException {
            writing.publishReceived(prefix::sync);
            prefix.forget();
        }

        @Override
        public void close() throws IOException {
            try (writing) {
                if (!writing.isPublished()) {
                    prefix.interrupted(writing.written());
                }
            }
        }
    }

    private interface Syncing {
        void run() throws IOException;
    }

    /** A file that grows, and becomes a snapshot at the end. */
    private final class Writing extends OutputStream {
        private final SnapshotMeta meta;
        private final DiskFile file;
        private final ByteBuffer pending = ByteBuffer.allocate(BUFFER_BYTES);
        private final String path;
        private long written;
        private long synced;
        private boolean published;

        Writing(SnapshotMeta meta, DiskFile file, long written, String suffix) {
            this.meta = meta;
            this.file = file;
            this.written = written;
            this.path = path(meta.id(), suffix);
        }

        @Override
        public void write(int oneByte) throws IOException {
            write(new byte[] {(byte) oneByte}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int done = 0;
            while (done < length) {
                int step = Math.min(pending.remaining(), length - done);
                pending.put(bytes, offset + done, step);
                done += step;
                if (!pending.hasRemaining()) {
                    flush();
                }
            }
        }

        void write(ByteBuffer data) throws IOException {
            int length = data.remaining();
            file.write(data.duplicate(), written);
            written += length;
        }

        @Override
        public void flush() throws IOException {
            pending.flip();
            write(pending);
            pending.clear();
            if (written - synced >= SYNCED_EVERY_BYTES) {
                file.sync();
                synced = written;
            }
        }

        long written() {
            return written;
        }

        SnapshotMeta publishTaken() throws IOException {
            flush();
            SnapshotMeta whole = new SnapshotMeta(
                    meta.id(),
                    meta.lastIncluded(),
                    meta.configuration(),
                    meta.configurationIndex(),
                    written,
                    checksum(file, written));
            publishAs(whole, file::sync);
            return whole;
        }

        void publishReceived(Syncing syncing) throws IOException {
            if (written != meta.sizeBytes() || checksum(file, written) != meta.crc32c()) {
                long arrived = written;
                written = 0;
                disk.delete(path);
                throw new IOException("snapshot " + Long.toHexString(meta.id()) + " arrived damaged: " + arrived
                        + " of " + meta.sizeBytes() + " bytes, or another checksum; thrown away");
            }
            publishAs(meta, syncing);
        }

        private void publishAs(SnapshotMeta whole, Syncing syncing) throws IOException {
            syncing.run();
            disk.rename(path, path(whole.id(), DATA));
            published = true;
            String draft = path(whole.id(), META + TAKING);
            try (DiskFile metaFile = disk.open(draft, true)) {
                metaFile.write(SnapshotMetaFormat.encode(whole), 0);
                metaFile.sync();
            }
            disk.rename(draft, path(whole.id(), META));
            disk.syncDirectory(directory);
            SnapshotMeta known = newest;
            if (known == null
                    || known.lastIncluded().index() <= whole.lastIncluded().index()) {
                newest = whole;
            }
        }

        /** Tells if it has its final name. */
        boolean isPublished() {
            return published;
        }

        void deleteUnlessPublished() throws IOException {
            disk.delete(path); // A published one has another name.
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private static int checksum(DiskFile file, long size) throws IOException {
        CRC32C crc = new CRC32C();
        ByteBuffer chunk = ByteBuffer.allocate(BUFFER_BYTES);
        for (long at = 0; at < size; at += BUFFER_BYTES) {
            chunk.clear().limit((int) Math.min(BUFFER_BYTES, size - at));
            crc.update(WholeReads.read(file, chunk, at));
        }
        return (int) crc.getValue();
    }

    @Override
    public InputStream open(SnapshotMeta meta) throws IOException {
        DiskFile file = disk.open(path(meta.id(), DATA), false);
        return new InputStream() {
            private final CRC32C crc = new CRC32C();
            private long at;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                if (length == 0) {
                    return 0;
                }
                int wanted = (int) Math.min(length, meta.sizeBytes() - at);
                if (wanted == 0) {
                    if ((int) crc.getValue() != meta.crc32c()) {
                        throw new IOException("snapshot " + path(meta.id(), DATA) + " is damaged: wrong checksum");
                    }
                    return -1;
                }
                int count = file.read(ByteBuffer.wrap(target, offset, wanted), at);
                if (count < 0) {
                    throw new EOFException("snapshot " + path(meta.id(), DATA) + " ends at " + at + " of "
                            + meta.sizeBytes() + " bytes");
                }
                crc.update(target, offset, count);
                at += count;
                return count;
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }

    @Override
    public boolean read(long snapshotId, long offset, ByteBuffer target) throws IOException {
        String path = path(snapshotId, DATA);
        if (!disk.exists(path)) {
            return false;
        }
        try (DiskFile file = disk.open(path, false)) {
            long at = offset;
            while (target.hasRemaining()) {
                int count = file.read(target, at);
                if (count < 0) {
                    break;
                }
                at += count;
            }
        }
        return true;
    }

    @Override
    public void deleteObsolete(@Nullable SnapshotMeta keep) throws IOException {
        deleteIf(name -> keep == null
                ? name.endsWith(PART)
                : !name.startsWith(name(keep.id())) && !name.endsWith(PART) && !name.endsWith(TAKING));
        disk.syncDirectory(directory);
    }

    private void deleteIf(Predicate<String> unwanted) throws IOException {
        for (String name : disk.list(directory)) {
            if (unwanted.test(name)) {
                disk.delete(directory + "/" + name);
            }
        }
    }

    private String path(long id, String suffix) {
        return directory + "/" + name(id) + suffix;
    }

    private static String name(long id) {
        return String.format("%016x", id);
    }

    @Override
    public void close() {
        // Every file is closed by whoever opened it.
    }
}
