package io.fairlead.chaos.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.SnapshotStore;
import io.fairlead.raft.storage.SnapshotDirectory;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A snapshot of which any bit is wrong, or any part is missing, is as if it were not there: an older one counts. */
class SnapshotDamageTest {
    private static final String DIRECTORY = "snapshots";

    @Test
    void the_newest_snapshot_that_is_whole_counts() throws IOException {
        Disk disk = Images.disk(DIRECTORY, Map.of());
        SnapshotDirectory snapshots = SnapshotDirectory.open(disk, DIRECTORY);
        publish(snapshots, 1, 10);
        publish(snapshots, 2, 20);
        Map<String, byte[]> files = Images.of(disk, DIRECTORY);
        assertThat(latest(files)).isEqualTo(2);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            if (file.getKey().contains("02.")) {
                byte[] whole = file.getValue();
                for (int bit = 0; bit < whole.length * 8; bit++) {
                    byte[] changed = whole.clone();
                    changed[bit / 8] ^= (byte) (1 << bit % 8);
                    assertThat(latest(with(files, file.getKey(), changed)))
                            .as("bit %d of %s", bit, file.getKey())
                            .isEqualTo(1);
                }
                for (int size = 0; size < whole.length; size++) {
                    byte[] cut = java.util.Arrays.copyOf(whole, size);
                    assertThat(latest(with(files, file.getKey(), cut))).isEqualTo(1);
                }
                Map<String, byte[]> without = new TreeMap<>(files);
                without.remove(file.getKey());
                assertThat(latest(without)).isEqualTo(1);
            }
        }
    }

    private static Map<String, byte[]> with(Map<String, byte[]> files, String name, byte[] bytes) {
        Map<String, byte[]> changed = new TreeMap<>(files);
        changed.put(name, bytes);
        return changed;
    }

    private static long latest(Map<String, byte[]> files) throws IOException {
        try (SnapshotDirectory found = SnapshotDirectory.open(Images.disk(DIRECTORY, files), DIRECTORY)) {
            return found.latest().map(SnapshotMeta::id).orElse(0L);
        }
    }

    private static void publish(SnapshotStore snapshots, long id, long index) throws IOException {
        SnapshotMeta draft = new SnapshotMeta(id, new EntryId(1, index), Configuration.empty(), 0, 0, 0);
        try (SnapshotStore.Draft taken = snapshots.create(draft)) {
            taken.stream().write(new byte[200]);
            taken.publish();
        }
    }
}
