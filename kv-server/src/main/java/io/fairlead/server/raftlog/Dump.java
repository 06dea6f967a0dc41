package io.fairlead.server.raftlog;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.storage.LogInspector;
import io.fairlead.raft.storage.LogInspector.BatchInfo;
import io.fairlead.raft.storage.LogInspector.Begin;
import io.fairlead.raft.storage.LogInspector.SegmentInfo;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code raftlog dump}: prints what stands in a log, record by record. */
@Command(
        name = "dump",
        mixinStandardHelpOptions = true,
        description = "Prints segments, batches and entries in the order in which they were written.")
final class Dump implements Callable<Integer> {
    @Mixin
    private final Logs logs = new Logs();

    @Option(names = "--from", paramLabel = "INDEX", defaultValue = "0", description = "Entries from this one on.")
    private long from;

    @Option(
            names = "--to",
            paramLabel = "INDEX",
            defaultValue = "9223372036854775807",
            description = "Entries up to this one.")
    private long to;

    @Option(names = "--payload", description = "Print the entries' payloads, in hexadecimal.")
    private boolean payload;

    @Override
    public Integer call() throws IOException {
        logs.forEach(this::dump);
        return 0;
    }

    private void dump(Path path, LogInspector log) throws IOException {
        logs.out().println(path);
        for (SegmentInfo segment : log.segments()) {
            try {
                dump(segment, log);
            } catch (NoSuchFileException e) {
                logs.out().printf("segment %s is given up%n", segment.path());
            }
        }
    }

    private void dump(SegmentInfo segment, LogInspector log) throws IOException {
        PrintWriter out = logs.out();
        Begin begin = segment.begin();
        if (begin == null) {
            out.printf("segment %s bytes=%d: the header cannot be read%n", segment.path(), segment.bytes());
            return;
        }
        out.printf(
                "segment %s bytes=%d firstBatch=%d behind=%s %s of %s%n",
                segment.path(),
                segment.bytes(),
                begin.firstBatch(),
                begin.prev(),
                text(begin.hardState()),
                begin.owner());
        long end = log.visit(segment, batch -> {
            dump(batch);
            return true;
        });
        out.printf("end offset=%d %s%n", end, segment.end() == null ? "not sealed" : "sealed");
    }

    private void dump(BatchInfo batch) {
        PrintWriter out = logs.out();
        out.printf(
                "batch %d offset=%d bytes=%d synced=%d", batch.number(), batch.offset(), batch.bytes(), batch.synced());
        if (batch.write().reset() != null) {
            out.printf(" reset=%s", batch.write().reset());
        }
        if (batch.write().truncateFrom() != 0) {
            out.printf(" truncate-from=%d", batch.write().truncateFrom());
        }
        HardState hardState = batch.write().hardState();
        if (hardState != null) {
            out.printf(" %s", text(hardState));
        }
        out.println(batch.closing() ? " closing" : "");
        for (Entry entry : batch.write().entries()) {
            if (entry.index() >= from && entry.index() <= to) {
                dump(entry);
            }
        }
    }

    private void dump(Entry entry) {
        PrintWriter out = logs.out();
        out.printf(
                "  entry %s %s source=%x sequence=%d bytes=%d%s",
                entry.id(),
                entry.kind(),
                entry.source(),
                entry.sequence(),
                entry.payloadLength(),
                entry.isIntact() ? "" : " CHECKSUM WRONG");
        if (entry.kind() == EntryKind.CONFIGURATION) {
            out.printf(" %s", Configuration.decode(entry.payload()));
        } else if (payload) {
            ByteBuffer bytes = entry.payload();
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            out.printf(" %s", HexFormat.of().formatHex(copy));
        }
        out.println();
    }

    private static String text(HardState hardState) {
        return String.format(
                "term=%d vote=%x commit=%d", hardState.term(), hardState.votedFor(), hardState.commitIndex());
    }
}
