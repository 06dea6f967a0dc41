package io.fairlead.raft;

import io.fairlead.raft.runtime.OfflineGroups;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.storage.FileStores;
import io.fairlead.raft.storage.MemberFile;
import io.fairlead.raft.storage.NioDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last resort when a majority is gone for good: makes one survivor the only voter of all its groups, in a cluster
 * with a new number. Entries that the lost majority committed without this survivor are lost.
 *
 * <pre>{@code
 * try (DisasterRecovery recovery = DisasterRecovery.open(dataDirectory)) {
 *     RecoveryPlan plan = new RecoveryPlan(recovery.survivor(), others, lost, Set.of());
 *     plan.consequences().forEach(System.out::println);
 *     long clusterId = recovery.forceNewCluster(plan); // give it to node and transport from now on
 * }
 * }</pre>
 *
 * <p>The new number keeps the members of the old cluster away, however many of them come back: transports refuse them at
 * the first word, and they refuse the survivor. Who shall take part again is added as a new member, with an empty data
 * directory. A crash leaves the directory as it was, or recovered: what is missing is done when it is next opened.
 *
 * <p><b>Threads:</b> one. Waits for the disk; the directory is locked until {@link #close}.
 */
public final class DisasterRecovery implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DisasterRecovery.class);

    private final Disk disk;
    private final AutoCloseable lock;
    private final MemberFile member;
    private final Survivor survivor;

    private DisasterRecovery(Disk disk, AutoCloseable lock, MemberFile member, Survivor survivor) {
        this.disk = disk;
        this.lock = lock;
        this.member = member;
        this.survivor = survivor;
    }

    /**
     * Locks a data directory and looks into it. Nothing is changed, unless an earlier recovery was cut short: that is
     * finished.
     *
     * @param dataDirectory a member's, as it was given to {@link RaftNode.Builder#dataDirectory}
     * @return what holds the directory's lock until it is closed
     * @throws IOException if a process uses it, if it is no data directory, or if the disk fails
     */
    public static DisasterRecovery open(Path dataDirectory) throws IOException {
        if (MemberFile.read(NioDisk.readOnly(dataDirectory)).isEmpty()) {
            throw noMember(dataDirectory.toString()); // Before a lock file is made in a directory that is none of ours.
        }
        return open(new NioDisk(dataDirectory));
    }

    /**
     * As {@link #open(Path)}, on any disk.
     *
     * @param disk with the data directory as its root
     * @return what holds the directory's lock until it is closed
     * @throws IOException if a process uses it, if it is no data directory, or if the disk fails
     */
    public static DisasterRecovery open(Disk disk) throws IOException {
        AutoCloseable lock = disk.lock("LOCK");
        try {
            MemberFile found = MemberFile.read(disk).orElseThrow(() -> noMember("this directory"));
            MemberFile member = OfflineGroups.finish(disk, new FileStores(), found);
            return new DisasterRecovery(disk, lock, member, Survivor.in(disk));
        } catch (IOException | RuntimeException e) {
            release(lock);
            throw e;
        }
    }

    private static IOException noMember(String directory) {
        return new IOException(directory + " is no member's data directory: it has no file 'member'");
    }

    /**
     * The cluster that a data directory belongs to since a recovery; empty if there has been none, or no directory.
     *
     * @param dataDirectory a member's; need not exist
     * @return the cluster's number
     * @throws IOException if it cannot be read
     */
    public static OptionalLong recoveredCluster(Path dataDirectory) throws IOException {
        return MemberFile.read(NioDisk.readOnly(dataDirectory)).stream()
                .filter(member -> member.clusterId() != member.origin().clusterId())
                .mapToLong(MemberFile::clusterId)
                .findFirst();
    }

    /** {@return what stood in the directory when it was opened} */
    public Survivor survivor() {
        return survivor;
    }

    /**
     * Does it.
     *
     * @param plan made for {@link #survivor()}, without objections
     * @param randomness where the cluster's new number comes from; it must never give the same one twice, on any machine
     * @return the cluster's new number, which node and transport must be given from now on
     * @throws InvalidConfigException with the plan's objections, if there are any; nothing was changed
     * @throws IOException if the disk fails; opening the directory again tells how far it got
     * @throws IllegalArgumentException if the plan is for another data directory; nothing was changed
     */
    public long forceNewCluster(RecoveryPlan plan, LongSupplier randomness) throws IOException {
        List<String> objections = plan.objections();
        if (!objections.isEmpty()) {
            throw new InvalidConfigException(objections);
        }
        if (!plan.base().equals(survivor)) {
            throw new IllegalArgumentException("the plan is for another data directory");
        }
        long clusterId = randomness.getAsLong();
        while (clusterId == 0
                || clusterId == member.clusterId()
                || clusterId == member.origin().clusterId()) {
            clusterId = randomness.getAsLong();
        }
        MemberFile recovered = member.recovered(clusterId, randomness.getAsLong());
        log.warn("{} is recovered from a disaster as cluster {}", member, Long.toHexString(clusterId));
        recovered.write(disk); // From here on it is the new cluster's, whatever happens.
        OfflineGroups.finish(disk, new FileStores(), recovered);
        return clusterId;
    }

    /** Lets others use the directory again. */
    @Override
    public void close() {
        release(lock);
    }

    private static void release(AutoCloseable lock) {
        try {
            lock.close();
        } catch (Exception e) {
            log.warn("the lock of the data directory could not be released", e);
        }
    }
}
