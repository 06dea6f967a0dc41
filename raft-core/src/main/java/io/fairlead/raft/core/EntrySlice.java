package io.fairlead.raft.core;

import static java.util.Objects.requireNonNull;

import io.fairlead.raft.message.Entry;
import java.util.AbstractList;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** Entries that follow each other in the log, as they are handed out: immutable, so that several may have the same. */
final class EntrySlice extends AbstractList<Entry> implements RandomAccess {
    /** No entries from nowhere. */
    static final EntrySlice NONE = new EntrySlice(0, new @Nullable Entry[0]);

    private final long from;
    private final @Nullable Entry[] entries;

    /** @param entries given away, and full */
    EntrySlice(long from, @Nullable Entry[] entries) {
        this.from = from;
        this.entries = entries;
    }

    /** Tells if these are the entries {@code first} to {@code last}, both included. */
    boolean is(long first, long last) {
        return from == first && entries.length == last + 1 - first;
    }

    @Override
    public Entry get(int position) {
        return requireNonNull(entries[position]);
    }

    @Override
    public int size() {
        return entries.length;
    }
}
