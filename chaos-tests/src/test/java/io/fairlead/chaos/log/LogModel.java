package io.fairlead.chaos.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.spi.LogStore;
import io.fairlead.raft.spi.LogStore.Recovered;
import io.fairlead.raft.spi.LogStore.Write;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a log must contain: everything that was synced, and of what was written behind it no more than a beginning.
 */
final class LogModel {
    /** A log's content after some write; entries as bytes, from {@code beforeFirst.index() + 1} on. */
    record Content(EntryId beforeFirst, List<Entry> entries, HardState hardState) {
        static final Content EMPTY = new Content(EntryId.ZERO, List.of(), HardState.INITIAL);

        EntryId last() {
            return entries.isEmpty()
                    ? beforeFirst
                    : entries.get(entries.size() - 1).id();
        }

        Entry entry(long index) {
            return entries.get((int) (index - beforeFirst.index() - 1));
        }

        Content after(Write write) {
            EntryId before = beforeFirst;
            List<Entry> all = new ArrayList<>(entries);
            EntryId reset = write.reset();
            if (reset != null) {
                before = reset;
                all.clear();
            }
            if (write.truncateFrom() != 0) {
                all.subList((int) (write.truncateFrom() - before.index() - 1), all.size())
                        .clear();
            }
            all.addAll(write.entries());
            HardState written = write.hardState();
            return new Content(before, List.copyOf(all), written == null ? hardState : written);
        }
    }

    /** After the last sync, and after every write behind it. */
    private final List<Content> possible = new ArrayList<>(List.of(Content.EMPTY));

    private long compacted = 1;

    /** The log as its writer sees it. */
    Content newest() {
        return possible.get(possible.size() - 1);
    }

    /** The log as far as it is certainly on disk. */
    Content durable() {
        return possible.get(0);
    }

    /** Called before the write. */
    void writing(Write write) {
        possible.add(newest().after(write));
    }

    /** Called after a sync. */
    void synced() {
        Content now = newest();
        possible.clear();
        possible.add(now);
    }

    /** Called before a compaction. */
    void compacting(long firstIndex) {
        compacted = firstIndex;
    }

    /** Everything before this may be gone. */
    long compacted() {
        return compacted;
    }

    /** Checks an opened log against this model, which from then on takes what was found for what is durable. */
    void check(LogStore log) throws IOException {
        Recovered found = log.recovered();
        assertThat(found.damage()).isNull();
        List<Content> explanations = new ArrayList<>();
        for (Content content : possible) {
            if (content.last().equals(found.last())
                    && content.hardState().equals(found.hardState())
                    && contains(content, found, log)) {
                explanations.add(content);
            }
        }
        assertThat(explanations)
                .as("found %s with %s, expected one of %s", found.last(), found.hardState(), this)
                .isNotEmpty();
        Content content = explanations.get(explanations.size() - 1);
        possible.clear();
        possible.add(content);
    }

    private boolean contains(Content content, Recovered found, LogStore log) throws IOException {
        long first = found.beforeFirst().index() + 1;
        if (first < content.beforeFirst().index() + 1) { // A reset has not been compacted away yet.
            first = content.beforeFirst().index() + 1;
        }
        assertThat(first)
                .isLessThanOrEqualTo(Math.max(compacted, content.beforeFirst().index() + 1));
        return isSame(content, first, read(log, first)) && isSame(content, first, found.tail());
    }

    /** Everything from {@code first} on. */
    static List<Entry> read(LogStore log, long first) throws IOException {
        List<Entry> all = new ArrayList<>();
        List<Entry> some = log.read(first, Long.MAX_VALUE, 700);
        while (!some.isEmpty()) {
            all.addAll(some);
            some = log.read(first + all.size(), Long.MAX_VALUE, 700);
        }
        return all;
    }

    private static boolean isSame(Content content, long first, List<Entry> entries) {
        long begin =
                entries.isEmpty() ? content.last().index() + 1 : entries.get(0).index();
        if (begin < first || content.last().index() - begin + 1 != entries.size()) {
            return false;
        }
        for (Entry entry : entries) {
            ByteBuffer expected = content.entry(entry.index()).encoded();
            if (!entry.encoded().equals(expected)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Content content : possible) {
            text.append(content.beforeFirst())
                    .append("..")
                    .append(content.last())
                    .append(' ')
                    .append(content.hardState())
                    .append("; ");
        }
        return text.toString();
    }
}
