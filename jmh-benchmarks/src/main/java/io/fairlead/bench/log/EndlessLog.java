package io.fairlead.bench.log;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.spi.LogStore.Write;
import io.fairlead.raft.spi.Stores.LogSettings;
import io.fairlead.raft.storage.NioDisk;
import io.fairlead.raft.storage.SegmentedLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A log to which the same entries are appended over and over, behind a reset each time round, so that making entries is
 * not measured; given up and made ready in the background, as the runtime does.
 */
final class EndlessLog implements AutoCloseable {
    static final int SEGMENT_BYTES = 64 << 20;
    private static final int BATCHES = 128;

    private final SegmentedLog log;
    private final List<Write> writes = new ArrayList<>();
    private final ExecutorService background = Executors.newSingleThreadExecutor();
    private int next;

    EndlessLog(Path directory, int batchBytes, int entryBytes) throws IOException {
        log = SegmentedLog.open(new NioDisk(directory), "log", new LogSettings(SEGMENT_BYTES, 0, 1, 1, 1, 1));
        int perBatch = batchBytes / entryBytes;
        long index = 0;
        for (int i = 0; i < BATCHES; i++) {
            List<Entry> entries = new ArrayList<>();
            for (int j = 0; j < perBatch; j++) {
                byte[] payload = new byte[entryBytes - Entry.HEADER_BYTES];
                java.util.Arrays.fill(payload, (byte) j);
                index++;
                entries.add(Entry.proposal(EntryKind.COMMAND, 1, index, ByteBuffer.wrap(payload))
                        .stamp(1, index));
            }
            writes.add(new Write(i == 0 ? EntryId.ZERO : null, 0, List.copyOf(entries), null));
        }
        log.prepareNextSegment();
    }

    void append() throws IOException {
        log.append(writes.get(next));
        log.sync();
        next = (next + 1) % BATCHES;
        if (next == 0) {
            background.execute(this::tidy);
        }
    }

    private void tidy() {
        try {
            log.compact(Long.MAX_VALUE);
            log.prepareNextSegment();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        background.shutdown();
        try {
            if (!background.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new IOException("the log's background work does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.close();
    }
}
