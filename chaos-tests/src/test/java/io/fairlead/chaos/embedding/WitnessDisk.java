package io.fairlead.chaos.embedding;

import io.fairlead.chaos.log.WrappedDisk;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A real disk that remembers which marked values have been synced: a value counts from the sync after its write on. */
final class WitnessDisk extends WrappedDisk {
    /** The upper half of every marked value. */
    static final long MARK = 0x5EED_C0DE_0000_0000L;

    final Set<Long> synced = ConcurrentHashMap.newKeySet();
    private final Map<DiskFile, List<Long>> written = Collections.synchronizedMap(new IdentityHashMap<>());

    WitnessDisk(Disk real) {
        super(real);
    }

    private List<Long> writtenTo(DiskFile file) {
        return written.computeIfAbsent(file, none -> new ArrayList<>());
    }

    @Override
    protected void write(DiskFile file, ByteBuffer source, long position) throws IOException {
        List<Long> values = writtenTo(file);
        synchronized (values) {
            for (int at = source.position(); at + Long.BYTES <= source.limit(); at++) {
                long value = source.getLong(at);
                if ((value & 0xFFFF_FFFF_0000_0000L) == MARK) {
                    values.add(value);
                }
            }
            super.write(file, source, position);
        }
    }

    @Override
    protected void sync(DiskFile file) throws IOException {
        List<Long> values = writtenTo(file);
        synchronized (values) {
            super.sync(file);
            synced.addAll(values);
            values.clear();
        }
    }
}
