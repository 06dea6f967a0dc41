package io.fairlead.raft.storage;

import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A small file that is only ever replaced as a whole, by rename: what is read is what was written last, or the one before
 * it, and never a mixture.
 *
 * <p>Layout, big-endian: {@code magic u32 | crc32c of the body u32 | body}.
 *
 * <p><b>Threads:</b> one at a time.
 */
public final class ReplacedFile {
    private static final int HEADER_BYTES = 8;
    private static final int MAX_BYTES = 16 << 20;

    private final Disk disk;
    private final String directory;
    private final String path;
    private final int magic;

    /** The file is there and is not what was written. */
    public static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1L;

        DamagedException(String message) {
            super(message);
        }
    }

    /**
     * @param directory where it is; empty for the root
     * @param magic tells this kind of file from others
     */
    public ReplacedFile(Disk disk, String directory, String name, int magic) {
        this.disk = disk;
        this.directory = directory;
        this.path = directory.isEmpty() ? name : directory + "/" + name;
        this.magic = magic;
    }

    /**
     * The body that was written last; empty if there is no file. Durable when this returns.
     *
     * @throws DamagedException if it is damaged
     * @throws IOException if the disk fails
     */
    public Optional<ByteBuffer> read() throws IOException {
        if (!disk.exists(path)) {
            return Optional.empty();
        }
        disk.syncDirectory(directory); // An earlier life may have failed to make durable what can be seen.
        try (DiskFile file = disk.open(path, false)) {
            long size = file.size();
            if (size < HEADER_BYTES || size > MAX_BYTES) {
                throw new DamagedException(path + " is damaged: it has " + size + " bytes");
            }
            ByteBuffer content = WholeReads.read(file, ByteBuffer.allocate((int) size), 0);
            if (content.remaining() != size || content.getInt() != magic || content.getInt() != crc(content)) {
                throw new DamagedException(path + " is damaged: its checksum is wrong");
            }
            return Optional.of(content.slice());
        }
    }

    /** Replaces what was written before; durable when this returns. */
    public void write(ByteBuffer body) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(HEADER_BYTES + body.remaining());
        content.putInt(magic).putInt(crc(body)).put(body.duplicate()).flip();
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

    /** There is no file any more; durable when this returns. */
    public void delete() throws IOException {
        if (disk.exists(path)) {
            disk.delete(path);
            disk.syncDirectory(directory);
        }
    }

    private static int crc(ByteBuffer body) {
        CRC32C crc = new CRC32C();
        crc.update(body.duplicate());
        return (int) crc.getValue();
    }
}
