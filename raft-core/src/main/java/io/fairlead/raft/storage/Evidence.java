package io.fairlead.raft.storage;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.HardState;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What can still be read behind a place that cannot: how far the log went, what was acknowledged, and whether a later
 * term or vote may have been lost.
 */
final class Evidence {
    private long batch;
    private long lastIndex;
    private long acknowledged;
    private HardState hardState;
    private boolean gapSinceHardState = true;
    private boolean unreadableEnd;

    /** Starts from what is known before the bad place. */
    Evidence(long batch, long acknowledged, HardState hardState) {
        this.batch = batch;
        this.acknowledged = acknowledged;
        this.hardState = hardState;
    }

    /** Looks for batches in a file's bytes from {@code from} on. */
    void search(ByteBuffer bytes, int from, long sequence) {
        int at = from;
        unreadableEnd = false;
        while (at <= bytes.limit() - Batch.HEADER_BYTES) {
            Batch readable = decode(bytes, at, sequence);
            if (readable == null || readable.number() <= batch) {
                unreadableEnd |= bytes.get(at) != 0;
                at++;
            } else {
                note(readable);
                at += Batch.lengthAt(bytes, at);
                unreadableEnd = false;
            }
        }
    }

    private static @Nullable Batch decode(ByteBuffer bytes, int at, long sequence) {
        try {
            return Batch.decode(bytes, at, Batch.salt(sequence, at));
        } catch (IllegalArgumentException e) {
            return null; // The checksum is right, so this is no batch of ours.
        }
    }

    private void note(Batch readable) {
        gapSinceHardState |= readable.number() != batch + 1;
        batch = readable.number();
        acknowledged = Math.max(acknowledged, readable.acknowledged());
        HardState written = readable.write().hardState();
        if (written != null) {
            hardState = written;
            gapSinceHardState = false;
        }
        EntryId reset = readable.write().reset();
        if (reset != null) {
            lastIndex = Math.max(lastIndex, reset.index());
        }
        for (Entry entry : readable.write().entries()) {
            lastIndex = Math.max(lastIndex, entry.index());
        }
    }

    /** A file continues behind this entry. */
    void follows(EntryId prev) {
        lastIndex = Math.max(lastIndex, prev.index());
        acknowledged = Math.max(acknowledged, prev.index());
    }

    /** A whole file cannot be read. */
    void unreadable() {
        gapSinceHardState = true;
        unreadableEnd = true;
    }

    /** Entries up to here were acknowledged, as far as can be seen. */
    long acknowledged() {
        return acknowledged;
    }

    /** The last entry of which anything was found. */
    long lastIndex() {
        return Math.max(lastIndex, acknowledged);
    }

    /** The newest one that can be read. */
    HardState hardState() {
        return hardState;
    }

    /** Whether what was written last cannot be read. */
    boolean unreadableEnd() {
        return unreadableEnd;
    }

    boolean hardStateInDoubt() {
        return gapSinceHardState || unreadableEnd;
    }
}
