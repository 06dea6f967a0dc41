package io.fairlead.server.raftlog;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.storage.LogInspector;
import io.fairlead.raft.storage.LogInspector.Begin;
import io.fairlead.raft.storage.LogInspector.End;
import io.fairlead.raft.storage.LogInspector.SegmentInfo;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code raftlog stat}: a line per segment and a summary; reads headers, footers, and the newest segment. */
@Command(
        name = "stat",
        mixinStandardHelpOptions = true,
        description = "Summarises a log: a line for every segment, then what the log contains.")
final class Stat implements Callable<Integer> {
    @Mixin
    private final Logs logs = new Logs();

    @Override
    public Integer call() throws IOException {
        logs.forEach(this::print);
        return 0;
    }

    private void print(Path path, LogInspector log) throws IOException {
        PrintWriter out = logs.out();
        List<SegmentInfo> segments = log.segments();
        out.println(path);
        long bytes = 0;
        for (SegmentInfo segment : segments) {
            bytes += segment.bytes();
            Begin begin = segment.begin();
            if (begin == null) {
                out.printf("  %s  %,d bytes  header cannot be read%n", segment.path(), segment.bytes());
            } else {
                print(segment, begin, log);
            }
        }
        out.printf("  segments=%d bytes=%,d%n", segments.size(), bytes);
        if (!segments.isEmpty() && segments.get(0).begin() != null) {
            out.printf("  %s%n", segments.get(0).begin().owner());
        }
    }

    private void print(SegmentInfo segment, Begin begin, LogInspector log) throws IOException {
        PrintWriter out = logs.out();
        out.printf(
                "  %s  %,d bytes  behind=%s batches=%d..",
                segment.path(), segment.bytes(), begin.prev(), begin.firstBatch());
        End end = segment.end();
        if (end != null) {
            out.printf("%d last=%s used=%,d sealed%n", end.lastBatch(), end.last(), end.bytes());
            return;
        }
        Tally tally = new Tally(begin);
        long used = log.visit(segment, batch -> {
            tally.add(batch);
            return true;
        });
        out.printf(
                "%d last=%s term=%d vote=%x commit=%d used=%,d %s%n",
                tally.lastBatch,
                tally.last,
                tally.hardState.term(),
                tally.hardState.votedFor(),
                tally.hardState.commitIndex(),
                used,
                tally.closed ? "closed" : "open");
    }

    /** What the batches of one segment come to. */
    private static final class Tally {
        private long lastBatch;
        private EntryId last;
        private HardState hardState;
        private boolean closed;

        Tally(Begin begin) {
            lastBatch = begin.firstBatch() - 1;
            last = begin.prev();
            hardState = begin.hardState();
        }

        void add(LogInspector.BatchInfo batch) {
            lastBatch = batch.number();
            closed = batch.closing();
            EntryId reset = batch.write().reset();
            if (reset != null) {
                last = reset;
            }
            List<Entry> entries = batch.write().entries();
            if (!entries.isEmpty()) {
                last = entries.get(entries.size() - 1).id();
            }
            HardState written = batch.write().hardState();
            if (written != null) {
                hardState = written;
            }
        }
    }
}
