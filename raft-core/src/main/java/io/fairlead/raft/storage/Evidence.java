package io.fairlead.raft.storage;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.spi.LogStore.Write;
import java.io.IOException;

/**
 * What can still be read behind a place that cannot: how far the log went, what was durable, and whether a later term or
 * vote may have been lost.
 */
final class Evidence {
    private long batch;
    private long synced;
    private long lastIndex;
    private HardState hardState;
    private boolean hardStateLost;
    private boolean entriesLost;
    private boolean closed;
    private boolean unreadableEnd;

    /** Starts from what is known before the bad place. */
    Evidence(long batch, EntryId last, HardState hardState) {
        this.batch = batch;
        this.lastIndex = last.index();
        this.hardState = hardState;
    }

    /** Looks for batches from the scanner's position on, where no whole one stands. */
    void search(SegmentScanner scanner) throws IOException {
        long end = scanner.position();
        closed = false;
        do {
            for (Batch.Header header = scanner.header(); header != null; header = scanner.header()) {
                note(header, scanner);
                end = scanner.position();
            }
        } while (scanner.seekHeader());
        unreadableEnd = !closed && scanner.hasContentFrom(end);
    }

    private void note(Batch.Header header, SegmentScanner scanner) throws IOException {
        if (header.number() <= batch) {
            scanner.skip(header);
            return;
        }
        hardStateLost |= header.number() != batch + 1;
        entriesLost |= header.number() != batch + 1;
        batch = header.number();
        synced = Math.max(synced, header.synced());
        closed = header.isClosing();
        Batch readable = scanner.next();
        if (readable == null) {
            hardStateLost |= header.hasHardState();
            entriesLost |= header.hasEntries();
            scanner.skip(header);
        } else {
            note(readable.write());
        }
    }

    private void note(Write write) {
        HardState written = write.hardState();
        if (written != null) {
            hardState = written;
            hardStateLost = false;
        }
        EntryId reset = write.reset();
        if (reset != null) {
            lastIndex = Math.max(lastIndex, reset.index());
            entriesLost = false;
        }
        for (Entry entry : write.entries()) {
            lastIndex = Math.max(lastIndex, entry.index());
            entriesLost = false;
        }
    }

    /** A later segment begins: everything before it was durable then, and it repeats the hard state. */
    void follows(SegmentHeader header) {
        batch = Math.max(batch, header.firstBatch() - 1);
        synced = Math.max(synced, header.firstBatch() - 1);
        lastIndex = Math.max(lastIndex, header.prev().index());
        hardState = header.hardState();
        hardStateLost = false;
        entriesLost = false;
    }

    /** A file cannot be read, or has been cut: anything may have stood there. */
    void unreadable() {
        hardStateLost = true;
        entriesLost = true;
    }

    /** Batches up to this number were durable once. */
    long synced() {
        return synced;
    }

    /** The last batch of which anything was found. */
    long batch() {
        return batch;
    }

    /** The last entry of which anything was found. */
    long lastIndex() {
        return lastIndex;
    }

    /** The newest one that can be read. */
    HardState hardState() {
        return hardState;
    }

    /** Whether there are bytes behind the last batch, which may have been one. */
    boolean unreadableEnd() {
        return unreadableEnd;
    }

    /** Whether later entries than any that was found may have been lost. */
    boolean openEnded() {
        return entriesLost || unreadableEnd;
    }

    boolean hardStateInDoubt() {
        return hardStateLost || unreadableEnd;
    }
}
