package io.fairlead.raft.storage;

import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;

/**
 * Who a data directory belongs to, written once when it is first used: {@code magic u64 | version u32 | cluster id u64 |
 * member id u64 | incarnation u64 | crc32c u32}, big-endian.
 *
 * @param clusterId the cluster
 * @param memberId the member
 * @param incarnation drawn when the directory was formatted: another one means another disk
 * @param fresh whether this call has formatted it
 */
public record MemberFile(long clusterId, long memberId, long incarnation, boolean fresh) {
    private static final String NAME = "member";
    private static final long MAGIC = 0x464C_4D45_4D42_4552L; // FLMEMBER
    private static final int VERSION = 1;
    private static final int BYTES = 40;

    /**
     * Reads the file, or writes it if the directory is new.
     *
     * @throws IOException if the directory belongs to another cluster or member, is damaged, or the disk fails
     */
    public static MemberFile openOrCreate(Disk disk, long clusterId, long memberId, LongSupplier incarnations)
            throws IOException {
        disk.createDirectories("");
        if (!disk.exists(NAME)) {
            return create(disk, new MemberFile(clusterId, memberId, incarnations.getAsLong(), true));
        }
        disk.syncDirectory(""); // The rename can be seen, but an earlier life may have failed to make it durable.
        ByteBuffer bytes;
        try (DiskFile file = disk.open(NAME, false)) {
            bytes = WholeReads.read(file, ByteBuffer.allocate(BYTES), 0);
        }
        if (bytes.remaining() != BYTES || bytes.getLong(0) != MAGIC || bytes.getInt(BYTES - 4) != crc(bytes)) {
            throw new IOException(
                    "the file '" + NAME + "' of the data directory is damaged: restore it from a backup, or"
                            + " remove this member from the cluster and add it again with an empty directory");
        }
        if (bytes.getInt(8) != VERSION) {
            throw new IOException("the data directory has format " + bytes.getInt(8) + ", this version reads format "
                    + VERSION + ": start the version that wrote it");
        }
        MemberFile found = new MemberFile(bytes.getLong(12), bytes.getLong(20), bytes.getLong(28), false);
        if (found.clusterId != clusterId || found.memberId != memberId) {
            throw new IOException("the data directory belongs to member " + Long.toHexString(found.memberId)
                    + " of cluster " + Long.toHexString(found.clusterId) + ", not to member "
                    + Long.toHexString(memberId) + " of cluster " + Long.toHexString(clusterId)
                    + ": use another directory, or the settings it was made with");
        }
        return found;
    }

    private static MemberFile create(Disk disk, MemberFile member) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES)
                .putLong(MAGIC)
                .putInt(VERSION)
                .putLong(member.clusterId)
                .putLong(member.memberId)
                .putLong(member.incarnation);
        bytes.putInt(crc(bytes)).flip();
        String draft = NAME + ".new";
        try (DiskFile file = disk.open(draft, true)) {
            file.write(bytes, 0);
            file.sync();
        }
        disk.rename(draft, NAME);
        disk.syncDirectory("");
        return member;
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().clear().limit(BYTES - 4));
        return (int) crc.getValue();
    }
}
