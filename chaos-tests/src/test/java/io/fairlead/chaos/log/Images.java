package io.fairlead.chaos.log;

import io.fairlead.chaos.sim.Randomness;
import io.fairlead.chaos.sim.SimDisk;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/** The files of a directory as bytes, to be changed and put on a disk again. */
final class Images {
    private Images() {}

    static Map<String, byte[]> of(Disk disk, String directory) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        for (String name : disk.list(directory)) {
            try (DiskFile file = disk.open(directory + "/" + name, false)) {
                ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
                while (bytes.hasRemaining()) {
                    file.read(bytes, bytes.position());
                }
                files.put(directory + "/" + name, bytes.array());
            }
        }
        return files;
    }

    /** A disk with nothing but these files, all of them durable. */
    static Disk disk(String directory, Map<String, byte[]> files) throws IOException {
        Disk disk = new SimDisk(Randomness.of(1, "disk")).mount((operation, path, bytes) -> {});
        disk.createDirectories(directory);
        for (Map.Entry<String, byte[]> each : files.entrySet()) {
            try (DiskFile file = disk.open(each.getKey(), true)) {
                file.write(ByteBuffer.wrap(each.getValue()), 0);
                file.sync();
            }
        }
        disk.syncDirectory(directory);
        return disk;
    }
}
