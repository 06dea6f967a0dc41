package io.fairlead.raft.runtime;

import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Remembers the configuration at the log's beginning: the one the group was founded with, later the one in force where
 * the log was compacted. Without it a log whose configuration entries are compacted would not know its members.
 *
 * <p>Layout, big-endian: {@code magic u32 | crc32c u32 | term u64 | index u64 | encoded configuration}; the checksum
 * covers everything behind itself. The file is replaced by rename.
 *
 * <p><b>Threads:</b> one at a time.
 */
final class ConfigurationFile {
    private static final int MAGIC = 0x464C4346; // "FLCF"
    private static final int HEADER_BYTES = 24;
    private static final int MAX_BYTES = 16 << 20;

    private final Disk disk;
    private final String directory;
    private final String path;

    ConfigurationFile(Disk disk, String directory) {
        this.disk = disk;
        this.directory = directory;
        this.path = directory + "/configuration";
    }

    /**
     * What was written last.
     *
     * @throws IOException if the disk fails or the file is damaged
     */
    Optional<ConfigurationAt> read() throws IOException {
        if (!disk.exists(path)) {
            return Optional.empty();
        }
        disk.syncDirectory(directory); // An earlier life may have failed to make durable what can be seen.
        try (DiskFile file = disk.open(path, false)) {
            long size = file.size();
            if (size < HEADER_BYTES || size > MAX_BYTES) {
                throw new IOException(path + " is damaged: it has " + size + " bytes");
            }
            ByteBuffer content = ByteBuffer.allocate((int) size);
            while (content.hasRemaining() && file.read(content, content.position()) > 0) {
                // Reads on until all is there.
            }
            content.flip();
            if (content.remaining() != size || content.getInt() != MAGIC || content.getInt() != crc(content)) {
                throw new IOException(path + " is damaged: its checksum is wrong");
            }
            EntryId id = new EntryId(content.getLong(), content.getLong());
            return Optional.of(new ConfigurationAt(id, Configuration.decode(content)));
        }
    }

    /** Replaces what was written before; durable when this returns. */
    void write(ConfigurationAt configuration) throws IOException {
        byte[] encoded = configuration.configuration().encode();
        ByteBuffer content = ByteBuffer.allocate(HEADER_BYTES + encoded.length);
        content.putInt(MAGIC).putInt(0);
        content.putLong(configuration.id().term()).putLong(configuration.id().index());
        content.put(encoded).flip();
        content.putInt(4, crc(content.duplicate().position(8)));
        disk.createDirectories(directory);
        String draft = path + ".tmp";
        disk.delete(draft);
        try (DiskFile file = disk.open(draft, true)) {
            file.write(content, 0);
            file.sync();
        }
        disk.rename(draft, path);
        disk.syncDirectory(directory);
    }

    private static int crc(ByteBuffer content) {
        CRC32C crc = new CRC32C();
        crc.update(content.duplicate());
        return (int) crc.getValue();
    }
}
