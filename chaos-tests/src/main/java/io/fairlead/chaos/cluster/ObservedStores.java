package io.fairlead.chaos.cluster;

import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.LogStore;
import io.fairlead.raft.spi.SnapshotStore;
import io.fairlead.raft.spi.Stores;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The real stores of one life of a member, and somebody who looks at what they make durable. */
final class ObservedStores implements Stores {
    private final Stores real;
    private final ObservedLog.SurvivingLog log;
    private final Consumer<SnapshotMeta> snapshots;

    ObservedStores(Stores real, ObservedLog.SurvivingLog log, Consumer<SnapshotMeta> snapshots) {
        this.real = real;
        this.log = log;
        this.snapshots = snapshots;
    }

    @Override
    public LogStore openLog(Disk disk, String directory, LogSettings settings) throws IOException {
        return new ObservedLog(real.openLog(disk, directory, settings), log);
    }

    @Override
    public SnapshotStore openSnapshots(Disk disk, String directory) throws IOException {
        SnapshotStore opened = real.openSnapshots(disk, directory);
        log.foundSnapshot(opened.latest().map(SnapshotMeta::lastIncluded).orElse(EntryId.ZERO));
        return new ObservedSnapshots(opened);
    }

    private final class ObservedSnapshots implements SnapshotStore {
        private final SnapshotStore store;

        ObservedSnapshots(SnapshotStore store) {
            this.store = store;
        }

        @Override
        public Optional<SnapshotMeta> latest() {
            return store.latest();
        }

        @Override
        public Draft create(SnapshotMeta draft) throws IOException {
            return new ObservedDraft(store.create(draft));
        }

        @Override
        public Incoming receive(SnapshotMeta meta) throws IOException {
            return new ObservedIncoming(store.receive(meta), meta);
        }

        @Override
        public InputStream open(SnapshotMeta meta) throws IOException {
            return store.open(meta);
        }

        @Override
        public boolean read(long snapshotId, long offset, ByteBuffer target) throws IOException {
            return store.read(snapshotId, offset, target);
        }

        @Override
        public void deleteObsolete(@Nullable SnapshotMeta keep) throws IOException {
            store.deleteObsolete(keep);
        }

        @Override
        public void close() throws IOException {
            store.close();
        }
    }

    private final class ObservedDraft implements SnapshotStore.Draft {
        private final SnapshotStore.Draft draft;

        ObservedDraft(SnapshotStore.Draft draft) {
            this.draft = draft;
        }

        @Override
        public OutputStream stream() {
            return draft.stream();
        }

        @Override
        public SnapshotMeta publish() throws IOException {
            SnapshotMeta published = draft.publish();
            log.published(published);
            snapshots.accept(published);
            return published;
        }

        @Override
        public void close() throws IOException {
            draft.close();
        }
    }

    private final class ObservedIncoming implements SnapshotStore.Incoming {
        private final SnapshotStore.Incoming incoming;
        private final SnapshotMeta meta;

        ObservedIncoming(SnapshotStore.Incoming incoming, SnapshotMeta meta) {
            this.incoming = incoming;
            this.meta = meta;
        }

        @Override
        public long receivedBytes() {
            return incoming.receivedBytes();
        }

        @Override
        public void write(ByteBuffer data) throws IOException {
            incoming.write(data);
        }

        @Override
        public void publish() throws IOException {
            incoming.publish();
            log.published(meta);
            snapshots.accept(meta);
        }

        @Override
        public void close() throws IOException {
            incoming.close();
        }
    }
}
