package io.fairlead.chaos.sim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The names on a simulated disk: which files they stand for now, and which for after a crash. A change of a name is
 * durable when its directory is synced; of those that are not, a crash keeps the first few.
 *
 * <p><b>Threads:</b> one.
 */
final class SimDirectoryTree {
    private final TreeMap<String, SimFile> names = new TreeMap<>();
    private final TreeMap<String, SimFile> durableNames = new TreeMap<>();
    private final TreeSet<String> directories = new TreeSet<>();
    private final List<Change> pending = new ArrayList<>();

    /** A name that now stands for a file, or for none; and, for a rename, the name that no longer does. */
    private record Change(
            String directory,
            String name,
            @Nullable SimFile file,
            @Nullable String former) {}

    static String directoryOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    private static String nameOf(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The files there are now, by their paths. */
    SortedMap<String, SimFile> files() {
        return Collections.unmodifiableSortedMap(names);
    }

    @Nullable SimFile file(String path) {
        return names.get(path);
    }

    boolean isDirectory(String path) {
        return path.isEmpty() || directories.contains(path);
    }

    List<String> list(String directory) {
        TreeSet<String> found = new TreeSet<>();
        for (String path : names.keySet()) {
            if (directoryOf(path).equals(directory)) {
                found.add(nameOf(path));
            }
        }
        for (String path : directories) {
            if (directoryOf(path).equals(directory)) {
                found.add(nameOf(path));
            }
        }
        return List.copyOf(found);
    }

    void create(String path, SimFile file) {
        change(new Change(directoryOf(path), path, file, null));
    }

    void rename(String from, String to, SimFile file) {
        change(new Change(directoryOf(to), to, file, from));
    }

    /** A directory is gone at once and for good: nothing depends on it. */
    void delete(String path) {
        if (names.containsKey(path)) {
            change(new Change(directoryOf(path), path, null, null));
        } else {
            directories.remove(path);
        }
    }

    void createDirectories(String directory) {
        String path = directory;
        while (!path.isEmpty()) {
            directories.add(path);
            path = directoryOf(path);
        }
    }

    private void change(Change change) {
        apply(change, names);
        pending.add(change);
    }

    private static void apply(Change change, Map<String, SimFile> target) {
        if (change.former() != null) {
            target.remove(change.former());
        }
        if (change.file() == null) {
            target.remove(change.name());
        } else {
            target.put(change.name(), change.file());
        }
    }

    void sync(String directory) {
        List<Change> later = new ArrayList<>();
        for (Change change : pending) {
            if (change.directory().equals(directory)) {
                apply(change, durableNames);
            } else {
                later.add(change);
            }
        }
        pending.clear();
        pending.addAll(later);
    }

    /** The power goes: names are what was durable, and what the disk happened to have made so. */
    void crash(Randomness random) {
        int kept = (int) random.below(pending.size() + 1L);
        pending.subList(0, kept).forEach(change -> apply(change, durableNames));
        pending.clear();
        names.clear();
        names.putAll(durableNames);
    }

    /** A file vanishes, its name and all. */
    void lose(String path) {
        names.remove(path);
        durableNames.remove(path);
    }

    void wipe() {
        names.clear();
        durableNames.clear();
        directories.clear();
        pending.clear();
    }
}
