package io.fairlead.chaos.invariant;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.spi.LogStore;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a member certainly has on its disk: hard state and the terms of its log. */
public final class DurableImage {
    /** What is answered for an entry that is not in the log. */
    public static final long ABSENT = -1;

    private HardState hardState = HardState.INITIAL;
    private EntryId beforeFirst = EntryId.ZERO;
    private long[] terms = new long[64];
    private int count;
    private EntryId snapshot = EntryId.ZERO;
    private @Nullable DurableImage former;

    /** Takes over what a write has made durable. */
    public void write(LogStore.Write write) {
        EntryId reset = write.reset();
        if (reset != null) {
            beforeFirst = reset;
            count = 0;
        }
        if (write.truncateFrom() != 0) {
            count = (int) Math.max(0, Math.min(count, write.truncateFrom() - beforeFirst.index() - 1));
        }
        List<Entry> entries = write.entries();
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (entry.index() != lastIndex() + 1) {
                throw new SafetyViolation(
                        "I0", "log without holes", "entry " + entry + " is written behind index " + lastIndex());
            }
            append(entry.term());
        }
        HardState written = write.hardState();
        if (written != null) {
            hardState = written;
        }
    }

    private void append(long term) {
        if (count == terms.length) {
            terms = Arrays.copyOf(terms, count * 2);
        }
        terms[count++] = term;
    }

    /** Takes over what a member found on its disk. */
    public void recovered(LogStore.Recovered found) {
        hardState = found.hardState();
        restart(found.beforeFirst(), found.last(), found.terms());
    }

    private void restart(EntryId before, EntryId last, List<EntryId> firstOfTerms) {
        beforeFirst = before;
        count = 0;
        int next = 0;
        long term = before.term();
        for (long index = before.index() + 1; index <= last.index(); index++) {
            while (next < firstOfTerms.size() && firstOfTerms.get(next).index() <= index) {
                term = firstOfTerms.get(next++).term();
            }
            append(term);
        }
    }

    /** The log was compacted: entries before {@code firstIndex} are gone, and meant to be. */
    public void compact(long firstIndex) {
        long index = Math.min(firstIndex - 1, lastIndex());
        if (index <= beforeFirst.index()) {
            return;
        }
        long term = termAt(index);
        int gone = (int) (index - beforeFirst.index());
        System.arraycopy(terms, gone, terms, 0, count - gone);
        count -= gone;
        beforeFirst = new EntryId(term, index);
    }

    /** A snapshot was made durable: it stands for everything up to its last entry. */
    public void snapshot(EntryId lastIncluded) {
        if (lastIncluded.index() > snapshot.index()) {
            snapshot = lastIncluded;
        }
    }

    /** The last entry of the newest snapshot. */
    public EntryId snapshot() {
        return snapshot;
    }

    /** Term and vote that are on disk. */
    public HardState hardState() {
        return hardState;
    }

    /** The entry before the first one. */
    public EntryId beforeFirst() {
        return beforeFirst;
    }

    /** The last entry. */
    public long lastIndex() {
        return beforeFirst.index() + count;
    }

    /** The term of an entry, {@link #ABSENT} if it is not there; compacted entries are not. */
    public long termAt(long index) {
        if (index == beforeFirst.index()) {
            return beforeFirst.term();
        }
        return index < beforeFirst.index() || index > lastIndex()
                ? ABSENT
                : terms[(int) (index - beforeFirst.index() - 1)];
    }

    /** Tells if an entry is there, or was and is compacted, or is in a snapshot. */
    public boolean holds(EntryId id) {
        return id.index() <= snapshot.index() || id.index() < beforeFirst.index() || termAt(id.index()) == id.term();
    }

    /** Tells if an entry was there before the disk lost something: this member may have acknowledged it. */
    public boolean heldOnce(EntryId id) {
        return former != null && (former.holds(id) || former.heldOnce(id));
    }

    /** The disk loses some of this, or all: what it held, others may still count on, {@link #heldOnce}. */
    public DurableImage lost() {
        DurableImage left = new DurableImage();
        left.former = this;
        return left;
    }

    /** This is what was found of a disk, in a life after the one that left it so. */
    public void foundBehind(DurableImage before) {
        former = before.former;
    }

    /** Another image of the same content. */
    public DurableImage copy() {
        DurableImage copy = new DurableImage();
        copy.hardState = hardState;
        copy.beforeFirst = beforeFirst;
        copy.terms = Arrays.copyOf(terms, Math.max(64, count));
        copy.count = count;
        copy.snapshot = snapshot;
        copy.former = former;
        return copy;
    }

    /** Tells if both say the same, but for how much of the beginning is compacted and the hint of the commit index. */
    public boolean isSameAs(DurableImage other) {
        boolean sameHardState =
                hardState.term() == other.hardState.term() && hardState.votedFor() == other.hardState.votedFor();
        if (!sameHardState || lastIndex() != other.lastIndex()) {
            return false;
        }
        long first = Math.max(beforeFirst.index(), other.beforeFirst.index());
        for (long index = first; index <= lastIndex(); index++) {
            if (termAt(index) != other.termAt(index)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return "term " + hardState.term() + " vote " + hardState.votedFor() + " log " + beforeFirst + ".."
                + termAt(lastIndex()) + ":" + lastIndex() + " snapshot " + snapshot;
    }
}
