package io.fairlead.chaos.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.fairlead.chaos.log.DrivenLog.Step;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.DiskFile;
import io.fairlead.raft.spi.LogStore.Recovered;
import io.fairlead.raft.spi.LogStore.Write;
import io.fairlead.raft.spi.Stores.LogSettings;
import io.fairlead.raft.storage.SegmentedLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a log does on a disk that is full, slow, or does not do what it is told. */
class LogFaultsTest {
    private static final LogSettings LARGE = new LogSettings(1 << 20, 1 << 20, 1, 1, 2, 7);

    private static Entry entry(long index, int bytes) {
        return Entry.proposal(EntryKind.COMMAND, 1, index, ByteBuffer.allocate(bytes))
                .stamp(1, index);
    }

    private static Write entries(long from, int count, int bytes) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(entry(from + i, bytes));
        }
        return new Write(null, 0, entries, null);
    }

    @Test
    void a_disk_that_is_full_at_any_byte_loses_nothing_and_is_used_again_when_it_has_space() throws IOException {
        List<Step> steps = Crashes.script(5, 25);
        Crashes unlimited = new Crashes(1);
        DrivenLog whole = new DrivenLog(unlimited.mount());
        whole.open(unlimited.mount());
        whole.run(steps);
        int full = 0;
        for (long capacity = 0; capacity < 16_000; capacity += 37) {
            Crashes crashes = new Crashes(capacity);
            crashes.disk.setCapacity(capacity);
            DrivenLog driven = new DrivenLog(crashes.mount());
            try {
                driven.open(crashes.mount());
                driven.run(steps);
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("No space left");
                full++;
            }
            crashes.disk.processExit();
            crashes.disk.setCapacity(Long.MAX_VALUE);
            driven.open(crashes.mount());
            driven.run(steps);
        }
        assertThat(full).isGreaterThan(100);
    }

    @Test
    void a_write_that_fails_half_way_leaves_a_torn_tail() throws IOException {
        for (int half = 0; half < 300; half += 7) {
            Crashes crashes = new Crashes(1);
            int bytes = half;
            boolean[] failing = {false};
            Disk disk = new WrappedDisk(crashes.mount()) {
                @Override
                protected void write(DiskFile file, ByteBuffer source, long position) throws IOException {
                    if (failing[0]) {
                        file.write(source.duplicate().limit(source.position() + bytes), position);
                        throw new IOException("EIO");
                    }
                    file.write(source, position);
                }
            };
            SegmentedLog log = SegmentedLog.open(disk, "log", LARGE);
            log.append(entries(1, 3, 50));
            log.sync();
            failing[0] = true;
            assertThatIOException().isThrownBy(() -> log.append(entries(4, 4, 50)));
            assertThatIOException().isThrownBy(log::sync).withMessageContaining("failed before");
            crashes.disk.processExit();
            try (SegmentedLog again = SegmentedLog.open(crashes.mount(), "log", LARGE)) {
                assertThat(again.recovered().damage()).isNull();
                assertThat(again.recovered().last().index()).isEqualTo(3);
                again.append(entries(4, 1, 10));
            }
        }
    }

    @Test
    void reads_that_return_little_at_a_time_are_repeated() throws IOException {
        Crashes crashes = new Crashes(1);
        Disk disk = new WrappedDisk(crashes.mount()) {
            private int count;

            @Override
            protected int read(DiskFile file, ByteBuffer target, long position) throws IOException {
                int length = Math.min(target.remaining(), 1 + count++ % 7);
                ByteBuffer some = target.duplicate().limit(target.position() + length);
                int read = file.read(some, position);
                target.position(some.position());
                return read;
            }
        };
        for (int life = 0; life < 3; life++) {
            try (SegmentedLog log = SegmentedLog.open(disk, "log", LARGE)) {
                assertThat(log.recovered().last().index()).isEqualTo(life * 20L);
                log.append(entries(life * 20L + 1, 20, 100));
                log.sync();
                assertThat(LogModel.read(log, 1)).hasSize(life * 20 + 20);
            }
        }
    }

    /** A disk that says it has written, and has not, or somewhere else. */
    @Test
    void a_write_that_went_nowhere_or_elsewhere_is_found_or_harmless() throws IOException {
        int found = 0;
        for (int number = 0; number < 60; number++) {
            for (int offset : new int[] {Integer.MAX_VALUE, 512, -64}) {
                found += misdirect(number, offset) ? 1 : 0;
            }
        }
        assertThat(found).isGreaterThan(60);
    }

    private static boolean misdirect(int number, int offset) throws IOException {
        Crashes crashes = new Crashes(1);
        LogSettings settings = new LogSettings(1024, 1 << 20, 1, 1, 2, 7);
        Disk disk = new WrappedDisk(crashes.mount()) {
            private int count;

            @Override
            protected void write(DiskFile file, ByteBuffer source, long position) throws IOException {
                if (count++ != number) {
                    file.write(source, position);
                } else if (offset != Integer.MAX_VALUE) {
                    file.write(source, Math.max(0, position + offset));
                } else {
                    source.position(source.limit());
                }
            }
        };
        try (SegmentedLog log = SegmentedLog.open(disk, "log", settings)) {
            for (int i = 1; i <= 40; i++) {
                log.append(entries(i, 1, 60));
                log.sync();
            }
        }
        try (SegmentedLog log = SegmentedLog.open(crashes.mount(), "log", settings)) {
            Recovered recovered = log.recovered();
            if (recovered.damage() == null) {
                assertThat(recovered.last().index()).as("write %d", number).isEqualTo(40);
                assertThat(LogModel.read(log, 1)).hasSize(40);
                return false;
            }
            assertThat(recovered.damage().firstIndex())
                    .isEqualTo(recovered.last().index() + 1);
            return true;
        }
    }

    @Test
    void a_batch_costs_one_write_and_one_sync_and_36_bytes() throws IOException {
        Crashes crashes = new Crashes(1);
        SegmentedLog log = SegmentedLog.open(crashes.mount(), "log", LARGE);
        log.append(entries(1, 1, 0));
        log.sync();
        long operations = crashes.operations();
        long writes = crashes.writes();
        long bytes = crashes.writtenBytes();
        for (int batch = 0; batch < 100; batch++) {
            log.append(entries(2 + batch * 5, 5, 20));
            log.sync();
        }
        assertThat(crashes.writes() - writes).isEqualTo(100);
        assertThat(crashes.operations() - operations).as("writes and syncs").isEqualTo(200);
        assertThat(crashes.writtenBytes() - bytes).isEqualTo(100 * (36 + 5 * (Entry.HEADER_BYTES + 20)));
    }

    @Test
    void several_batches_share_a_sync_and_a_segment_costs_three_more() throws IOException {
        Crashes crashes = new Crashes(1);
        SegmentedLog log = SegmentedLog.open(crashes.mount(), "log", LARGE);
        log.append(entries(1, 1, 0));
        log.sync();
        log.prepareNextSegment();
        long syncs = crashes.disk.syncs();
        log.append(entries(2, 1, 100));
        log.append(entries(3, 1, 100));
        log.append(entries(4, 1, 100));
        log.sync();
        assertThat(crashes.disk.syncs() - syncs).isEqualTo(1);
        log.append(entries(5, 1, 900_000));
        log.append(entries(6, 1, 900_000));
        log.sync();
        assertThat(crashes.disk.syncs() - syncs)
                .as("sealing, header, directory, twice; batch")
                .isEqualTo(8);
    }

    @Test
    void reads_compactions_and_new_segments_go_on_beside_a_sync_that_is_stuck() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        Disk disk = new WrappedDisk(new Crashes(1).mount()) {
            @Override
            protected void sync(DiskFile file) throws IOException {
                if (Thread.currentThread().getName().equals("writer")) {
                    stuck.countDown();
                    try {
                        released.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                }
                file.sync();
            }
        };
        LogSettings settings = new LogSettings(4096, 1 << 20, 1, 1, 2, 7);
        SegmentedLog log = SegmentedLog.open(disk, "log", settings);
        for (int i = 1; i <= 30; i++) {
            log.append(entries(i, 1, 500));
            log.sync();
        }
        CompletableFuture<Void> synced = new CompletableFuture<>();
        Thread writer = new Thread(
                () -> {
                    try {
                        log.append(entries(31, 1, 10));
                        log.sync();
                        synced.complete(null);
                    } catch (IOException e) {
                        synced.completeExceptionally(e);
                    }
                },
                "writer");
        writer.start();
        assertThat(stuck.await(30, TimeUnit.SECONDS)).isTrue();

        log.prepareNextSegment();
        log.compact(20);
        assertThat(log.firstIndex()).isGreaterThan(1);
        assertThat(log.read(30, 40, 1 << 20))
                .as("what is not synced is not read")
                .hasSize(1);
        assertThat(synced).isNotDone();

        released.countDown();
        synced.get(30, TimeUnit.SECONDS);
        assertThat(log.read(30, 40, 1 << 20)).hasSize(2);
        log.close();
    }
}
