package io.fairlead.bench.log;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.spi.LogStore.Write;
import io.fairlead.raft.spi.Stores.LogSettings;
import io.fairlead.raft.storage.NioDisk;
import io.fairlead.raft.storage.SegmentedLog;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a large log, or opens one and prints what that took: run {@code LogRecoveryCost write DIRECTORY GIGABYTES
 * [ENTRY-BYTES]}, then, in a JVM with a small heap and perhaps after dropping the page cache, {@code LogRecoveryCost open
 * DIRECTORY}.
 */
public final class LogRecoveryCost {
    private static final LogSettings SETTINGS = new LogSettings(64 << 20, 64L << 20, 1, 1, 1, 1);
    private static final int BATCH_BYTES = 4 << 20;

    private LogRecoveryCost() {}

    /** Runs it. */
    public static void main(String[] args) throws IOException {
        if (args.length < 2) {
            throw new IllegalArgumentException("write DIRECTORY GIGABYTES [ENTRY-BYTES], or open DIRECTORY");
        }
        if (args[0].equals("write")) {
            write(Path.of(args[1]), Long.parseLong(args[2]) << 30, args.length > 3 ? Integer.parseInt(args[3]) : 1024);
        } else {
            open(Path.of(args[1]));
        }
    }

    private static void write(Path directory, long bytes, int entryBytes) throws IOException {
        try (SegmentedLog log = SegmentedLog.open(new NioDisk(directory), "log", SETTINGS)) {
            long index = log.recovered().last().index();
            for (long written = 0; written < bytes; written += BATCH_BYTES) {
                List<Entry> entries = new ArrayList<>();
                for (int i = 0; i < BATCH_BYTES / entryBytes; i++) {
                    index++;
                    byte[] payload = new byte[entryBytes - Entry.HEADER_BYTES];
                    java.util.Arrays.fill(payload, (byte) index);
                    entries.add(Entry.proposal(EntryKind.COMMAND, 1, index, ByteBuffer.wrap(payload))
                            .stamp(1, index));
                }
                log.append(new Write(null, 0, entries, null));
                if (written % (16L * BATCH_BYTES) == 0) {
                    log.sync();
                    log.prepareNextSegment();
                }
            }
            log.sync();
        }
    }

    private static void open(Path directory) throws IOException {
        long begin = System.nanoTime();
        try (SegmentedLog log = SegmentedLog.open(new NioDisk(directory), "log", SETTINGS)) {
            double seconds = (System.nanoTime() - begin) / 1e9;
            long last = log.recovered().last().index();
            System.out.printf(
                    "opened %,d bytes, %,d entries in %.1f s: %,.0f MB/s%n",
                    log.sizeBytes(), last, seconds, log.sizeBytes() / 1e6 / seconds);
            System.out.printf("heap: at most %,d MB used; of that stays ", peakHeap() >> 20);
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            System.out.printf("%,d MB%n", (runtime.totalMemory() - runtime.freeMemory()) >> 20);
            long read = System.nanoTime();
            int seeks = 1000;
            for (int i = 0; i < seeks; i++) {
                long index = 1 + (i * 7_368_787L) % last;
                if (log.read(index, index + 1, 1).size() != 1) {
                    throw new IOException("entry " + index + " is missing");
                }
            }
            System.out.printf("reading any one entry: %.0f us%n", (System.nanoTime() - read) / 1e3 / seeks);
        }
    }

    private static long peakHeap() {
        long peak = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP) {
                peak += pool.getPeakUsage().getUsed();
            }
        }
        return peak;
    }
}
