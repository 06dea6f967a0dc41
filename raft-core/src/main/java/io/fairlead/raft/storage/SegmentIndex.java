package io.fairlead.raft.storage;

import io.fairlead.raft.message.Entry;
import java.util.Arrays;
import java.util.List;

/**
 * Which entries have their valid version in a segment, and where about every 64th KiB of them begins: from such a mark
 * on they are found one behind the other. Sixteen bytes of memory per mark, whatever the entries' size.
 *
 * <p>Between two marks no entry is cut off by a truncation: behind one there is always a mark.
 *
 * <p><b>Threads:</b> immutable. Newer indexes share the arrays of older ones, which do not look beyond their own count.
 */
final class SegmentIndex {
    static final int MARK_EVERY_BYTES = 64 << 10;

    /** What a segment knows that has no entry. */
    static final SegmentIndex EMPTY = new SegmentIndex(new long[4], new int[4], new int[4], 0, 1, 0, true);

    private final long[] indexes;
    private final int[] offsets;
    private final int[] batchEnds;
    private final int marks;
    private final long first;
    private final long last;
    /** Whether the next entry does not simply follow the last one in the file. */
    private final boolean broken;

    private SegmentIndex(
            long[] indexes, int[] offsets, int[] batchEnds, int marks, long first, long last, boolean broken) {
        this.indexes = indexes;
        this.offsets = offsets;
        this.batchEnds = batchEnds;
        this.marks = marks;
        this.first = first;
        this.last = last;
        this.broken = broken;
    }

    /** Adds the entries of a batch, the first of which stands at {@code offset}; called by one thread. */
    SegmentIndex with(List<Entry> entries, int offset, int batchEnd) {
        if (entries.isEmpty()) {
            return this;
        }
        long[] newIndexes = indexes;
        int[] newOffsets = offsets;
        int[] newEnds = batchEnds;
        int count = marks;
        int at = offset;
        boolean mark = broken;
        if (broken) { // Older indexes may still look at what stands behind the count.
            newIndexes = Arrays.copyOf(newIndexes, Math.max(4, count * 2));
            newOffsets = Arrays.copyOf(newOffsets, newIndexes.length);
            newEnds = Arrays.copyOf(newEnds, newIndexes.length);
        }
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (mark || at - newOffsets[count - 1] >= MARK_EVERY_BYTES) {
                if (count == newIndexes.length) {
                    newIndexes = Arrays.copyOf(newIndexes, count * 2);
                    newOffsets = Arrays.copyOf(newOffsets, count * 2);
                    newEnds = Arrays.copyOf(newEnds, count * 2);
                }
                newIndexes[count] = entry.index();
                newOffsets[count] = at;
                newEnds[count] = batchEnd;
                count++;
                mark = false;
            }
            at += entry.encodedLength();
        }
        long begin = isEmpty() ? entries.get(0).index() : first;
        return new SegmentIndex(
                newIndexes,
                newOffsets,
                newEnds,
                count,
                begin,
                entries.get(entries.size() - 1).index(),
                false);
    }

    /** Without the entries from {@code index} on. */
    SegmentIndex truncatedFrom(long index) {
        if (index > last || isEmpty()) {
            return this;
        }
        if (index <= first) {
            return EMPTY;
        }
        int count = marks;
        while (indexes[count - 1] >= index) {
            count--;
        }
        return new SegmentIndex(indexes, offsets, batchEnds, count, first, index - 1, true);
    }

    boolean isEmpty() {
        return last < first;
    }

    /** The first entry. */
    long first() {
        return first;
    }

    /** The last entry; less than {@code first} if there is none. */
    long last() {
        return last;
    }

    int marks() {
        return marks;
    }

    /** The last mark that is not behind an entry that is here. */
    int markAtOrBefore(long index) {
        int found = Arrays.binarySearch(indexes, 0, marks, index);
        return found >= 0 ? found : -found - 2;
    }

    /** The entry that a mark stands at. */
    long indexAt(int mark) {
        return indexes[mark];
    }

    /** Where it stands. */
    int offsetAt(int mark) {
        return offsets[mark];
    }

    /** Where the batch ends in which it stands. */
    int batchEndAt(int mark) {
        return batchEnds[mark];
    }
}
