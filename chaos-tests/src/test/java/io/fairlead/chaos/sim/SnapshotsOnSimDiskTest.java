package io.fairlead.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.spi.SnapshotStore;
import io.fairlead.raft.storage.FileStores;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** What seeds found in the files of snapshots, as short as it can be told. */
class SnapshotsOnSimDiskTest {
    private static final byte[] STATE = "the state of a machine".getBytes(java.nio.charset.StandardCharsets.UTF_8);

    private final SimDisk disk = new SimDisk(Randomness.of(7, "disk"));

    private SnapshotStore open(SimDisk.Hook hook) throws IOException {
        return new FileStores().openSnapshots(disk.mount(hook), "snapshot");
    }

    private static SnapshotMeta meta() {
        CRC32C crc = new CRC32C();
        crc.update(STATE);
        Configuration alone = Configuration.empty();
        return new SnapshotMeta(1, new EntryId(3, 12), alone, 0, STATE.length, (int) crc.getValue());
    }

    private static void fetch(SnapshotStore store) throws IOException {
        try (SnapshotStore.Incoming incoming = store.receive(meta())) {
            int from = (int) incoming.receivedBytes();
            incoming.write(ByteBuffer.wrap(STATE, from, STATE.length - from));
            incoming.publish();
        }
    }

    @Test
    void a_name_that_a_killed_process_left_is_made_durable_before_it_is_trusted() throws IOException {
        for (int tried = 0; tried < 20; tried++) {
            disk.wipe();
            SimDisk.Hook diesAtTheEnd = (operation, path, bytes) -> {
                if (operation == SimDisk.Operation.SYNC_DIRECTORY
                        && disk.files().containsKey("snapshot/" + META)) {
                    throw new IOException("killed here");
                }
            };
            assertThatThrownBy(() -> fetch(open(diesAtTheEnd))).hasMessage("killed here");
            disk.processExit();
            boolean found = open((operation, path, bytes) -> {}).latest().isPresent();
            disk.crash();
            assertThat(open((operation, path, bytes) -> {}).latest().isPresent())
                    .isEqualTo(found);
        }
    }

    @Test
    void what_a_failed_sync_left_is_fetched_again() throws IOException {
        SimDisk.Hook failsOnce = new SimDisk.Hook() {
            private boolean failed;

            @Override
            public void before(SimDisk.Operation operation, String path, int bytes) throws IOException {
                if (operation == SimDisk.Operation.SYNC && !failed) {
                    failed = true;
                    throw new IOException("Input/output error");
                }
            }
        };
        whatFailedOnceIsFetchedAgain(failsOnce, false);
    }

    @Test
    void what_a_failed_sync_left_is_fetched_again_though_it_could_not_be_deleted() throws IOException {
        for (boolean killed : new boolean[] {false, true}) {
            disk.wipe();
            SimDisk.Hook failsForAWhile = new SimDisk.Hook() {
                private int failures;

                @Override
                public void before(SimDisk.Operation operation, String path, int bytes) throws IOException {
                    boolean begins = failures > 0 || operation == SimDisk.Operation.SYNC;
                    if (begins && failures < 2 && path.endsWith(".part")) {
                        failures++;
                        throw new IOException("Input/output error");
                    }
                }
            };
            whatFailedOnceIsFetchedAgain(failsForAWhile, killed);
        }
    }

    @Test
    void what_is_noted_of_one_file_says_nothing_of_the_next_one_of_that_name() throws IOException {
        for (int tried = 0; tried < 20; tried++) {
            disk.wipe();
            SnapshotStore store = open(new FailingInTurn());
            for (int failure = 0; failure < FailingInTurn.FAILURES; failure++) {
                assertThatThrownBy(() -> fetch(store)).hasMessage("Input/output error");
            }
            fetch(store);
            disk.crash();
            assertThat(open((operation, path, bytes) -> {}).latest()).contains(meta());
        }
    }

    /** A fetch is synced, noted and cannot get its name; has its name, but is not described; is new, and not synced. */
    private final class FailingInTurn implements SimDisk.Hook {
        static final int FAILURES = 3;
        private int failures;

        @Override
        public void before(SimDisk.Operation operation, String path, int bytes) throws IOException {
            boolean fails = switch (failures) {
                case 0 ->
                    operation == SimDisk.Operation.CHANGE
                            && path.equals(PART)
                            && disk.files().containsKey(PART);
                case 1 -> operation == SimDisk.Operation.SYNC && path.endsWith(".meta.taking");
                case 2 -> operation == SimDisk.Operation.SYNC && path.equals(PART);
                default -> false;
            };
            if (fails) {
                failures++;
                throw new IOException("Input/output error");
            }
        }
    }

    private void whatFailedOnceIsFetchedAgain(SimDisk.Hook hook, boolean killed) throws IOException {
        SnapshotStore store = open(hook);
        assertThatThrownBy(() -> fetch(store)).hasMessage("Input/output error");
        if (killed) {
            disk.processExit();
        }
        SnapshotStore next = killed ? open((operation, path, bytes) -> {}) : store;
        try {
            fetch(next);
        } catch (IOException failedAgain) {
            fetch(next);
        }
        disk.crash();
        SnapshotStore after = open((operation, path, bytes) -> {});
        assertThat(after.latest()).contains(meta());
        assertThat(after.open(meta()).readAllBytes()).isEqualTo(STATE);
    }

    /** Whatever the power takes away, what the member goes on with is what was fetched. */
    @Test
    void a_fetch_goes_on_behind_what_a_power_loss_has_left() throws IOException {
        byte[] content = new byte[20 << 20];
        new java.util.Random(1).nextBytes(content);
        CRC32C crc = new CRC32C();
        crc.update(content);
        SnapshotMeta meta =
                new SnapshotMeta(2, new EntryId(3, 12), Configuration.empty(), 0, content.length, (int) crc.getValue());
        int piece = 256 << 10;
        for (int losses = 0; losses < 10; losses++) {
            disk.wipe();
            try (SnapshotStore.Incoming incoming =
                    open((operation, path, bytes) -> {}).receive(meta)) {
                for (int at = 0; at < content.length / 10 * 9; at += piece) {
                    incoming.write(ByteBuffer.wrap(content, at, piece));
                }
            }
            disk.crash();
            SnapshotStore store = open((operation, path, bytes) -> {});
            try (SnapshotStore.Incoming incoming = store.receive(meta)) {
                int from = (int) incoming.receivedBytes();
                assertThat(from).isGreaterThanOrEqualTo(16 << 20);
                incoming.write(ByteBuffer.wrap(content, from, content.length - from));
                incoming.publish();
            }
            disk.crash();
            assertThat(open((operation, path, bytes) -> {}).latest()).contains(meta);
        }
    }

    private static final String META = "0000000000000001.meta";
    private static final String PART = "snapshot/0000000000000001.part";
}
