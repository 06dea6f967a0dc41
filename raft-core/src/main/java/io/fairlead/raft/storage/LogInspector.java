package io.fairlead.raft.storage;

import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.spi.Damage;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.DiskFile;
import io.fairlead.raft.spi.LogStore.Recovered;
import io.fairlead.raft.spi.LogStore.Write;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a log without changing anything. A member may be writing it: then what is newest may be missing in the
 * answer, and files that are given up meanwhile are left out.
 *
 * <p><b>Threads:</b> one.
 */
public final class LogInspector {
    /** So often is a log read again that seems damaged: it may just have changed under the reader's eyes. */
    private static final int LOOKS = 3;

    private final Disk disk;
    private final String directory;

    /** Looks at the log in {@code directory}; nothing of {@code disk} but its reading side is used. */
    public LogInspector(Disk disk, String directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /**
     * A file of the log, as its header and footer describe it.
     *
     * @param path the file
     * @param bytes how long it is
     * @param begin what its header says; null if it cannot be read
     * @param end what its footer says; null if it has none: it is the newest, or damaged
     */
    public record SegmentInfo(
            String path,
            long bytes,
            @Nullable Begin begin,
            @Nullable End end) {}

    /**
     * What a header says.
     *
     * @param owner whose log this is, in words
     * @param firstBatch the number of the first batch
     * @param prev the last entry before this segment
     * @param hardState the newest before this segment
     */
    public record Begin(long sequence, String owner, long firstBatch, EntryId prev, HardState hardState) {}

    /**
     * What a footer says.
     *
     * @param lastBatch the number of the last batch
     * @param last the last entry of the log then
     * @param bytes where the batches end
     * @param marks how many entries can be found at once
     */
    public record End(long lastBatch, EntryId last, long bytes, int marks) {}

    /**
     * A batch and where it stands.
     *
     * @param synced batches up to this number were durable when this was written
     * @param closing whether it says that the log was closed
     */
    public record BatchInfo(
            String path, long offset, int bytes, long number, long synced, boolean closing, Write write) {}

    /**
     * What a log contains.
     *
     * @param beforeFirst the entry before the first one
     * @param last the last entry
     * @param batches the number of the last batch
     * @param closed whether the log was closed by its owner, rather than left
     * @param brokenFooters segments whose batches can all be read, but whose footers cannot
     * @param damage what is wrong, null if nothing is
     */
    public record Verdict(
            EntryId beforeFirst,
            EntryId last,
            HardState hardState,
            int segments,
            long batches,
            boolean closed,
            List<String> brokenFooters,
            @Nullable Damage damage) {}

    /** Told of batches. */
    public interface BatchVisitor {
        /** A batch; its entries are valid only now. False ends the tour. */
        boolean visit(BatchInfo batch) throws IOException;
    }

    /** The files of the log, oldest first; reads headers and footers only. */
    public List<SegmentInfo> segments() throws IOException {
        List<SegmentInfo> found = new ArrayList<>();
        for (String name : names()) {
            if (disk.exists(path(name))) { // It may have been given up just now.
                try (DiskFile file = disk.open(path(name), false)) {
                    found.add(describe(name, file));
                }
            }
        }
        return found;
    }

    private SegmentInfo describe(String name, DiskFile file) throws IOException {
        SegmentHeader header = LogRecovery.readHeader(file, name);
        if (header == null) {
            return new SegmentInfo(path(name), file.size(), null, null);
        }
        SegmentFooter.Summary footer = SegmentFooter.read(file, header.salt());
        return new SegmentInfo(
                path(name),
                file.size(),
                new Begin(
                        header.sequence(),
                        header.owner().toString(),
                        header.firstBatch(),
                        header.prev(),
                        header.hardState()),
                footer == null ? null : new End(footer.lastBatch(), footer.last(), footer.end(), footer.marks()));
    }

    /**
     * Shows the batches of one file, in order, up to the first place where no whole one stands.
     *
     * @return where that is
     */
    public long visit(SegmentInfo segment, BatchVisitor visitor) throws IOException {
        String name = segment.path().substring(directory.length() + 1);
        try (DiskFile file = disk.open(segment.path(), false)) {
            SegmentHeader header = LogRecovery.readHeader(file, name);
            if (header == null) {
                return 0;
            }
            SegmentScanner scanner = new SegmentScanner(file, header.salt());
            long offset = scanner.position();
            boolean goOn = true;
            for (Batch batch = scanner.next(); batch != null && goOn; batch = scanner.next()) {
                Batch.Header about = batch.header();
                goOn = visitor.visit(new BatchInfo(
                        segment.path(),
                        offset,
                        about.bytes(),
                        about.number(),
                        about.synced(),
                        about.isClosing(),
                        batch.write()));
                offset = scanner.position();
            }
            return offset;
        }
    }

    /** Reads everything, as the log itself does when it is opened. */
    public Verdict verify() throws IOException {
        Verdict verdict = look();
        for (int looks = 1; looks < LOOKS && verdict.damage != null; looks++) {
            verdict = look();
        }
        return verdict;
    }

    /** What the log's owner would find if it opened it now, without the newest entries. */
    public Recovered recovered() throws IOException {
        LogRecovery recovery = new LogRecovery(disk, directory, owner(), 0);
        Recovered found = recovery.run();
        for (Segment segment : recovery.segments()) {
            segment.close();
        }
        return found;
    }

    private Verdict look() throws IOException {
        try {
            return lookOnce();
        } catch (NoSuchFileException e) {
            return lookOnce(); // Files are given up now and then, not all the time.
        }
    }

    private Verdict lookOnce() throws IOException {
        LogRecovery recovery = new LogRecovery(disk, directory, owner(), 0);
        Recovered found = recovery.run();
        List<String> broken = new ArrayList<>();
        List<Segment> segments = recovery.segments();
        try {
            for (Segment sealed : segments.subList(0, Math.max(0, segments.size() - 1))) {
                if (SegmentFooter.read(sealed.file, sealed.salt()) == null) {
                    broken.add(sealed.path);
                }
            }
        } finally {
            for (Segment segment : segments) {
                segment.close();
            }
        }
        return new Verdict(
                found.beforeFirst(),
                found.last(),
                found.hardState(),
                segments.size(),
                recovery.lastBatch(),
                recovery.isClosed(),
                broken,
                found.damage());
    }

    /** Whose log this is, as the oldest header that can be read says. */
    private SegmentHeader.Owner owner() throws IOException {
        for (String name : names()) {
            try (DiskFile file = disk.open(path(name), false)) {
                SegmentHeader header = LogRecovery.readHeader(file, name);
                if (header != null) {
                    return header.owner();
                }
            }
        }
        return new SegmentHeader.Owner(0, 0, 0, 0);
    }

    private List<String> names() throws IOException {
        return disk.list(directory).stream()
                .filter(name -> name.endsWith(Segment.SUFFIX))
                .toList();
    }

    private String path(String name) {
        return directory + "/" + name;
    }
}
