package io.fairlead.chaos.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.chaos.sim.Randomness;
import io.fairlead.chaos.sim.SimDisk;
import io.fairlead.chaos.sim.SimulatedCrash;
import io.fairlead.raft.DisasterRecovery;
import io.fairlead.raft.RecoveryPlan;
import io.fairlead.raft.Survivor;
import io.fairlead.raft.Survivor.GroupState;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.Standing;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.DiskFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A recovery from a disaster that is cut short by a crash, in the place of whatever operation of the disk, leaves the old
 * state or becomes the new one, in all groups alike; and so does one whose disk fails.
 */
@Timeout(240)
class RecoveryCrashTest {
    private static final long OLD_CLUSTER = 7;
    private static final long NEW_CLUSTER = 99;
    private static final int OUTCOMES = Integer.getInteger("outcomes", 1);

    @TempDir
    Path directory;

    private final Map<String, byte[]> image = new TreeMap<>();
    private Survivor before = new Survivor(0, 0, List.of());
    private SimDisk disk = new SimDisk(Randomness.of(0, "disk"));
    private long operations;

    @BeforeEach
    void makeADirectory() throws Exception {
        try (CounterNodes nodes = new CounterNodes(directory, 3)) {
            for (long id = 1; id <= 3; id++) {
                nodes.start(OLD_CLUSTER, id, nodes.membership(1, 2, 3));
            }
            for (int i = 0; i < 60; i++) {
                nodes.add(3, i % 2, 1);
            }
            nodes.barrier(3, 1);
        }
        Path root = directory.resolve("n3");
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                image.put(root.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        before = Survivor.in(root);
        assertThat(before.groups()).hasSize(CounterNodes.GROUPS);
    }

    private void restoreDisk(long seed) {
        disk = new SimDisk(Randomness.of(seed, "disk"));
        Disk files = disk.mount((operation, path, bytes) -> {});
        try {
            for (Map.Entry<String, byte[]> each : image.entrySet()) {
                String path = each.getKey();
                String parent = path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : "";
                files.createDirectories(parent);
                try (DiskFile file = files.open(path, true)) {
                    file.write(ByteBuffer.wrap(each.getValue()), 0);
                    file.sync();
                }
                files.syncDirectory(parent);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A life in which something happens instead of the n-th operation that changes the disk. */
    private Disk mount(long n, boolean crash) {
        operations = 0;
        return disk.mount((operation, path, bytes) -> {
            if (operation != SimDisk.Operation.READ && ++operations == n) {
                if (crash) {
                    throw new SimulatedCrash(operation + " " + path);
                }
                throw new IOException(operation + " of " + path + " failed");
            }
        });
    }

    private static void recover(Disk files) throws IOException {
        try (DisasterRecovery recovery = DisasterRecovery.open(files)) {
            RecoveryPlan plan = new RecoveryPlan(recovery.survivor(), List.of(), Set.of(1L, 2L), Set.of());
            recovery.forceNewCluster(plan, () -> NEW_CLUSTER);
        }
    }

    private static boolean endsEarly(Recovering recovering) throws IOException {
        try {
            recovering.run();
            return false;
        } catch (SimulatedCrash e) {
            return true;
        }
    }

    private interface Recovering {
        void run() throws IOException;
    }

    @Test
    void a_crash_anywhere_leaves_the_old_state_or_the_new() throws IOException {
        restoreDisk(1);
        recover(mount(Long.MAX_VALUE, true));
        long all = operations;
        assertThat(all).isGreaterThan(30);
        disk.crash();
        isNew();
        int old = 0;
        for (long n = 1; n <= all; n++) {
            for (int outcome = 0; outcome < OUTCOMES; outcome++) {
                old += crashAt(n, n * 1000 + outcome) ? 1 : 0;
            }
        }
        assertThat(old).as("crashes before the point of no return").isBetween(1, (int) all * OUTCOMES - 1);
    }

    /** Crashes at an operation, then at every one of the next opening; answers whether the old state was left. */
    private boolean crashAt(long n, long seed) throws IOException {
        for (long again = 1; ; again++) {
            restoreDisk(seed);
            Disk first = mount(n, true);
            assertThat(endsEarly(() -> recover(first))).isTrue();
            disk.crash();
            Disk second = mount(again, true);
            boolean crashed = endsEarly(() -> DisasterRecovery.open(second).close());
            disk.crash();
            DisasterRecovery.open(mount(Long.MAX_VALUE, true)).close();
            disk.crash();
            boolean isOld = Survivor.in(mount(Long.MAX_VALUE, true)).equals(before);
            if (!isOld) {
                isNew();
            }
            if (!crashed) {
                return isOld;
            }
        }
    }

    @Test
    void an_error_anywhere_leaves_the_old_state_or_the_new() throws IOException {
        restoreDisk(1);
        recover(mount(Long.MAX_VALUE, false));
        long all = operations;
        for (long n = 1; n <= all; n++) {
            restoreDisk(n);
            Disk failing = mount(n, false);
            try {
                recover(failing);
                isNew(); // Only the lock's or a closing file's trouble can be passed over.
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("failed");
            }
            disk.processExit();
            DisasterRecovery.open(mount(Long.MAX_VALUE, false)).close();
            boolean isOld = Survivor.in(mount(Long.MAX_VALUE, false)).equals(before);
            disk.crash();
            assertThat(Survivor.in(mount(Long.MAX_VALUE, false)).equals(before))
                    .as("what a restart of the process saw is what a crash leaves")
                    .isEqualTo(isOld);
            if (!isOld) {
                isNew();
            }
        }
    }

    /** Every group has everything it had, and one entry more, which says who votes. */
    private void isNew() throws IOException {
        Survivor now = Survivor.in(mount(Long.MAX_VALUE, true));
        assertThat(now.clusterId()).isEqualTo(NEW_CLUSTER);
        for (GroupState was : before.groups()) {
            GroupState is = now.group(was.groupId()).orElseThrow();
            assertThat(is.last())
                    .isEqualTo(new EntryId(was.term() + 1, was.last().index() + 1));
            assertThat(is.configuration().voters()).containsExactly(3L);
            assertThat(is.configuration().members()).hasSize(1);
            assertThat(is.configuration().member(3).orElseThrow().address())
                    .isEqualTo(was.configuration().member(3).orElseThrow().address());
            assertThat(is.standing()).isEqualTo(Standing.WHOLE);
            assertThat(is.damage()).isEmpty();
        }
    }
}
