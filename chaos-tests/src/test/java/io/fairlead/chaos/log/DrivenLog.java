package io.fairlead.chaos.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.LogStore;
import io.fairlead.raft.spi.LogStore.Write;
import io.fairlead.raft.spi.SnapshotStore;
import io.fairlead.raft.spi.Stores.LogSettings;
import io.fairlead.raft.storage.FileStores;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A log and snapshots on a disk, worked by steps, and the model of what must be there. */
final class DrivenLog {
    static final LogSettings SETTINGS = new LogSettings(2048, 1 << 20, 1, 1, 2, 7);
    static final String DIRECTORY = "log";
    private static final String SNAPSHOTS = "snapshots";

    /** Something to do with a log. */
    enum Kind {
        APPEND,
        APPEND_MUCH,
        SYNC,
        VOTE,
        TRUNCATE,
        RESET,
        COMPACT,
        PREPARE,
        SNAPSHOT,
        REOPEN
    }

    /** What to do, and how much of it. */
    record Step(Kind kind, int amount) {}

    final LogModel model = new LogModel();
    private Disk disk;
    private @Nullable LogStore log;
    private @Nullable SnapshotStore snapshots;
    private @Nullable SnapshotMeta published;
    private @Nullable SnapshotMeta publishing;
    private long term = 1;
    private long written;

    DrivenLog(Disk disk) {
        this.disk = disk;
    }

    /** Opens what is on this disk, and checks it. */
    void open(Disk nextLife) throws IOException {
        disk = nextLife;
        SnapshotStore openedSnapshots = new FileStores().openSnapshots(disk, SNAPSHOTS);
        snapshots = openedSnapshots;
        checkSnapshots(openedSnapshots);
        LogStore opened = new FileStores().openLog(disk, DIRECTORY, SETTINGS);
        log = opened;
        model.check(opened);
        term = Math.max(term, model.newest().last().term());
    }

    private void checkSnapshots(SnapshotStore store) throws IOException {
        SnapshotMeta found = store.latest().orElse(null);
        assertThat(found == null ? 0 : found.id())
                .isIn(published == null ? 0 : published.id(), publishing == null ? -1 : publishing.id());
        if (found != null) {
            try (InputStream stream = store.open(found)) {
                assertThat(stream.readAllBytes()).hasSize((int) found.sizeBytes());
            }
        }
        published = found;
        publishing = null;
    }

    LogStore log() {
        return java.util.Objects.requireNonNull(log);
    }

    /** Whether append and sync are refused without touching the disk. */
    boolean refusesWrites() {
        try {
            log().append(new Write(null, 0, List.of(), new HardState(term + 1, 0, 0)));
            return false;
        } catch (IOException e) {
            return refusesSync();
        }
    }

    private boolean refusesSync() {
        try {
            log().sync();
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    void run(List<Step> steps) throws IOException {
        for (Step step : steps) {
            run(step);
        }
    }

    void run(Step step) throws IOException {
        switch (step.kind) {
            case APPEND -> append(0, 1 + step.amount % 4, step.amount * 7 % 300);
            case APPEND_MUCH -> append(0, 3, 500 + step.amount);
            case SYNC -> sync();
            case VOTE -> vote(step.amount);
            case TRUNCATE -> truncate(step.amount);
            case RESET -> reset(step.amount);
            case COMPACT -> compact(step.amount);
            case PREPARE -> log().prepareNextSegment();
            case SNAPSHOT -> snapshot(step.amount);
            case REOPEN -> reopen();
        }
    }

    private void write(Write write) throws IOException {
        model.writing(write);
        log().append(write);
    }

    private void append(long truncateFrom, int count, int bytes) throws IOException {
        long next = truncateFrom == 0 ? model.newest().last().index() + 1 : truncateFrom;
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] payload = new byte[bytes];
            java.util.Arrays.fill(payload, (byte) ++written);
            entries.add(Entry.proposal(EntryKind.COMMAND, 1, written, ByteBuffer.wrap(payload))
                    .stamp(term, next + i));
        }
        write(new Write(null, truncateFrom, entries, null));
    }

    private void sync() throws IOException {
        log().sync();
        model.synced();
    }

    private void vote(int amount) throws IOException {
        term++;
        write(new Write(null, 0, List.of(), new HardState(term, 1 + amount % 5, 0)));
    }

    private void truncate(int amount) throws IOException {
        LogModel.Content now = model.newest();
        long lowest = Math.max(now.beforeFirst().index() + 1, model.compacted());
        long from = now.last().index() + 1 - amount % 6;
        if (from >= lowest && from <= now.last().index()) {
            term++;
            append(from, amount % 3, amount % 200);
        }
    }

    private void reset(int amount) throws IOException {
        term++;
        EntryId included = new EntryId(term, model.newest().last().index() + 1 + amount % 10);
        write(new Write(included, 0, List.of(), new HardState(term, 0, included.index())));
    }

    private void compact(int amount) throws IOException {
        long last =
                Math.min(model.durable().last().index(), model.newest().last().index());
        long first = Math.max(model.compacted(), last + 1 - amount % 10);
        if (first <= last + 1) {
            model.compacting(first);
            log().compact(first);
        }
    }

    private void snapshot(int amount) throws IOException {
        SnapshotStore store = java.util.Objects.requireNonNull(snapshots);
        EntryId included = model.durable().last();
        if (published != null && published.lastIncluded().index() >= included.index()) {
            return;
        }
        SnapshotMeta draft = new SnapshotMeta(++written + 1000, included, Configuration.empty(), 0, 0, 0);
        publishing = draft;
        SnapshotMeta whole;
        try (SnapshotStore.Draft taken = store.create(draft)) {
            taken.stream().write(new byte[amount * 3]);
            whole = taken.publish();
        }
        published = whole;
        publishing = null;
        store.deleteObsolete(whole);
    }

    private void reopen() throws IOException {
        log().close();
        model.synced();
        open(disk);
    }
}
