package io.fairlead.chaos.cluster;

import io.fairlead.chaos.invariant.DurableImage;
import io.fairlead.chaos.invariant.SafetyViolation;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.spi.LogStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The real log of one life of a member, which tells what is certainly on disk, and judges what was found there. */
final class ObservedLog implements LogStore {
    private final LogStore real;
    private final SurvivingLog surviving;

    ObservedLog(LogStore real, SurvivingLog surviving) {
        this.real = real;
        this.surviving = surviving;
        surviving.found(real.recovered());
    }

    /** What a log must contain after a crash: all that was synced, and of the rest no more than a beginning. */
    static final class SurvivingLog {
        private final long member;
        private DurableImage image = new DurableImage();
        private final List<Write> unsynced = new ArrayList<>();
        private boolean known;

        SurvivingLog(long member) {
            this.member = member;
        }

        DurableImage image() {
            return image;
        }

        /** The disk has lost something, and was meant to: whatever is found next is what is left. */
        void forget() {
            image = image.lost();
            unsynced.clear();
            known = false;
        }

        /** The disk was replaced, or changed by somebody who may: nobody relies on what was there. */
        void anew() {
            image = new DurableImage();
            unsynced.clear();
            known = false;
        }

        /** A snapshot was published. */
        void published(SnapshotMeta snapshot) {
            image.snapshot(snapshot.lastIncluded());
        }

        /** The snapshots were opened again. */
        void foundSnapshot(EntryId latest) {
            if (latest.index() < image.snapshot().index()) {
                throw new SafetyViolation(
                        "I6c",
                        "a crash loses no published snapshot",
                        "member " + member + " published " + image.snapshot() + " and found " + latest);
            }
            image.snapshot(latest);
        }

        private void found(Recovered recovered) {
            DurableImage found = new DurableImage();
            found.recovered(recovered);
            found.snapshot(image.snapshot());
            DurableImage expected = image.copy();
            boolean explained = !known || recovered.damage() != null || found.isSameAs(expected);
            for (int i = 0; i < unsynced.size() && !explained; i++) {
                expected.write(unsynced.get(i));
                explained = found.isSameAs(expected);
            }
            if (!explained) {
                throw new SafetyViolation(
                        "I6b",
                        "a crash loses nothing that was synced",
                        "member " + member + " synced " + image + ", wrote " + unsynced.size()
                                + " batches behind it, and found " + found);
            }
            found.foundBehind(image);
            known = true;
            image = found;
            unsynced.clear();
        }
    }

    @Override
    public Recovered recovered() {
        return real.recovered();
    }

    @Override
    public void append(Write write) throws IOException {
        surviving.unsynced.add(write);
        real.append(write);
    }

    @Override
    public void sync() throws IOException {
        real.sync();
        for (int i = 0; i < surviving.unsynced.size(); i++) {
            surviving.image.write(surviving.unsynced.get(i));
        }
        surviving.unsynced.clear();
    }

    @Override
    public List<Entry> read(long from, long to, int maxBytes) throws IOException {
        return real.read(from, to, maxBytes);
    }

    @Override
    public void compact(long firstIndex) throws IOException {
        real.compact(firstIndex);
    }

    @Override
    public void prepareNextSegment() throws IOException {
        real.prepareNextSegment();
    }

    @Override
    public boolean needsNextSegment() {
        return real.needsNextSegment();
    }

    @Override
    public void beginRepair() throws IOException {
        real.beginRepair();
    }

    @Override
    public void endRepair() throws IOException {
        real.endRepair();
    }

    @Override
    public long firstIndex() {
        return real.firstIndex();
    }

    @Override
    public long sizeBytes() {
        return real.sizeBytes();
    }

    @Override
    public void close() throws IOException {
        real.close();
    }
}
