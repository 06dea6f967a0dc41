package io.fairlead.raft.storage;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.spi.Damage;
import io.fairlead.raft.spi.LogStore.Recovered;
import io.fairlead.raft.spi.LogStore.Write;
import io.fairlead.raft.spi.Stores.LogSettings;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The write-ahead log on the real file system. */
class SegmentedLogTest {
    private static final LogSettings SETTINGS = new LogSettings(4096, 1 << 20, 1, 1, 2, 7);

    @TempDir
    Path directory;

    private NioDisk disk = new NioDisk(Path.of("."));

    @BeforeEach
    void useTheDirectory() {
        disk = new NioDisk(directory);
    }

    private SegmentedLog open() throws IOException {
        return SegmentedLog.open(disk, "log", SETTINGS);
    }

    private static Entry entry(long term, long index, int bytes) {
        return Entry.proposal(EntryKind.COMMAND, 1, index, ByteBuffer.allocate(bytes))
                .stamp(term, index);
    }

    private static Write entries(Entry... entries) {
        return new Write(null, 0, List.of(entries), null);
    }

    @Test
    void what_was_synced_is_found_again_by_the_next_life() throws IOException {
        try (SegmentedLog log = open()) {
            log.append(new Write(null, 0, List.of(entry(1, 1, 10), entry(1, 2, 0)), new HardState(1, 3, 0)));
            log.append(entries(entry(2, 3, 100)));
            log.sync();
        }

        try (SegmentedLog log = open()) {
            Recovered found = log.recovered();
            assertThat(found.hardState()).isEqualTo(new HardState(1, 3, 0));
            assertThat(found.last()).isEqualTo(new EntryId(2, 3));
            assertThat(found.terms()).containsExactly(new EntryId(1, 1), new EntryId(2, 3));
            assertThat(found.tail()).hasSize(3).allMatch(Entry::isIntact);
            assertThat(log.read(1, 4, 1 << 20)).hasSize(3);
        }
    }

    @Test
    void a_truncated_suffix_does_not_come_back() throws IOException {
        try (SegmentedLog log = open()) {
            log.append(entries(entry(1, 1, 10), entry(1, 2, 10), entry(1, 3, 10)));
            log.append(new Write(null, 2, List.of(entry(2, 2, 20)), null));
            log.sync();
            assertThat(log.read(2, 9, 1000)).extracting(Entry::id).containsExactly(new EntryId(2, 2));
        }

        try (SegmentedLog log = open()) {
            assertThat(log.recovered().last()).isEqualTo(new EntryId(2, 2));
        }
    }

    @Test
    void a_log_cut_anywhere_keeps_a_prefix_of_whole_batches_and_says_that_it_was_cut() throws IOException {
        List<Long> ends = new ArrayList<>(List.of((long) SegmentHeader.BYTES));
        try (SegmentedLog log = open()) {
            for (int i = 1; i <= 5; i++) {
                Write write = entries(entry(1, i, i * 3));
                log.append(write);
                ends.add(ends.get(i - 1) + Batch.encodedLength(write));
            }
            log.sync();
        }
        Path file = onlySegment();
        byte[] whole = Files.readAllBytes(file);
        for (int size = SegmentHeader.BYTES; size <= ends.get(5); size++) {
            clear();
            Files.write(file, java.util.Arrays.copyOf(whole, size));
            int cut = size;
            try (SegmentedLog log = open()) {
                long batches = ends.stream().filter(end -> end <= cut).count() - 1;
                assertThat(log.recovered().last().index()).as("cut at %d", cut).isEqualTo(batches);
                assertThat(requireNonNull(log.recovered().damage()).openEnded()).isTrue();
            }
        }
    }

    @Test
    void a_flipped_bit_in_acknowledged_entries_is_reported_and_not_cut() throws IOException {
        try (SegmentedLog log = open()) {
            for (int i = 1; i <= 5; i++) {
                log.append(entries(entry(1, i, 8)));
                log.sync();
            }
        }
        Path file = onlySegment();
        byte[] whole = Files.readAllBytes(file);
        int length = Batch.encodedLength(entries(entry(1, 1, 8)));
        for (int bit = 0; bit < 3 * length * 8; bit++) {
            byte[] damaged = whole.clone();
            damaged[SegmentHeader.BYTES + bit / 8] ^= (byte) (1 << (bit % 8));
            Files.write(file, damaged);

            try (SegmentedLog log = open()) {
                Recovered found = log.recovered();
                Damage damage = requireNonNull(found.damage(), "no damage seen after bit " + bit);
                assertThat(damage.what()).contains("damaged at offset");
                assertThat(damage.file()).endsWith(file.getFileName().toString());
                assertThat(damage.firstIndex()).isEqualTo(found.last().index() + 1);
                assertThat(damage.lastIndex()).isEqualTo(5);
                assertThat(damage.openEnded()).isFalse();
                assertThatExceptionOfType(IOException.class).isThrownBy(() -> log.append(entries(entry(1, 6, 8))));
            }
            assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
        }
    }

    @Test
    void a_damaged_log_is_refilled_over_several_lives() throws IOException {
        try (SegmentedLog log = open()) {
            log.append(new Write(null, 0, List.of(entry(1, 1, 8)), new HardState(3, 1, 0)));
            for (int i = 2; i <= 30; i++) {
                log.append(entries(entry(1, i, 500)));
                log.sync();
            }
            log.append(new Write(null, 0, List.of(), new HardState(4, 2, 0)));
            log.sync();
        }
        Path file = onlySegment();
        byte[] bytes = Files.readAllBytes(file);
        bytes[1000] ^= 1;
        Files.write(file, bytes);

        try (SegmentedLog log = open()) {
            Damage damage = requireNonNull(log.recovered().damage());
            assertThat(damage.firstIndex()).isEqualTo(3);
            assertThat(damage.lastIndex()).isEqualTo(30);
            assertThat(damage.hardStateInDoubt()).isFalse();
            assertThat(log.recovered().hardState()).isEqualTo(new HardState(4, 2, 0));
            log.beginRepair();
            log.append(entries(entry(1, 3, 500), entry(1, 4, 500)));
            log.sync();
        }
        try (SegmentedLog log = open()) {
            assertThat(log.recovered().damage()).isNotNull();
            assertThat(log.recovered().last().index()).isEqualTo(4);
            assertThat(log.recovered().acknowledgedIndex()).isEqualTo(30);
            assertThat(log.recovered().hardState()).isEqualTo(new HardState(4, 2, 0));
            log.beginRepair();
            for (int i = 5; i <= 30; i++) {
                log.append(entries(entry(1, i, 500)));
            }
            log.sync();
            log.endRepair();
        }
        try (SegmentedLog log = open()) {
            assertThat(log.recovered().damage()).isNull();
            assertThat(log.recovered().last().index()).isEqualTo(30);
            assertThat(log.read(3, 5, 1 << 20)).hasSize(2);
        }
        try (Stream<Path> files = Files.list(directory.resolve("log"))) {
            assertThat(files).noneMatch(each -> each.toString().endsWith(DamageNote.KEPT_SUFFIX));
        }
    }

    @Test
    void random_operations_agree_with_a_model_over_many_lives() throws IOException {
        Random random = new Random(42);
        List<Entry> model = new ArrayList<>();
        long compacted = 0;
        long term = 1;
        for (int life = 0; life < 60; life++) {
            try (SegmentedLog log = open()) {
                assertThat(log.recovered().last().index()).isEqualTo(model.size());
                assertThat(log.recovered().beforeFirst().index()).isLessThanOrEqualTo(compacted);
                if (random.nextInt(3) == 0) {
                    log.prepareNextSegment();
                }
                for (int step = random.nextInt(30); step > 0; step--) {
                    long truncateFrom = 0;
                    if (random.nextInt(6) == 0 && model.size() > compacted + 1) {
                        truncateFrom =
                                (long) model.size() - random.nextInt((int) Math.min(5, model.size() - compacted - 1));
                        model.subList((int) truncateFrom - 1, model.size()).clear();
                        term++;
                    }
                    List<Entry> fresh = new ArrayList<>();
                    for (int i = random.nextInt(6); i > 0; i--) {
                        fresh.add(entry(term, model.size() + fresh.size() + 1L, random.nextInt(900)));
                    }
                    model.addAll(fresh);
                    log.append(new Write(null, truncateFrom, fresh, null));
                    if (random.nextBoolean()) {
                        log.sync();
                    }
                }
                log.sync();
                for (int look = 0; look < 20 && model.size() > compacted; look++) {
                    int from = (int) compacted + 1 + random.nextInt((int) (model.size() - compacted));
                    List<Entry> read = log.read(from, model.size() + 1L, random.nextInt(5000));
                    assertThat(read).isNotEmpty();
                    for (int i = 0; i < read.size(); i++) {
                        assertThat(read.get(i).encoded())
                                .isEqualTo(model.get(from - 1 + i).encoded());
                    }
                }
                compacted += model.size() > compacted ? random.nextInt((int) (model.size() - compacted)) : 0;
                log.compact(compacted + 1);
            }
        }
        assertThat(compacted).isPositive();
        try (Stream<Path> files = Files.list(directory.resolve("log"))) {
            assertThat(files.count()).isLessThan(40);
        }
    }

    @Test
    void the_next_segment_is_wanted_when_half_is_used_and_not_if_an_old_one_will_do() throws IOException {
        try (SegmentedLog log = open()) {
            assertThat(log.needsNextSegment()).isFalse();
            log.append(entries(entry(1, 1, 2000)));
            assertThat(log.needsNextSegment()).isTrue();
            log.prepareNextSegment();
            assertThat(log.needsNextSegment()).isFalse();

            log.append(entries(entry(1, 2, 2000)));
            log.append(entries(entry(1, 3, 1000)));
            log.sync();
            assertThat(log.needsNextSegment()).as("in the second").isTrue();
            log.compact(2);
            assertThat(log.firstIndex()).isEqualTo(2);
            assertThat(log.needsNextSegment()).as("the first is there again").isFalse();
        }
    }

    @Test
    void an_entry_anywhere_in_a_large_segment_is_one_read_away_and_marks_are_few() throws IOException {
        LogSettings large = new LogSettings(32 << 20, 1 << 20, 1, 1, 2, 7);
        try (SegmentedLog log = SegmentedLog.open(disk, "log", large)) {
            log.prepareNextSegment();
            long index = 0;
            for (int batch = 0; batch < 40; batch++) {
                Entry[] some = new Entry[100];
                for (int i = 0; i < some.length; i++) {
                    index++;
                    some[i] = entry(1, index, (int) (index * 31 % 2000));
                }
                log.append(entries(some));
            }
            log.sync();
        }
        AtomicInteger reads = new AtomicInteger();
        Segment segment;
        try (SegmentedLog log = SegmentedLog.open(disk, "log", large)) {
            segment = log.newest();
            assertThat((long) segment.index().marks() * SegmentIndex.MARK_EVERY_BYTES)
                    .isBetween(segment.used() / 2, segment.used() + SegmentIndex.MARK_EVERY_BYTES);
            Segment counting = segment.movedTo(segment.header, new CountingReads(segment.file, reads));
            assertThat(segment.index().first()).isLessThan(1000);
            for (long index = segment.index().first(); index <= 4000; index += 7) {
                List<Entry> found = new ArrayList<>();
                reads.set(0);
                counting.read(index, index + 20, 10_000, found);
                assertThat(found).isNotEmpty();
                assertThat(found.get(0).index()).isEqualTo(index);
                assertThat(reads).as("reads for entry %d", index).hasValue(1);
            }
        }
    }

    @Test
    void a_log_that_was_reset_starts_behind_the_snapshot() throws IOException {
        try (SegmentedLog log = open()) {
            log.append(entries(entry(1, 1, 10), entry(1, 2, 10)));
            log.append(new Write(new EntryId(5, 100), 0, List.of(), new HardState(5, 0, 100)));
            log.append(entries(entry(5, 101, 10)));
            log.sync();
        }

        try (SegmentedLog log = open()) {
            assertThat(log.recovered().beforeFirst()).isEqualTo(new EntryId(5, 100));
            assertThat(log.recovered().last()).isEqualTo(new EntryId(5, 101));
            assertThat(log.read(2, 3, 100)).isEmpty();
        }
    }

    private Path onlySegment() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("log"))) {
            return files.filter(file -> file.toString().endsWith(Segment.SUFFIX))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void clear() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("log"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void a_second_process_is_kept_out() throws Exception {
        disk.createDirectories("");
        try (AutoCloseable lock = disk.lock("LOCK")) {
            assertThat(lock).isNotNull();
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> disk.lock("LOCK"))
                    .withMessageContaining("another process");
        }
    }

    @Test
    void a_directory_of_another_cluster_is_refused() throws IOException {
        MemberFile first = MemberFile.openOrCreate(disk, 1, 2, () -> 77);
        assertThat(first.fresh()).isTrue();
        assertThat(MemberFile.openOrCreate(disk, 1, 2, () -> 78).incarnation()).isEqualTo(77);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> MemberFile.openOrCreate(disk, 9, 2, () -> 79))
                .withMessageContaining("belongs to member 2 of cluster 1");
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve("member").toFile(), "rw")) {
            file.seek(15);
            file.write(99);
        }
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> MemberFile.openOrCreate(disk, 1, 2, () -> 79))
                .withMessageContaining("damaged");
    }
}
