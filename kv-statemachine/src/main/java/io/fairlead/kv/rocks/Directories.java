package io.fairlead.kv.rocks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The store's directories: one generation of the database each, and a file that names the present one. A restored
 * snapshot becomes a new generation, and replacing that file is the moment at which it counts; a crash before leaves the
 * old generation, a crash behind the new one.
 *
 * <p><b>Threads:</b> the applier.
 */
public final class Directories {
    private static final String CURRENT = "CURRENT";
    private static final String GENERATION = "db-";
    private static final String CHECKPOINT = "checkpoint-";

    private final Path base;
    private long generation;
    private long checkpoints;

    private Directories(Path base, long generation) {
        this.base = base;
        this.generation = generation;
    }

    /** Finds the present generation, or starts the first one, and deletes what crashes left behind. */
    public static Directories open(Path base) {
        try {
            Files.createDirectories(base);
            Path current = base.resolve(CURRENT);
            Directories directories = new Directories(base, 1);
            if (Files.exists(current)) {
                String name =
                        Files.readString(current, StandardCharsets.US_ASCII).strip();
                if (!name.startsWith(GENERATION)) {
                    throw new StorageException(current + " names no database: " + name);
                }
                directories.generation = Long.parseLong(name.substring(GENERATION.length()));
                if (!Files.isDirectory(directories.current())) {
                    throw new StorageException(current + " names " + name + ", which is not there");
                }
            } else {
                Files.createDirectories(directories.current());
                directories.writeCurrent();
            }
            directories.deleteObsolete();
            return directories;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot prepare " + base, e);
        }
    }

    /** Where the present generation is. */
    public Path current() {
        return base.resolve(GENERATION + generation);
    }

    /** Where the next generation is to be built; empty. */
    public Path next() throws IOException {
        Path next = base.resolve(GENERATION + (generation + 1));
        delete(next);
        return Files.createDirectory(next);
    }

    /** Where the next checkpoint is to be made; not there yet. */
    public Path newCheckpoint() {
        checkpoints++;
        return base.resolve(CHECKPOINT + checkpoints);
    }

    /** Makes the next generation the present one. Its files are durable already. */
    public void switchToNext() throws IOException {
        syncDirectory(base.resolve(GENERATION + (generation + 1)));
        generation++;
        writeCurrent();
    }

    private void deleteObsolete() throws IOException {
        try (Stream<Path> entries = Files.list(base)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                String name = entry.getFileName().toString();
                boolean isOurs = name.startsWith(GENERATION) || name.startsWith(CHECKPOINT);
                if (isOurs && !entry.equals(current())) {
                    delete(entry);
                }
            }
        }
    }

    /** Deletes a directory with everything in it. */
    public static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> entries;
        try (Stream<Path> walk = Files.walk(directory)) {
            entries = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path entry : entries) {
            Files.deleteIfExists(entry);
        }
    }

    private void writeCurrent() throws IOException {
        Path draft = base.resolve(CURRENT + ".new");
        Files.writeString(draft, GENERATION + generation + "\n", StandardCharsets.US_ASCII);
        syncFile(draft);
        Files.move(draft, base.resolve(CURRENT), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncDirectory(base);
    }

    static void syncFile(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
