package io.fairlead.raft.runtime;

import io.fairlead.raft.message.Standing;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Remembers, across restarts, that a member is not {@link Standing#WHOLE} for a reason that its log cannot know: that it
 * began with an empty disk, or that the log is gone altogether. There is no file once the member is whole and has written
 * something.
 *
 * <p>Layout, big-endian: {@code magic u32 | crc32c of the rest u32 | standing and why, in UTF-8, a blank
 * between them}. Replaced by rename.
 *
 * <p><b>Threads:</b> one at a time.
 */
final class StandingFile {
    private static final int MAGIC = 0x464C5354; // "FLST"
    private static final int HEADER_BYTES = 8;
    private static final int MAX_BYTES = 1 << 16;

    private final Disk disk;
    private final String directory;
    private final String path;

    StandingFile(Disk disk, String directory) {
        this.disk = disk;
        this.directory = directory;
        this.path = directory + "/standing";
    }

    /**
     * What was written last; a file that cannot be read says that everything is in doubt.
     *
     * @throws IOException if the disk fails
     */
    Optional<Standing> read() throws IOException {
        if (!disk.exists(path)) {
            return Optional.empty();
        }
        try (DiskFile file = disk.open(path, false)) {
            ByteBuffer content = ByteBuffer.allocate((int) Math.min(file.size(), MAX_BYTES));
            while (content.hasRemaining() && file.read(content, content.position()) > 0) {
                // Reads on until all is there.
            }
            content.flip();
            boolean good =
                    content.remaining() > HEADER_BYTES && content.getInt() == MAGIC && content.getInt() == crc(content);
            return Optional.of(good ? standing(content) : Standing.IN_DOUBT);
        }
    }

    private static Standing standing(ByteBuffer text) {
        String[] words = StandardCharsets.UTF_8.decode(text).toString().split(" ", 2);
        try {
            return Standing.valueOf(words[0]);
        } catch (IllegalArgumentException e) {
            return Standing.IN_DOUBT; // A later version's; whatever it means, this is safe.
        }
    }

    /** Replaces what was written before; durable when this returns. */
    void write(Standing standing, String why) throws IOException {
        byte[] text = (standing + " " + why).getBytes(StandardCharsets.UTF_8);
        ByteBuffer content = ByteBuffer.allocate(HEADER_BYTES + text.length);
        content.putInt(MAGIC).putInt(0).put(text).flip();
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

    /** The member is whole, and its log has something in it. Durable when this returns. */
    void delete() throws IOException {
        if (disk.exists(path)) {
            disk.delete(path);
            disk.syncDirectory(directory);
        }
    }

    private static int crc(ByteBuffer content) {
        CRC32C crc = new CRC32C();
        crc.update(content.duplicate());
        return (int) crc.getValue();
    }
}
