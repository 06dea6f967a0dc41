package io.fairlead.chaos.log;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.chaos.log.LogModel.Content;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.spi.Damage;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.LogStore;
import io.fairlead.raft.spi.LogStore.Recovered;
import io.fairlead.raft.spi.LogStore.Write;
import io.fairlead.raft.spi.Stores.LogSettings;
import io.fairlead.raft.storage.SegmentedLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever byte of a log is changed or cut off, it is never opened as if nothing had happened with less in it than was
 * acknowledged: either all is there, or the damage is described.
 */
class LogDamageTest {
    private static final String DIRECTORY = "log";
    private static final LogSettings SETTINGS = new LogSettings(700, 1 << 20, 1, 1, 2, 7);

    /** Every content that the log has had after a sync, the newest last. */
    private final List<Content> history = new ArrayList<>(List.of(Content.EMPTY));

    private final Map<String, byte[]> files = new TreeMap<>();

    /** A log of several segments, one of them in a recycled file, with votes, a truncation and a reset. */
    private void write(boolean close) throws IOException {
        Disk disk = Images.disk(DIRECTORY, Map.of());
        SegmentedLog log = SegmentedLog.open(disk, DIRECTORY, SETTINGS);
        for (int i = 1; i <= 12; i++) {
            append(log, new Write(null, 0, List.of(entry(1, i, 40)), null));
        }
        log.compact(9);
        append(log, new Write(null, 0, List.of(), new HardState(2, 3, 5)));
        append(log, new Write(null, 11, List.of(entry(2, 11, 30), entry(2, 12, 10)), null));
        append(log, new Write(new EntryId(3, 20), 0, List.of(), new HardState(3, 0, 20)));
        for (int i = 21; i <= 28; i++) {
            append(log, new Write(null, 0, List.of(entry(3, i, 50)), null));
        }
        append(log, new Write(null, 0, List.of(), new HardState(4, 1, 27)));
        append(log, new Write(null, 0, List.of(entry(4, 29, 5)), null));
        if (close) {
            log.close();
        }
        files.putAll(Images.of(disk, DIRECTORY));
        files.remove(DIRECTORY + "/spare");
        assertThat(files).hasSizeGreaterThan(3);
    }

    private void append(SegmentedLog log, Write write) throws IOException {
        log.append(write);
        log.sync();
        history.add(history.get(history.size() - 1).after(write));
    }

    private static Entry entry(long term, long index, int bytes) {
        return Entry.proposal(EntryKind.COMMAND, 1, index, ByteBuffer.allocate(bytes))
                .stamp(term, index);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_flipped_bit_is_found_unless_nothing_depends_on_it(boolean closed) throws IOException {
        write(closed);
        int found = 0;
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            byte[] whole = file.getValue();
            for (int bit = 0; bit < whole.length * 8; bit++) {
                byte[] changed = whole.clone();
                changed[bit / 8] ^= (byte) (1 << (bit % 8));
                found += open(file.getKey(), changed, closed, "bit " + bit + " of " + file.getKey()) ? 1 : 0;
            }
        }
        assertThat(found).isGreaterThan(1000);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_file_that_was_cut_is_found_unless_nothing_depends_on_it(boolean closed) throws IOException {
        write(closed);
        String newest = new TreeMap<>(files).lastKey();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            byte[] whole = file.getValue();
            for (int size = 0; size < whole.length; size++) {
                boolean found =
                        open(file.getKey(), Arrays.copyOf(whole, size), closed, file.getKey() + " cut to " + size);
                assertThat(found || !file.getKey().equals(newest))
                        .as("the newest file cut to %d", size)
                        .isTrue();
            }
        }
    }

    @Test
    void a_missing_file_is_found_unless_it_is_the_oldest_or_newest() throws IOException {
        write(true);
        List<String> names = List.copyOf(files.keySet());
        for (String name : names.subList(1, names.size() - 1)) {
            Map<String, byte[]> left = new TreeMap<>(files);
            left.remove(name);
            try (SegmentedLog log = SegmentedLog.open(Images.disk(DIRECTORY, left), DIRECTORY, SETTINGS)) {
                assertThat(log.recovered().damage()).as(name).isNotNull();
            }
        }
    }

    @Test
    void an_older_copy_of_a_file_is_found() throws IOException {
        write(true);
        Map<String, byte[]> changed = new TreeMap<>(files);
        List<String> names = List.copyOf(files.keySet());
        changed.put(names.get(1), requireNonNull(files.get(names.get(0))));
        try (SegmentedLog log = SegmentedLog.open(Images.disk(DIRECTORY, changed), DIRECTORY, SETTINGS)) {
            Damage damage = requireNonNull(log.recovered().damage());
            assertThat(damage.file()).isEqualTo(names.get(1));
            assertThat(damage.what()).contains("header");
        }
    }

    /** Every sector of the last write is as it was, new, zero or rubbish. */
    @Test
    void a_write_torn_anywhere_is_cut_off() throws IOException {
        LogSettings settings = new LogSettings(8192, 1 << 20, 1, 1, 2, 7);
        Disk disk = Images.disk(DIRECTORY, Map.of());
        SegmentedLog log = SegmentedLog.open(disk, DIRECTORY, settings);
        append(log, new Write(null, 0, List.of(entry(1, 1, 40)), new HardState(1, 1, 0)));
        Map<String, byte[]> before = Images.of(disk, DIRECTORY);
        log.append(new Write(null, 0, List.of(entry(1, 2, 900), entry(1, 3, 900)), null));
        Map<String, byte[]> after = Images.of(disk, DIRECTORY);
        String name = before.keySet().iterator().next();
        byte[] old = requireNonNull(before.get(name));
        byte[] renewed = requireNonNull(after.get(name));
        int sectors = 4;
        for (int fates = 0; fates < 1 << (2 * sectors); fates++) {
            byte[] torn = old.clone();
            for (int sector = 0; sector < sectors; sector++) {
                int from = Math.max(sector * 512, Arrays.mismatch(old, renewed));
                int fate = (fates >> (2 * sector)) & 3;
                for (int at = from; at < sector * 512 + 512; at++) {
                    torn[at] = switch (fate) {
                        case 0 -> old[at];
                        case 1 -> renewed[at];
                        case 2 -> 0;
                        default -> (byte) (at * 31);
                    };
                }
            }
            try (SegmentedLog found =
                    SegmentedLog.open(Images.disk(DIRECTORY, Map.of(name, torn)), DIRECTORY, settings)) {
                assertThat(found.recovered().damage()).isNull();
                assertThat(found.recovered().last().index()).isIn(1L, 3L);
                assertThat(found.recovered().hardState()).isEqualTo(new HardState(1, 1, 0));
            }
        }
    }

    /** Opens the log with one file changed and checks what it says; answers whether damage was found. */
    private boolean open(String file, byte[] changed, boolean closed, String what) throws IOException {
        Map<String, byte[]> image = new TreeMap<>(files);
        image.put(file, changed);
        Disk disk = Images.disk(DIRECTORY, image);
        try (SegmentedLog log = SegmentedLog.open(disk, DIRECTORY, SETTINGS)) {
            Recovered found = log.recovered();
            Damage damage = found.damage();
            Content newest = history.get(history.size() - 1);
            if (damage == null) {
                Content content = closed || isSame(newest, log) ? newest : history.get(history.size() - 2);
                assertThat(isSame(content, log)).as(what).isTrue();
                return false;
            }
            assertThat(damage.firstIndex()).as(what).isEqualTo(found.last().index() + 1);
            assertThat(damage.openEnded()
                            || damage.lastIndex() >= newest.last().index()
                            || isLastOfUnclosed(closed, damage))
                    .as("%s: %s", what, damage)
                    .isTrue();
            assertThat(damage.hardStateInDoubt() || found.hardState().equals(newest.hardState()))
                    .as("%s: %s with %s", what, damage, found.hardState())
                    .isTrue();
            assertThat(history).as(what).anyMatch(content -> isPrefix(found.last(), content));
            checkUnchanged(disk, image, what);
            return true;
        }
    }

    /** The last batch of a log that was not closed may be gone without a trace. */
    private boolean isLastOfUnclosed(boolean closed, Damage damage) {
        return !closed
                && damage.lastIndex() >= history.get(history.size() - 2).last().index();
    }

    private static void checkUnchanged(Disk disk, Map<String, byte[]> image, String what) throws IOException {
        Map<String, byte[]> now = Images.of(disk, DIRECTORY);
        assertThat(now.keySet()).as(what).isEqualTo(image.keySet());
        now.forEach((name, bytes) -> assertThat(Arrays.equals(bytes, image.get(name)))
                .as("%s changed %s", what, name)
                .isTrue());
    }

    private static boolean isPrefix(EntryId last, Content content) {
        return last.index() <= content.beforeFirst().index()
                || (last.index() <= content.last().index()
                        && content.entry(last.index()).term() == last.term());
    }

    private static boolean isSame(Content content, LogStore log) throws IOException {
        Recovered found = log.recovered();
        if (!found.last().equals(content.last()) || !found.hardState().equals(content.hardState())) {
            return false;
        }
        List<Entry> all = LogModel.read(log, content.beforeFirst().index() + 1);
        for (Entry entry : all) {
            if (!entry.encoded().equals(content.entry(entry.index()).encoded())) {
                return false;
            }
        }
        return all.size() == content.entries().size();
    }
}
