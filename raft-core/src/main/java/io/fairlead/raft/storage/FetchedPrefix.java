package io.fairlead.raft.storage;

import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Knows how much of a file that is being fetched can be relied on: a power loss may leave anything of what was not
 * synced, in the file's full length, and what a failed sync was to write is read as if it were on the disk. So only that
 * counts whose sync succeeded: from time to time, and when the fetch is interrupted, the file is synced, and its length
 * and checksum noted. The body of the {@link ReplacedFile} is {@code length u64 | crc32c u32}, big-endian.
 *
 * <p><b>Threads:</b> one at a time.
 */
final class FetchedPrefix {
    /** So much is fetched again after a crash, at most. */
    static final int NOTED_EVERY_BYTES = 4 << 20;

    private static final int MAGIC = 0x464C4650; // "FLFP"

    private final DiskFile file;
    private final ReplacedFile note;
    private final CRC32C crc = new CRC32C();
    private long noted;
    private boolean broken;

    FetchedPrefix(Disk disk, String directory, String name, DiskFile file) {
        this.file = file;
        this.note = new ReplacedFile(disk, directory, name, MAGIC);
    }

    /**
     * How much of the file is what was fetched; at most {@code limit}. Reads it. A note that does not fit is of another file
     * of this name, and goes: what is fetched next may fit it again, byte by byte, before it is synced.
     */
    long verify(long limit) throws IOException {
        Optional<ByteBuffer> body = readNote();
        if (body.isEmpty()) {
            return 0;
        }
        long size = Math.min(file.size(), limit);
        noted = body.get().getLong();
        int sum = body.get().getInt();
        if (noted > size || read(noted) < noted || (int) crc.getValue() != sum) {
            noted = 0;
            crc.reset();
            note.delete();
        }
        return noted;
    }

    private Optional<ByteBuffer> readNote() throws IOException {
        try {
            return note.read().filter(body -> body.remaining() == Long.BYTES + Integer.BYTES);
        } catch (ReplacedFile.DamagedException e) {
            return Optional.empty();
        }
    }

    private long read(long length) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(SnapshotDirectory.BUFFER_BYTES);
        for (long at = 0; at < length; at += chunk.limit()) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), length - at));
            crc.update(WholeReads.read(file, chunk, at));
        }
        return length;
    }

    /** The file has grown by {@code data} to {@code length}. */
    void grew(ByteBuffer data, long length) throws IOException {
        crc.update(data);
        if (length - noted >= NOTED_EVERY_BYTES) {
            note(length);
        }
    }

    /** The fetch ends at {@code length} for now; what has come so far is kept. */
    void interrupted(long length) throws IOException {
        if (length > noted && !broken) {
            note(length);
        }
    }

    private void note(long length) throws IOException {
        sync();
        ByteBuffer body =
                ByteBuffer.allocate(Long.BYTES + Integer.BYTES).putLong(length).putInt((int) crc.getValue());
        note.write(body.flip());
        noted = length;
    }

    /** Syncs the file; if that fails, no later sync that succeeds says anything about what this one was to write. */
    void sync() throws IOException {
        broken = true;
        file.sync();
        broken = false;
    }

    /** The file is no longer being fetched. */
    void forget() throws IOException {
        note.delete();
    }
}
