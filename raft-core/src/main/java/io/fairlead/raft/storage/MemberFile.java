package io.fairlead.raft.storage;

import io.fairlead.raft.spi.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Who a data directory belongs to, written when it is first used and when its cluster is {@linkplain #recovered
 * recovered} from a disaster. The body of the {@link ReplacedFile} is {@code version u32 | cluster id u64 | member id u64
 * | incarnation u64 | first cluster id u64 | first incarnation u64 | unfinished u8}, big-endian.
 *
 * @param clusterId the cluster
 * @param memberId the member
 * @param incarnation drawn when the directory was formatted or recovered: another one means another disk, or another life
 *     of the cluster
 * @param origin what the directory was formatted with; its logs go on under these names
 * @param unfinished whether the recovery has still to be carried into the groups
 * @param fresh whether this call has formatted it
 */
public record MemberFile(
        long clusterId, long memberId, long incarnation, Origin origin, boolean unfinished, boolean fresh) {
    private static final String NAME = "member";
    private static final int MAGIC = 0x464C4D42; // "FLMB"
    private static final int VERSION = 2;
    private static final int BYTES = 45;

    /** Cluster and incarnation as they were when the directory was formatted. */
    public record Origin(long clusterId, long incarnation) {}

    /**
     * Reads the file, or writes it if the directory is new.
     *
     * @throws IOException if the directory belongs to another cluster or member, is damaged, or the disk fails
     */
    public static MemberFile openOrCreate(Disk disk, long clusterId, long memberId, LongSupplier incarnations)
            throws IOException {
        disk.createDirectories("");
        Optional<MemberFile> present = read(disk);
        if (present.isEmpty()) {
            long incarnation = incarnations.getAsLong();
            Origin origin = new Origin(clusterId, incarnation);
            MemberFile made = new MemberFile(clusterId, memberId, incarnation, origin, false, true);
            made.write(disk);
            return made;
        }
        MemberFile found = present.get();
        if (found.clusterId != clusterId || found.memberId != memberId) {
            throw new IOException("the data directory belongs to " + found + ", not to member "
                    + Long.toHexString(memberId) + " of cluster " + Long.toHexString(clusterId)
                    + ": use another directory, or the settings it was made with" + found.advice(clusterId));
        }
        return found;
    }

    private String advice(long wanted) {
        if (origin.clusterId != clusterId) {
            return ". It was recovered from a disaster: the cluster is " + Long.toHexString(clusterId) + " now";
        }
        return ". If cluster " + Long.toHexString(clusterId) + " was recovered from a disaster as cluster "
                + Long.toHexString(wanted) + ", this member is no longer part of it: keep the directory aside, and add"
                + " the member anew with an empty one";
    }

    /**
     * Reads the file, if there is one.
     *
     * @throws IOException if it is damaged, of another version, or the disk fails
     */
    public static Optional<MemberFile> read(Disk disk) throws IOException {
        Optional<ByteBuffer> body;
        try {
            body = file(disk).read();
        } catch (ReplacedFile.DamagedException e) {
            throw new IOException(
                    "the file '" + NAME + "' of the data directory is damaged: restore it from a backup, or"
                            + " remove this member from the cluster and add it again with an empty directory",
                    e);
        }
        if (body.isEmpty()) {
            return Optional.empty();
        }
        ByteBuffer bytes = body.get();
        int version = bytes.remaining() < Integer.BYTES ? 0 : bytes.getInt();
        if (version != VERSION || bytes.remaining() != BYTES - Integer.BYTES) {
            throw new IOException("the data directory has format " + version + ", this version reads format " + VERSION
                    + ": start the version that wrote it");
        }
        return Optional.of(new MemberFile(
                bytes.getLong(),
                bytes.getLong(),
                bytes.getLong(),
                new Origin(bytes.getLong(), bytes.getLong()),
                bytes.get() != 0,
                false));
    }

    /** The same member in a new life of its cluster, which the groups have still to be told. */
    public MemberFile recovered(long newClusterId, long newIncarnation) {
        return new MemberFile(newClusterId, memberId, newIncarnation, origin, true, false);
    }

    /** The same, with all groups told. */
    public MemberFile finished() {
        return new MemberFile(clusterId, memberId, incarnation, origin, false, fresh);
    }

    /** Replaces what was written before; durable when this returns. */
    public void write(Disk disk) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES)
                .putInt(VERSION)
                .putLong(clusterId)
                .putLong(memberId)
                .putLong(incarnation)
                .putLong(origin.clusterId)
                .putLong(origin.incarnation)
                .put((byte) (unfinished ? 1 : 0));
        file(disk).write(bytes.flip());
    }

    private static ReplacedFile file(Disk disk) {
        return new ReplacedFile(disk, "", NAME, MAGIC);
    }

    @Override
    public String toString() {
        return "member " + Long.toHexString(memberId) + " of cluster " + Long.toHexString(clusterId);
    }
}
