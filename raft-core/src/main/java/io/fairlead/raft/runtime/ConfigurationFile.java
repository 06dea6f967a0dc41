package io.fairlead.raft.runtime;

import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.storage.ReplacedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Remembers a configuration beside the log. At its {@linkplain #ofBeginning beginning}: the one the group was founded
 * with, later the one in force where the log was compacted; without it a log whose configuration entries are compacted
 * would not know its members. At its {@linkplain #ofEnd end}: the {@linkplain NewestConfiguration newest} one that it holds.
 *
 * <p>The body of the {@link ReplacedFile} is {@code term u64 | index u64 | encoded configuration}, big-endian.
 *
 * <p><b>Threads:</b> one at a time.
 */
final class ConfigurationFile {
    private static final int MAGIC = 0x464C4346; // "FLCF"

    private final ReplacedFile file;

    private ConfigurationFile(Disk disk, String directory, String name) {
        this.file = new ReplacedFile(disk, directory, name, MAGIC);
    }

    static ConfigurationFile ofBeginning(Disk disk, String directory) {
        return new ConfigurationFile(disk, directory, "configuration");
    }

    static ConfigurationFile ofEnd(Disk disk, String directory) {
        return new ConfigurationFile(disk, directory, "configuration.newest");
    }

    /**
     * What was written last.
     *
     * @throws IOException if the disk fails or the file is damaged
     */
    Optional<ConfigurationAt> read() throws IOException {
        return file.read()
                .map(body ->
                        new ConfigurationAt(new EntryId(body.getLong(), body.getLong()), Configuration.decode(body)));
    }

    /** Replaces what was written before; durable when this returns. */
    void write(ConfigurationAt configuration) throws IOException {
        byte[] encoded = configuration.configuration().encode();
        ByteBuffer body = ByteBuffer.allocate(2 * Long.BYTES + encoded.length);
        body.putLong(configuration.id().term())
                .putLong(configuration.id().index())
                .put(encoded)
                .flip();
        file.write(body);
    }
}
