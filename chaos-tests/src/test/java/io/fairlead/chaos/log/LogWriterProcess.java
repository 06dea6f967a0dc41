package io.fairlead.chaos.log;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.HardState;
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

/** A process that writes a log until it is killed, and says on its standard output what is durable. */
final class LogWriterProcess {
    static final LogSettings SETTINGS = new LogSettings(96 << 10, 1 << 20, 1, 1, 2, 7);

    private LogWriterProcess() {}

    static Entry entry(long index) {
        byte[] payload = new byte[(int) (index * 7919 % 3000)];
        java.util.Arrays.fill(payload, (byte) index);
        return Entry.proposal(EntryKind.COMMAND, 1, index, ByteBuffer.wrap(payload))
                .stamp(1, index);
    }

    public static void main(String[] args) throws IOException {
        SegmentedLog log = SegmentedLog.open(new NioDisk(Path.of(args[0])), "log", SETTINGS);
        Thread background = new Thread(() -> prepareForEver(log));
        background.setDaemon(true);
        background.start();
        long index = log.recovered().last().index();
        while (true) {
            List<Entry> entries = new ArrayList<>();
            for (long i = 0; i <= index % 5; i++) {
                entries.add(entry(index + 1 + i));
            }
            index += entries.size();
            log.append(new Write(null, 0, entries, new HardState(1, 1, index)));
            log.sync();
            System.out.println(index);
            if (index % 64 == 0) {
                log.compact(Math.max(1, index - 200));
            }
        }
    }

    private static void prepareForEver(SegmentedLog log) {
        try {
            while (true) {
                log.prepareNextSegment();
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
