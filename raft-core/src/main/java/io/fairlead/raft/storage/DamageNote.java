package io.fairlead.raft.storage;

import io.fairlead.raft.message.HardState;
import io.fairlead.raft.spi.Damage;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code damage} of a log that is being refilled. It is there before anything of the damaged log is touched,
 * and goes when all that was lost is here again: {@code magic u64 | version u32 | crc32c of the rest u32 | offset u64 |
 * first index u64 | last index u64 | term u64 | voted for u64 | commit index u64 | open-ended u8 | hard state in doubt u8
 * | length u16 and UTF-8 of the file | length u16 and UTF-8 of the sentence}.
 *
 * @param damage what was lost
 * @param hardState the newest one that could be read when it was found
 */
record DamageNote(Damage damage, HardState hardState) {
    /** Behind the names of files that are out of use because they are damaged. */
    static final String KEPT_SUFFIX = ".damaged";

    private static final String NAME = "damage";
    private static final long MAGIC = 0x464C_4441_4D41_4745L; // FLDAMAGE
    private static final int VERSION = 1;
    private static final int CRC = 12;
    private static final int FIXED_BYTES = 66;
    private static final int MAX_BYTES = FIXED_BYTES + 2 * (2 + 0xFFFF);

    /** What an earlier life found, and has not mended yet; null if there is nothing. */
    static @Nullable DamageNote read(Disk disk, String directory) throws IOException {
        String path = directory + "/" + NAME;
        if (!disk.exists(path)) {
            return null;
        }
        ByteBuffer bytes;
        try (DiskFile file = disk.open(path, false)) {
            bytes = WholeReads.read(file, ByteBuffer.allocate((int) Math.min(file.size(), MAX_BYTES)), 0);
        }
        if (bytes.remaining() < FIXED_BYTES
                || bytes.getLong() != MAGIC
                || bytes.getInt() != VERSION
                || bytes.getInt() != crc(bytes)) {
            throw new IOException(path + ", which tells what was lost of the log, is damaged itself. Remove this member"
                    + " from the cluster, and add it again with an empty data directory");
        }
        long offset = bytes.getLong();
        long first = bytes.getLong();
        long last = bytes.getLong();
        HardState hardState = new HardState(bytes.getLong(), bytes.getLong(), bytes.getLong());
        boolean openEnded = bytes.get() != 0;
        boolean inDoubt = bytes.get() != 0;
        String file = readText(bytes);
        return new DamageNote(new Damage(file, offset, first, last, openEnded, inDoubt, readText(bytes)), hardState);
    }

    /** Writes the file, and makes it durable. */
    void write(Disk disk, String directory) throws IOException {
        byte[] file = text(damage.file());
        byte[] what = text(damage.what());
        ByteBuffer bytes = ByteBuffer.allocate(FIXED_BYTES + 4 + file.length + what.length)
                .putLong(MAGIC)
                .putInt(VERSION)
                .putInt(0)
                .putLong(damage.offset())
                .putLong(damage.firstIndex())
                .putLong(damage.lastIndex())
                .putLong(hardState.term())
                .putLong(hardState.votedFor())
                .putLong(hardState.commitIndex())
                .put((byte) (damage.openEnded() ? 1 : 0))
                .put((byte) (damage.hardStateInDoubt() ? 1 : 0))
                .putShort((short) file.length)
                .put(file)
                .putShort((short) what.length)
                .put(what);
        bytes.putInt(CRC, crc(bytes.flip().duplicate().position(CRC + 4)));
        String draft = directory + "/" + NAME + ".new";
        disk.delete(draft);
        try (DiskFile target = disk.open(draft, true)) {
            target.write(bytes, 0);
            target.sync();
        }
        disk.rename(draft, directory + "/" + NAME);
        disk.syncDirectory(directory);
    }

    /** The damage is mended: the note goes, and with it what was kept. */
    static void delete(Disk disk, String directory) throws IOException {
        disk.delete(directory + "/" + NAME);
        disk.syncDirectory(directory);
        for (String name : disk.list(directory)) {
            if (name.endsWith(KEPT_SUFFIX)) {
                disk.delete(directory + "/" + name);
            }
        }
    }

    private static byte[] text(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= 0xFFFF ? bytes : java.util.Arrays.copyOf(bytes, 0xFFFF);
    }

    private static String readText(ByteBuffer bytes) {
        byte[] text = new byte[Short.toUnsignedInt(bytes.getShort())];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static int crc(ByteBuffer rest) {
        CRC32C crc = new CRC32C();
        crc.update(rest.duplicate());
        return (int) crc.getValue();
    }
}
