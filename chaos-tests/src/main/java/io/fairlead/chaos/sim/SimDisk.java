package io.fairlead.chaos.sim;

import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The disk of one member, in memory. It survives the member's lives; what was not synced when a life ends is kept, lost
 * or torn, write by write. Names that were not synced with their directory come back or vanish.
 *
 * <p><b>Threads:</b> one.
 */
public final class SimDisk {
    /** What a member does to its disk. */
    public enum Operation {
        /** Bytes are read. */
        READ,
        /** Bytes are written. */
        WRITE,
        /** Content is made durable. */
        SYNC,
        /** Names are made durable. */
        SYNC_DIRECTORY,
        /** A file is created, renamed, deleted or cut. */
        CHANGE
    }

    /** Stands before every operation: may fail it, note it, or end the process in its place. */
    public interface Hook {
        /** Called before the operation has any effect. */
        void before(Operation operation, String path, int bytes) throws IOException;
    }

    /** Stands for files that are open and have no name any more. */
    public static final String DELETED = "deleted files";

    private final Randomness random;
    private final SimDirectoryTree tree = new SimDirectoryTree();
    private long capacity = Long.MAX_VALUE;
    private @Nullable Mount mount;
    private long misdirectedWrites;
    private long syncs;

    /** An empty disk; {@code random} decides what a crash leaves. */
    public SimDisk(Randomness random) {
        this.random = random;
    }

    /** The disk as one life of the member sees it. The life before must be over. */
    public Disk mount(Hook hook) {
        mount = new Mount(hook);
        return mount;
    }

    /** Bytes that fit; writes beyond fail. */
    public void setCapacity(long bytes) {
        capacity = bytes;
    }

    /** Tells if the disk can be full. */
    public boolean isLimited() {
        return capacity != Long.MAX_VALUE;
    }

    /** How many syncs were done. */
    public long syncs() {
        return syncs;
    }

    /** Bytes in all files. */
    public long usedBytes() {
        long used = 0;
        for (SimFile file : tree.files().values()) {
            used += file.size();
        }
        return used;
    }

    /** The power goes: whatever was not synced is kept, lost or torn, and nothing of the life before has an effect. */
    public void crash() {
        mount = null;
        tree.crash(random);
        tree.files().values().forEach(file -> file.crash(random));
    }

    /**
     * The process ends, the machine goes on: everything that was written stays to be read, even what a failed sync did
     * not bring to the disk and no later sync of that file will.
     */
    public void processExit() {
        mount = null;
    }

    /** All is gone. */
    public void wipe() {
        mount = null;
        tree.wipe();
    }

    /** Turns one synced bit of a file over. */
    public void flipBit(String path, long position, int bit) {
        SimFile file = tree.file(path);
        if (file != null) {
            file.flipBit(position, bit);
        }
    }

    /** A file vanishes, its name and all. */
    public void lose(String path) {
        tree.lose(path);
    }

    /** Up to where a file has something else in it than zeros. */
    public long writtenBytes(String path) {
        SimFile file = tree.file(path);
        return file == null ? 0 : file.writtenBytes();
    }

    /** Lets the next writes land somewhere else in their files. */
    public void misdirect(long writes) {
        misdirectedWrites = writes;
    }

    /** Files that the present life has open, by their present names, and how often; "deleted" for those without one. */
    public Map<String, Integer> openFiles() {
        TreeMap<String, Integer> open = new TreeMap<>();
        if (mount != null) {
            IdentityHashMap<SimFile, Integer> nameless = new IdentityHashMap<>(mount.openFiles);
            tree.files().forEach((path, file) -> {
                Integer times = nameless.remove(file);
                if (times != null) {
                    open.put(path, times);
                }
            });
            if (!nameless.isEmpty()) {
                open.put(
                        DELETED,
                        nameless.values().stream().mapToInt(times -> times).sum());
            }
        }
        return open;
    }

    /** The files there are, and their sizes. */
    public Map<String, Long> files() {
        Map<String, Long> sizes = new TreeMap<>();
        tree.files().forEach((path, file) -> sizes.put(path, file.size()));
        return sizes;
    }

    /** One life's view. */
    private final class Mount implements Disk {
        private final Hook hook;
        private final IdentityHashMap<SimFile, Integer> openFiles = new IdentityHashMap<>();

        Mount(Hook hook) {
            this.hook = hook;
        }

        void before(Operation operation, String path, int bytes) throws IOException {
            if (mount != this) {
                throw new IOException("the process is dead");
            }
            hook.before(operation, path, bytes);
            if (mount != this) {
                throw new IOException("the process is dead");
            }
        }

        @Override
        public DiskFile open(String path, boolean create) throws IOException {
            before(Operation.READ, path, 0);
            SimFile file = tree.file(path);
            if (file == null) {
                if (!create) {
                    throw new NoSuchFileException(path);
                }
                if (!tree.isDirectory(SimDirectoryTree.directoryOf(path))) {
                    throw new NoSuchFileException(path, null, "the directory does not exist");
                }
                before(Operation.CHANGE, path, 0);
                file = new SimFile();
                tree.create(path, file);
            }
            return new Handle(this, path, file);
        }

        @Override
        public boolean exists(String path) throws IOException {
            before(Operation.READ, path, 0);
            return tree.file(path) != null || tree.isDirectory(path);
        }

        @Override
        public List<String> list(String directory) throws IOException {
            before(Operation.READ, directory, 0);
            return tree.list(directory);
        }

        @Override
        public void createDirectories(String directory) throws IOException {
            before(Operation.CHANGE, directory, 0);
            tree.createDirectories(directory);
        }

        @Override
        public void rename(String from, String to) throws IOException {
            before(Operation.CHANGE, from, 0);
            SimFile file = tree.file(from);
            if (file == null) {
                throw new NoSuchFileException(from);
            }
            tree.rename(from, to, file);
        }

        @Override
        public void delete(String path) throws IOException {
            before(Operation.CHANGE, path, 0);
            tree.delete(path);
        }

        @Override
        public void syncDirectory(String directory) throws IOException {
            before(Operation.SYNC_DIRECTORY, directory, 0);
            syncs++;
            tree.sync(directory);
        }

        @Override
        public long usableBytes() {
            return capacity == Long.MAX_VALUE ? capacity : Math.max(0, capacity - usedBytes());
        }

        @Override
        public AutoCloseable lock(String path) throws IOException {
            before(Operation.CHANGE, path, 0);
            return () -> {};
        }
    }

    private final class Handle implements DiskFile {
        private final Mount owner;
        private final String path;
        private final SimFile file;
        private boolean closed;

        Handle(Mount owner, String path, SimFile file) {
            this.owner = owner;
            this.path = path;
            this.file = file;
            owner.openFiles.merge(file, 1, Integer::sum);
        }

        private void before(Operation operation, int bytes) throws IOException {
            if (closed) {
                throw new IOException(path + " is closed");
            }
            owner.before(operation, path, bytes);
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            before(Operation.READ, target.remaining());
            return file.read(target, position);
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            before(Operation.WRITE, source.remaining());
            long growth = position + source.remaining() - file.size();
            if (capacity != Long.MAX_VALUE && growth > 0 && usedBytes() + growth > capacity) {
                throw new IOException("No space left on device");
            }
            if (misdirectedWrites > 0 && file.size() > source.remaining()) {
                misdirectedWrites--;
                file.write(source, random.below(file.size() - source.remaining()));
            } else {
                file.write(source, position);
            }
        }

        @Override
        public void sync() throws IOException {
            try {
                before(Operation.SYNC, 0);
            } catch (IOException e) {
                file.syncFailed();
                throw e;
            }
            syncs++;
            file.sync();
        }

        @Override
        public long size() throws IOException {
            before(Operation.READ, 0);
            return file.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            before(Operation.CHANGE, 0);
            file.truncate(size);
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                owner.openFiles.computeIfPresent(file, (one, count) -> count == 1 ? null : count - 1);
            }
        }
    }
}
