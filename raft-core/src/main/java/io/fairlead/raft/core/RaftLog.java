package io.fairlead.raft.core;

import static io.fairlead.raft.core.Invariant.check;
import static io.fairlead.raft.core.Invariant.checkOrder;
import static java.util.Objects.requireNonNull;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log as the protocol sees it: the term of every entry, the newest entries themselves, and the pointers
 * {@code beforeFirst <= applied <= applying <= commit <= last} and {@code durable <= last}. While a member is refilled
 * its state machine may be ahead of what is left of the log; {@code applied} is then the larger.
 *
 * <p>Writes are handed out in numbered batches. A completed batch makes its entries durable only as far as no later
 * batch has cut them off again, even if the entries that stand there now look the same (rule D3).
 */
final class RaftLog {
    private static final int INITIAL_CAPACITY = 256;
    /** This part of the cache is for entries that nobody is known to need: for whoever comes a little late. */
    private static final int RECENT_PART = 32;

    private final TermIndex terms;
    private final long cacheBytes;
    private final long recentBytes;
    private final ArrayDeque<Issued> inFlight = new ArrayDeque<>();

    private @Nullable Entry[] ring = new @Nullable Entry[INITIAL_CAPACITY];
    /** Where each entry of the ring ends if they are counted as one stretch of bytes, which begins at tailStart. */
    private long[] ends = new long[INITIAL_CAPACITY];

    private long tailFirst;
    private long tailStart;
    /** What was handed out last: the disk and the followers mostly want the same entries. */
    private EntrySlice newest = EntrySlice.NONE;

    private EntryId beforeFirst;
    private long lastIndex;
    private long durableIndex;
    private long commitIndex;
    private long applyingIndex;
    private long appliedIndex;

    /** What a write in flight will have made durable; shrinks when its entries are cut off meanwhile. */
    private static final class Issued {
        final long batch;
        final long term;
        long lastIndex;

        Issued(long batch, long lastIndex, long term) {
            this.batch = batch;
            this.lastIndex = lastIndex;
            this.term = term;
        }
    }

    RaftLog(Restored restored, long cacheBytes) {
        this.cacheBytes = cacheBytes;
        this.recentBytes = cacheBytes / RECENT_PART;
        this.beforeFirst = restored.beforeFirst();
        this.terms = new TermIndex(beforeFirst, restored.terms());
        this.lastIndex = restored.last().index();
        this.tailFirst = lastIndex + 1 - restored.tail().size();
        long index = tailFirst;
        for (Entry entry : restored.tail()) {
            check(entry.index() == index, "the log's tail must be contiguous and end with its last entry");
            put(entry);
            index++;
        }
        this.durableIndex = lastIndex;
        this.appliedIndex = Math.max(beforeFirst.index(), restored.appliedIndex());
        if (restored.standing().hasLost()) {
            // What is left may be an earlier state of the log: only a leader can tell what of it is committed. The
            // state
            // machine may be ahead; what it knows already is handed to it again and does nothing.
            this.applyingIndex = beforeFirst.index();
            this.commitIndex = beforeFirst.index();
        } else {
            this.applyingIndex = appliedIndex;
            checkOrder("applied index", appliedIndex, "last index", lastIndex);
            this.commitIndex =
                    Math.max(appliedIndex, Math.min(restored.hardState().commitIndex(), lastIndex));
        }
    }

    EntryId beforeFirst() {
        return beforeFirst;
    }

    long firstIndex() {
        return beforeFirst.index() + 1;
    }

    long lastIndex() {
        return lastIndex;
    }

    EntryId last() {
        return new EntryId(termAt(lastIndex), lastIndex);
    }

    long durableIndex() {
        return durableIndex;
    }

    long commitIndex() {
        return commitIndex;
    }

    long appliedIndex() {
        return appliedIndex;
    }

    /** The term of an entry; {@link TermIndex#UNKNOWN} if it is compacted or not here yet. */
    long termAt(long index) {
        return index > lastIndex || index < beforeFirst.index() ? TermIndex.UNKNOWN : terms.termAt(index);
    }

    boolean contains(EntryId id) {
        return id.term() >= 0 && termAt(id.index()) == id.term();
    }

    /** The first entry that is in memory. */
    long tailFirst() {
        return tailFirst;
    }

    /** An entry in memory. */
    Entry entry(long index) {
        assert index >= tailFirst && index <= lastIndex : index;
        return requireNonNull(ring[slot(index)]);
    }

    /** Entries in memory from {@code from} on, about {@code maxBytes} of them, at least one. Immutable. */
    List<Entry> entries(long from, int maxBytes) {
        long to = lastIndex;
        if (bytes(from, to) > maxBytes) {
            to = from;
            while (to < lastIndex && bytes(from, to + 1) <= maxBytes) {
                to++;
            }
        }
        return slice(from, to);
    }

    /** The encoded bytes of entries in memory, both ends included; 0 if there are none. */
    long bytes(long from, long to) {
        return to < from ? 0 : ends[slot(to)] - startOf(from);
    }

    private long startOf(long index) {
        return index <= tailFirst ? tailStart : ends[slot(index - 1)];
    }

    private List<Entry> slice(long from, long to) {
        if (!newest.is(from, to)) {
            @Nullable Entry[] entries = new @Nullable Entry[(int) (to + 1 - from)];
            int untilWrap = Math.min(entries.length, ring.length - slot(from));
            System.arraycopy(ring, slot(from), entries, 0, untilWrap);
            System.arraycopy(ring, 0, entries, untilWrap, entries.length - untilWrap);
            newest = new EntrySlice(from, entries);
        }
        return newest;
    }

    /** Where a leader should look next after {@code prev} was not found here (rule A6). */
    EntryId conflictHint(EntryId prev) {
        long index = terms.lastIndexOfTermAtMost(prev.term(), Math.min(prev.index(), lastIndex));
        long term = termAt(index);
        return new EntryId(Math.max(term, 0), index);
    }

    /** The largest index up to {@code hint.index} that may agree with a log that has {@code hint} (rule A7). */
    long probeAfter(EntryId hint) {
        return hint.term() > 0
                ? terms.lastIndexOfTermAtMost(hint.term(), Math.min(hint.index(), lastIndex))
                : hint.index();
    }

    /** Appends an entry behind the last one. */
    void append(Entry entry) {
        check(entry.index() == lastIndex + 1, () -> "entry " + entry + " must follow index " + lastIndex);
        terms.append(entry.index(), entry.term());
        lastIndex = entry.index();
        put(entry);
    }

    /** Removes the entries from {@code index} on: they conflict with the leader's (§5.3). */
    void truncateFrom(long index) {
        check(index > commitIndex, "committed entry " + index + " is never removed (State Machine Safety, §5.4.3)");
        check(index > beforeFirst.index(), "compacted entry " + index + " is never removed");
        for (long i = Math.max(index, tailFirst); i <= lastIndex; i++) {
            ring[slot(i)] = null;
        }
        newest = EntrySlice.NONE;
        terms.truncateFrom(index);
        lastIndex = index - 1;
        tailFirst = Math.min(tailFirst, index);
        cutDurable();
    }

    /** Starts anew behind a snapshot, which is durable. */
    void reset(EntryId lastIncluded) {
        checkOrder("commit index", commitIndex, "snapshot index", lastIncluded.index());
        java.util.Arrays.fill(ring, null);
        newest = EntrySlice.NONE;
        beforeFirst = lastIncluded;
        terms.reset(lastIncluded);
        lastIndex = lastIncluded.index();
        tailFirst = lastIndex + 1;
        for (Issued issued : inFlight) {
            issued.lastIndex = 0;
        }
        durableIndex = lastIndex;
        commitIndex = lastIndex;
        applyingIndex = lastIndex;
        appliedIndex = Math.max(appliedIndex, lastIndex);
    }

    /** The state machine took over a snapshot whose last entry is in this log (rule S2). */
    void skipTo(long index) {
        commitIndex = Math.max(commitIndex, index);
        applyingIndex = Math.max(applyingIndex, index);
        appliedIndex = Math.max(appliedIndex, index);
    }

    private void cutDurable() {
        durableIndex = Math.min(durableIndex, lastIndex);
        for (Issued issued : inFlight) {
            issued.lastIndex = Math.min(issued.lastIndex, lastIndex);
        }
    }

    /** Entries before {@code firstIndex} are gone from the disk. */
    void compactTo(long firstIndex) {
        long index = firstIndex - 1;
        if (index <= beforeFirst.index()) {
            return;
        }
        checkOrder("compacted index", index, "applied index", appliedIndex);
        long term = termAt(index);
        terms.compactTo(index);
        beforeFirst = new EntryId(term, index);
        while (tailFirst < firstIndex && tailFirst <= lastIndex) {
            dropFirst();
        }
    }

    /** Notes that everything up to here, and the member's term, is being written. */
    void issued(long batch, long term) {
        inFlight.add(new Issued(batch, lastIndex, term));
    }

    /** Batches up to {@code batch} are durable; answers the newest term that is durable with them, 0 if none. */
    long persisted(long batch) {
        long term = 0;
        while (!inFlight.isEmpty() && inFlight.peekFirst().batch <= batch) {
            Issued issued = inFlight.pollFirst();
            durableIndex = Math.max(durableIndex, issued.lastIndex);
            term = issued.term;
        }
        checkOrder("durable index", durableIndex, "last index", lastIndex);
        return term;
    }

    /** Raises the commit index; never lowers it. */
    boolean commitTo(long index) {
        if (index <= commitIndex) {
            return false;
        }
        checkOrder("commit index", index, "last index", lastIndex);
        commitIndex = index;
        return true;
    }

    /** Hands out what may be applied now: committed, durable here, and within the budget. */
    void handOut(long maxBytes, Outbox outbox) {
        long limit = Math.min(commitIndex, durableIndex);
        while (applyingIndex < limit && applyingBytes(applyingIndex) < Math.max(1, maxBytes)) {
            long from = applyingIndex + 1;
            if (from < tailFirst) {
                applyingIndex = Math.min(limit, tailFirst - 1);
                outbox.apply(from, applyingIndex, List.of());
            } else {
                long to = limit;
                if (applyingBytes(limit - 1) >= maxBytes) {
                    to = from;
                    while (applyingBytes(to) < maxBytes) {
                        to++;
                    }
                }
                applyingIndex = to;
                outbox.apply(from, to, slice(from, to));
            }
        }
    }

    /** Tells if committed entries were not handed out yet: they are not durable here, or too many are being applied. */
    boolean hasMoreToApply() {
        return applyingIndex < commitIndex;
    }

    /** The bytes in memory that wait to be applied if everything up to {@code index} is handed out. */
    private long applyingBytes(long index) {
        return bytes(Math.max(appliedIndex + 1, tailFirst), index);
    }

    /** The state machine has applied up to {@code index}. */
    void applied(long index) {
        if (index <= appliedIndex) {
            return;
        }
        checkOrder("applied index", index, "index handed out to apply", applyingIndex);
        appliedIndex = index;
    }

    /** Tells if {@link #evict} may have to let go of something: there is more in memory than is kept in any case. */
    boolean isCrowded() {
        return bytes(tailFirst, lastIndex) > recentBytes;
    }

    /**
     * Lets go of the oldest entries in memory, unless they still have to be written or applied: beyond a small part of
     * the cache those that nobody needs, beyond its size all. What is kept longer than it is needed costs more than its
     * space: a garbage collector that moves what lives moves all of it.
     *
     * @param neededFrom from here on entries are to be sent
     */
    void evict(long neededFrom) {
        long done = Math.min(durableIndex, Math.min(applyingIndex, appliedIndex));
        while (tailFirst <= done && bytes(tailFirst, lastIndex) > (tailFirst < neededFrom ? recentBytes : cacheBytes)) {
            dropFirst();
        }
        if (ring.length > INITIAL_CAPACITY && lastIndex + 1 - tailFirst < ring.length / 8) {
            resize(ring.length / 4);
        }
    }

    /** How many entries there is room for in memory. */
    int capacity() {
        return ring.length;
    }

    private void dropFirst() {
        tailStart = ends[slot(tailFirst)];
        ring[slot(tailFirst)] = null;
        tailFirst++;
    }

    private void put(Entry entry) {
        if (entry.index() - tailFirst >= ring.length) {
            resize(ring.length * 2);
        }
        ring[slot(entry.index())] = entry;
        ends[slot(entry.index())] = startOf(entry.index()) + entry.encodedLength();
    }

    /** Called while the last entries may not be here yet: copies what is. */
    private void resize(int capacity) {
        @Nullable Entry[] resized = new @Nullable Entry[Math.max(capacity, INITIAL_CAPACITY)];
        long[] resizedEnds = new long[resized.length];
        for (long i = tailFirst; i <= lastIndex && i - tailFirst < ring.length; i++) {
            int slot = (int) (i & (resized.length - 1));
            resized[slot] = ring[slot(i)];
            resizedEnds[slot] = ends[slot(i)];
        }
        ring = resized;
        ends = resizedEnds;
    }

    private int slot(long index) {
        return (int) (index & (ring.length - 1));
    }
}
