package io.fairlead.chaos.sim;

import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
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

    /** A name that now stands for a file, or for none; and, for a rename, the name that no longer does. */
    private record NameChange(
            String directory,
            String name,
            @Nullable SimFile file,
            @Nullable String former) {}

    /** Stands for files that are open and have no name any more. */
    public static final String DELETED = "deleted files";

    private final Randomness random;
    private final TreeMap<String, SimFile> names = new TreeMap<>();
    private final TreeMap<String, SimFile> durableNames = new TreeMap<>();
    private final TreeSet<String> directories = new TreeSet<>();
    private final List<NameChange> pendingNames = new ArrayList<>();
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
        for (SimFile file : names.values()) {
            used += file.size();
        }
        return used;
    }

    /** The power goes: whatever was not synced is kept, lost or torn, and nothing of the life before has an effect. */
    public void crash() {
        mount = null;
        int kept = (int) random.below(pendingNames.size() + 1L);
        for (NameChange change : pendingNames.subList(0, kept)) {
            apply(change);
        }
        pendingNames.clear();
        names.clear();
        names.putAll(durableNames);
        names.values().forEach(file -> file.crash(random));
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
        names.clear();
        durableNames.clear();
        directories.clear();
        pendingNames.clear();
    }

    /** Turns one synced bit of a file over. */
    public void flipBit(String path, long position, int bit) {
        SimFile file = names.get(path);
        if (file != null) {
            file.flipBit(position, bit);
        }
    }

    /** A file vanishes, its name and all. */
    public void lose(String path) {
        names.remove(path);
        durableNames.remove(path);
    }

    /** Up to where a file has something else in it than zeros. */
    public long writtenBytes(String path) {
        SimFile file = names.get(path);
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
            names.forEach((path, file) -> {
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
        names.forEach((path, file) -> sizes.put(path, file.size()));
        return sizes;
    }

    private void apply(NameChange change) {
        if (change.former() != null) {
            durableNames.remove(change.former());
        }
        if (change.file() == null) {
            durableNames.remove(change.name());
        } else {
            durableNames.put(change.name(), change.file());
        }
    }

    private static String directoryOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    private void change(String path, @Nullable SimFile file, @Nullable String former) {
        if (former != null) {
            names.remove(former);
        }
        if (file == null) {
            names.remove(path);
        } else {
            names.put(path, file);
        }
        pendingNames.add(new NameChange(directoryOf(path), path, file, former));
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
            SimFile file = names.get(path);
            if (file == null) {
                if (!create) {
                    throw new NoSuchFileException(path);
                }
                if (!directoryOf(path).isEmpty() && !directories.contains(directoryOf(path))) {
                    throw new NoSuchFileException(path, null, "the directory does not exist");
                }
                before(Operation.CHANGE, path, 0);
                file = new SimFile();
                change(path, file, null);
            }
            return new Handle(this, path, file);
        }

        @Override
        public boolean exists(String path) throws IOException {
            before(Operation.READ, path, 0);
            return names.containsKey(path) || directories.contains(path) || path.isEmpty();
        }

        @Override
        public List<String> list(String directory) throws IOException {
            before(Operation.READ, directory, 0);
            TreeSet<String> found = new TreeSet<>();
            for (String path : names.keySet()) {
                if (directoryOf(path).equals(directory)) {
                    found.add(path.substring(path.lastIndexOf('/') + 1));
                }
            }
            for (String path : directories) {
                if (!path.isEmpty() && directoryOf(path).equals(directory)) {
                    found.add(path.substring(path.lastIndexOf('/') + 1));
                }
            }
            return List.copyOf(found);
        }

        @Override
        public void createDirectories(String directory) throws IOException {
            before(Operation.CHANGE, directory, 0);
            String path = directory;
            while (!path.isEmpty()) {
                directories.add(path);
                path = directoryOf(path);
            }
        }

        @Override
        public void rename(String from, String to) throws IOException {
            before(Operation.CHANGE, from, 0);
            SimFile file = names.get(from);
            if (file == null) {
                throw new NoSuchFileException(from);
            }
            change(to, file, from);
        }

        @Override
        public void delete(String path) throws IOException {
            before(Operation.CHANGE, path, 0);
            if (names.containsKey(path)) {
                change(path, null, null);
            } else {
                directories.remove(path);
            }
        }

        @Override
        public void syncDirectory(String directory) throws IOException {
            before(Operation.SYNC_DIRECTORY, directory, 0);
            syncs++;
            List<NameChange> later = new ArrayList<>();
            for (NameChange change : pendingNames) {
                if (change.directory().equals(directory)) {
                    apply(change);
                } else {
                    later.add(change);
                }
            }
            pendingNames.clear();
            pendingNames.addAll(later);
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
            byte[] bytes = new byte[source.remaining()];
            source.get(bytes);
            if (misdirectedWrites > 0 && file.size() > bytes.length) {
                misdirectedWrites--;
                file.write(bytes, random.below(file.size() - bytes.length));
            } else {
                file.write(bytes, position);
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
