package io.fairlead.raft.runtime;

import io.fairlead.raft.Survivor.GroupState;
import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.message.Standing;
import io.fairlead.raft.spi.Damage;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.LogStore;
import io.fairlead.raft.spi.LogStore.Recovered;
import io.fairlead.raft.spi.SnapshotStore;
import io.fairlead.raft.spi.Stores;
import io.fairlead.raft.storage.FileStores;
import io.fairlead.raft.storage.LogInspector;
import io.fairlead.raft.storage.MemberFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The groups of a data directory while nobody runs them: looked at, and, after a disaster, each told that this member is
 * its only voter.
 *
 * <p><b>Threads:</b> one, with the directory's lock.
 */
public final class OfflineGroups {
    private static final Logger log = LoggerFactory.getLogger(OfflineGroups.class);
    private static final String ROOT = "raft";
    private static final int SEGMENT_BYTES = 1 << 20; // One entry is written.

    private OfflineGroups() {}

    /** Where a group's files are. */
    public static String directoryOf(long groupId) {
        return groupId == 0 ? ROOT : ROOT + "/" + Long.toUnsignedString(groupId);
    }

    private static SortedMap<Long, String> directories(Disk disk) throws IOException {
        SortedMap<Long, String> found = new TreeMap<>(Long::compareUnsigned);
        if (isGroup(disk, ROOT)) {
            found.put(0L, ROOT);
        }
        for (String name : disk.list(ROOT)) {
            if (name.matches("[1-9][0-9]*") && isGroup(disk, ROOT + "/" + name)) {
                found.put(Long.parseUnsignedLong(name), ROOT + "/" + name);
            }
        }
        return found;
    }

    private static boolean isGroup(Disk disk, String directory) throws IOException {
        return disk.exists(directory + "/configuration")
                || disk.list(directory + "/log").stream().anyMatch(name -> name.endsWith(".log"));
    }

    /**
     * Looks at all groups and changes nothing.
     *
     * @throws IOException if the disk fails, or a file other than a log is damaged
     */
    public static List<GroupState> look(Disk disk) throws IOException {
        List<GroupState> states = new ArrayList<>();
        for (Map.Entry<Long, String> group : directories(disk).entrySet()) {
            states.add(look(disk, group.getKey(), group.getValue()));
        }
        return states;
    }

    private static GroupState look(Disk disk, long groupId, String directory) throws IOException {
        Recovered found = new LogInspector(disk, directory + "/log").recovered();
        try (SnapshotStore snapshots = new FileStores().openSnapshots(disk, directory + "/snapshot")) {
            Known known = Known.of(disk, directory, found, snapshots);
            Optional<Standing> noted = new StandingFile(disk, directory).read();
            Damage damage = found.damage();
            String what = damage != null
                    ? damage.what()
                    : known.isGone() && noted.isEmpty() ? "the log in " + directory + "/log is gone" : "";
            return new GroupState(
                    groupId,
                    known.last,
                    Math.max(known.hardState.term(), known.last.term()),
                    Math.min(known.hardState.commitIndex(), known.last.index()),
                    known.configuration,
                    noted.orElse(Standing.WHOLE),
                    what);
        }
    }

    /**
     * What the files of a group come to.
     *
     * @param reset the log has to begin anew behind this entry, the last one of the snapshot; null if it holds it
     */
    private record Known(
            EntryId last, @Nullable EntryId reset, HardState hardState, Configuration configuration, boolean isGone) {
        static Known of(Disk disk, String directory, Recovered found, SnapshotStore snapshots) throws IOException {
            @Nullable SnapshotMeta snapshot = snapshots.latest().orElse(null);
            Optional<ConfigurationAt> written =
                    ConfigurationFile.ofBeginning(disk, directory).read();
            ConfigurationAt base = written.orElseGet(() -> new ConfigurationAt(EntryId.ZERO, Configuration.empty()));
            boolean gone = found.last().index() == 0 && found.hardState().equals(HardState.INITIAL);
            if (snapshot == null || Recovery.holds(found, snapshot.lastIncluded())) {
                return new Known(
                        found.last(),
                        null,
                        found.hardState(),
                        Recovery.newest(base, snapshot, found).configuration(),
                        gone);
            }
            return new Known(
                    snapshot.lastIncluded(),
                    snapshot.lastIncluded(),
                    found.hardState(),
                    snapshot.configurationIndex() > base.id().index() ? snapshot.configuration() : base.configuration(),
                    false);
        }
    }

    /**
     * Carries a recovery from a disaster into all groups, as far as that has not been done, and notes that it is done. A
     * crash on the way leaves it to the next call.
     *
     * @param member what the data directory says about itself; it is what decides
     * @return the same, finished
     * @throws IOException if the disk fails, or a log was damaged meanwhile
     */
    public static MemberFile finish(Disk disk, Stores stores, MemberFile member) throws IOException {
        if (!member.unfinished()) {
            return member;
        }
        for (Map.Entry<Long, String> group : directories(disk).entrySet()) {
            force(disk, stores, member, group.getKey(), group.getValue());
        }
        MemberFile finished = member.finished();
        finished.write(disk);
        log.warn("all groups of {} were told that it is their only voter, after a disaster", member);
        return finished;
    }

    private static void force(Disk disk, Stores stores, MemberFile member, long groupId, String directory)
            throws IOException {
        Stores.LogSettings settings = new Stores.LogSettings(
                SEGMENT_BYTES,
                1, // The last entry is enough.
                member.origin().clusterId(),
                groupId,
                member.memberId(),
                member.origin().incarnation());
        try (LogStore entries = stores.openLog(disk, directory + "/log", settings);
                SnapshotStore snapshots = stores.openSnapshots(disk, directory + "/snapshot")) {
            Recovered found = entries.recovered();
            Damage damage = found.damage();
            if (damage != null) {
                throw new IOException("the recovery of group " + groupId + " cannot be finished: " + damage.what());
            }
            if (!isForced(found, member.clusterId())) {
                Known known = Known.of(disk, directory, found, snapshots);
                entries.append(forced(known, member));
                entries.sync();
            }
        }
        // Whatever it may have forgotten was promised to members that are none any more.
        new StandingFile(disk, directory).delete();
    }

    private static boolean isForced(Recovered found, long clusterId) {
        List<Entry> tail = found.tail();
        Entry last = tail.isEmpty() ? Entry.noOp() : tail.get(tail.size() - 1);
        return last.kind() == EntryKind.CONFIGURATION && last.source() == clusterId;
    }

    /** The configuration, in force since it stands in the log, and the term in which this member alone wrote it. */
    private static LogStore.Write forced(Known known, MemberFile member) {
        long term = Math.max(known.hardState.term(), known.last.term()) + 1;
        Configuration before = known.configuration;
        Member self = before.member(member.memberId()).orElseGet(() -> Member.of(member.memberId(), ""));
        Member alone = new Member(
                self.id(), self.address(), member.incarnation(), Math.max(self.priority(), Member.DEFAULT_PRIORITY));
        SortedSet<Long> ids = new TreeSet<>(List.of(self.id()));
        SortedSet<Long> none = new TreeSet<>();
        Configuration configuration =
                new Configuration(List.of(alone), ids, none, none, none, false, before.leaderLease());
        // The new cluster's number as the source says who wrote this entry, should the next start have to know.
        Entry entry = Entry.proposal(
                        EntryKind.CONFIGURATION, member.clusterId(), 1, ByteBuffer.wrap(configuration.encode()))
                .stamp(term, known.last.index() + 1);
        long commitIndex = known.reset == null
                ? known.hardState.commitIndex()
                : Math.max(known.hardState.commitIndex(), known.reset.index());
        return new LogStore.Write(
                known.reset,
                0,
                List.of(entry),
                new HardState(term, member.memberId(), Math.min(commitIndex, known.last.index())));
    }
}
