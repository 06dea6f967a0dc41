package io.fairlead.raft.runtime;

import io.fairlead.raft.message.Standing;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.storage.ReplacedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Remembers, across restarts, that a member is not {@link Standing#WHOLE} for a reason that its log cannot know: that it
 * began with an empty disk, or that the log is gone altogether. There is no file once the member is whole and has written
 * something.
 *
 * <p>The body of the {@link ReplacedFile} is the standing and why, in UTF-8, a blank between them.
 *
 * <p><b>Threads:</b> one at a time.
 */
final class StandingFile {
    private static final int MAGIC = 0x464C5354; // "FLST"

    private final ReplacedFile file;

    StandingFile(Disk disk, String directory) {
        this.file = new ReplacedFile(disk, directory, "standing", MAGIC);
    }

    /**
     * What was written last; a file that is damaged says that everything is in doubt.
     *
     * @throws IOException if the disk fails
     */
    Optional<Standing> read() throws IOException {
        try {
            return file.read().map(StandingFile::standing);
        } catch (ReplacedFile.DamagedException e) {
            return Optional.of(Standing.IN_DOUBT);
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
        file.write(ByteBuffer.wrap((standing + " " + why).getBytes(StandardCharsets.UTF_8)));
    }

    /** The member is whole, and its log has something in it. Durable when this returns. */
    void delete() throws IOException {
        file.delete();
    }
}
