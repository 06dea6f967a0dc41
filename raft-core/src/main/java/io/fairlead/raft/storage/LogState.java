package io.fairlead.raft.storage;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.spi.LogStore.ConfigurationEntry;
import io.fairlead.raft.spi.LogStore.Write;
import java.util.ArrayList;
import java.util.List;

/** What a log comes to, write by write; its entries' bytes and places are others' business. <b>Threads:</b> one. */
final class LogState {
    private HardState hardState = HardState.INITIAL;
    private EntryId beforeFirst = EntryId.ZERO;
    private EntryId last = EntryId.ZERO;
    private final List<EntryId> terms = new ArrayList<>();
    private final List<ConfigurationEntry> configurations = new ArrayList<>();

    /** The log begins with this segment. */
    void begin(SegmentHeader header) {
        terms.clear();
        configurations.clear();
        hardState = header.hardState();
        beforeFirst = header.prev();
        last = header.prev();
    }

    /** Why this cannot have been written here; empty if it can. */
    String objection(Write write) {
        EntryId reset = write.reset();
        EntryId prev = reset == null ? last : reset;
        if (write.truncateFrom() != 0) {
            if (write.truncateFrom() <= beforeFirst.index() || write.truncateFrom() > prev.index() + 1) {
                return "a truncation from entry " + write.truncateFrom() + " in a log from " + beforeFirst + " to "
                        + prev;
            }
            prev = new EntryId(termAt(write.truncateFrom() - 1), write.truncateFrom() - 1);
        }
        List<Entry> entries = write.entries();
        long term = prev.term();
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (entry.index() != prev.index() + 1 + i || entry.term() < term) {
                return "entry " + entry + " in place " + i + " behind entry " + prev;
            }
            term = entry.term();
        }
        return "";
    }

    void apply(Write write) {
        EntryId reset = write.reset();
        if (reset != null) {
            terms.clear();
            configurations.clear();
            beforeFirst = reset;
            last = reset;
        }
        if (write.truncateFrom() != 0) {
            truncateFrom(write.truncateFrom());
        }
        List<Entry> entries = write.entries();
        for (int i = 0; i < entries.size(); i++) {
            append(entries.get(i), i == 0 ? last.term() : entries.get(i - 1).term());
        }
        if (!entries.isEmpty()) {
            last = entries.get(entries.size() - 1).id();
        }
        HardState written = write.hardState();
        if (written != null) {
            hardState = written;
        }
    }

    private void append(Entry entry, long termBefore) {
        if (entry.term() != termBefore || terms.isEmpty()) {
            terms.add(entry.id());
        }
        if (entry.kind() == EntryKind.CONFIGURATION) {
            configurations.add(new ConfigurationEntry(entry.id(), Configuration.decode(entry.payload())));
        }
    }

    private void truncateFrom(long index) {
        while (!terms.isEmpty() && terms.get(terms.size() - 1).index() >= index) {
            terms.remove(terms.size() - 1);
        }
        configurations.removeIf(configuration -> configuration.id().index() >= index);
        last = index - 1 == beforeFirst.index() ? beforeFirst : new EntryId(termAt(index - 1), index - 1);
    }

    /** The term of an entry that is here. */
    private long termAt(long index) {
        long term = beforeFirst.term();
        for (int i = 0; i < terms.size() && terms.get(i).index() <= index; i++) {
            term = terms.get(i).term();
        }
        return term;
    }

    /** A later one was found behind damage. */
    void foundHardState(HardState found) {
        hardState = found;
    }

    HardState hardState() {
        return hardState;
    }

    EntryId beforeFirst() {
        return beforeFirst;
    }

    EntryId last() {
        return last;
    }

    List<EntryId> terms() {
        return List.copyOf(terms);
    }

    List<ConfigurationEntry> configurations() {
        return List.copyOf(configurations);
    }
}
