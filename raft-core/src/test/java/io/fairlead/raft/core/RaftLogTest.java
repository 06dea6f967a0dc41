package io.fairlead.raft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.message.Standing;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The log in memory, its terms and its pointers (scenarios 176 to 187). */
class RaftLogTest {
    private static Entry entry(long term, long index, int bytes) {
        return Entry.proposal(EntryKind.COMMAND, 0, 0, ByteBuffer.allocate(bytes))
                .stamp(term, index);
    }

    private static RaftLog log(long... terms) {
        RaftLog log = new RaftLog(
                new Restored(
                        HardState.INITIAL,
                        EntryId.ZERO,
                        EntryId.ZERO,
                        List.of(),
                        List.of(new Restored.ConfigurationAt(EntryId.ZERO, Configuration.empty())),
                        List.of(),
                        0,
                        Standing.WHOLE,
                        true),
                1000);
        for (long term : terms) {
            log.append(entry(term, log.lastIndex() + 1, 8));
        }
        return log;
    }

    /** B43: the commit index on disk is a hint, and may be ahead of the log that survived. */
    @Test
    void b43CommitHintBeyondTheLogIsNotBelieved() {
        RaftLog log = new RaftLog(
                new Restored(
                        new HardState(1, 0, 9),
                        EntryId.ZERO,
                        new EntryId(1, 2),
                        List.of(new EntryId(1, 1)),
                        List.of(new Restored.ConfigurationAt(EntryId.ZERO, Configuration.empty())),
                        List.of(entry(1, 1, 0), entry(1, 2, 0)),
                        0,
                        Standing.WHOLE,
                        false),
                1000);
        assertThat(log.commitIndex()).isEqualTo(2);
    }

    /** Scenario 177: 2 2 5 5 5 behind the empty prefix. */
    @ParameterizedTest
    @CsvSource({"5, 9, 5", "5, 5, 5", "5, 2, 2", "5, 1, 0", "3, 4, 2", "2, 2, 2", "2, 1, 0", "9, 2, 2"})
    void largestIndexOfTermAtMost(long index, long term, long expected) {
        RaftLog log = log(2, 2, 5, 5, 5);
        assertThat(log.conflictHint(new EntryId(term, index)).index()).isEqualTo(expected);
    }

    /** Scenarios 180, 184, rule C-2: what is compacted or not there yet has no known term; the last compacted one has. */
    @Test
    void termsAroundTheEnds() {
        RaftLog log = log(1, 1, 2, 2, 3);
        apply(log, 4);
        log.compactTo(4);
        assertThat(log.firstIndex()).isEqualTo(4);
        assertThat(log.termAt(2)).isEqualTo(TermIndex.UNKNOWN);
        assertThat(log.termAt(3)).isEqualTo(2);
        assertThat(log.termAt(5)).isEqualTo(3);
        assertThat(log.termAt(6)).isEqualTo(TermIndex.UNKNOWN);

        log.compactTo(2);
        assertThat(log.firstIndex()).as("B109: backwards does nothing").isEqualTo(4);
        assertThatThrownBy(() -> log.compactTo(6)).as("beyond what is applied").isInstanceOf(InvariantViolation.class);
    }

    private static void apply(RaftLog log, long index) {
        log.issued(index, 9);
        log.persisted(index);
        log.commitTo(index);
        log.handOut(Long.MAX_VALUE, new CountingOutbox());
        log.applied(index);
    }

    /** Scenario 179, 183, 186: entries follow each other, terms never fall, commitment never goes beyond the end. */
    @Test
    void whatALogRefuses() {
        RaftLog log = log(1, 2);
        assertThatThrownBy(() -> log.append(entry(2, 4, 0))).isInstanceOf(InvariantViolation.class);
        assertThatThrownBy(() -> log.append(entry(1, 3, 0))).isInstanceOf(InvariantViolation.class);
        assertThatThrownBy(() -> log.commitTo(3)).isInstanceOf(InvariantViolation.class);
        log.commitTo(1);
        assertThat(log.commitTo(0)).isFalse();
        assertThat(log.commitIndex()).isEqualTo(1);
        assertThatThrownBy(() -> log.truncateFrom(1)).isInstanceOf(InvariantViolation.class);
    }

    /** Scenario 185: at least one entry, then as many as fit. */
    @ParameterizedTest
    @CsvSource({"1, 1", "49, 1", "98, 2", "146, 2", "147, 3", "100000, 5"})
    void slicesHoldWhatFitsAndAtLeastOne(int maxBytes, int expected) {
        assertThat(log(1, 1, 1, 1, 1).entries(1, maxBytes)).hasSize(expected);
    }

    /** Scenarios 182, 186, D5: a write makes durable only what has not been cut off meanwhile. */
    @Test
    void durableIsWhatIsStillThere() {
        RaftLog log = log(1, 1, 1);
        log.issued(1, 1);
        log.truncateFrom(2);
        log.append(entry(2, 2, 0));
        log.append(entry(2, 3, 0));
        log.issued(2, 2);

        assertThat(log.persisted(1)).isEqualTo(1);
        assertThat(log.durableIndex()).isEqualTo(1);
        assertThat(log.persisted(2)).isEqualTo(2);
        assertThat(log.durableIndex()).isEqualTo(3);
    }

    /** B112, D1: one report covers all batches before it. */
    @Test
    void b112OneReportCoversAllBatchesBefore() {
        RaftLog log = log(1);
        log.issued(1, 1);
        log.append(entry(1, 2, 0));
        log.issued(2, 1);
        log.persisted(2);
        assertThat(log.durableIndex()).isEqualTo(2);
        log.persisted(1);
        assertThat(log.durableIndex()).isEqualTo(2);
    }

    /** Scenario 181, B47: every entry once, in order, only when durable, in portions of about the budget. */
    @Test
    void handOutsAreInOrderAndWithinTheBudget() {
        RaftLog log = log(1, 1, 1, 1, 1, 1);
        CountingOutbox outbox = new CountingOutbox();
        log.commitTo(6);
        log.handOut(100, outbox);
        assertThat(outbox.handed).as("nothing is durable").isEmpty();

        log.issued(1, 1);
        log.persisted(1);
        log.handOut(100, outbox);
        assertThat(outbox.handed).containsExactly(1L, 2L, 3L);
        log.handOut(100, outbox);
        assertThat(outbox.handed).hasSize(3);
        log.applied(1);
        log.handOut(100, outbox);
        assertThat(outbox.handed).containsExactly(1L, 2L, 3L, 4L);
        log.applied(4);
        log.handOut(100, outbox);
        assertThat(outbox.handed).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThatThrownBy(() -> log.applied(7)).isInstanceOf(InvariantViolation.class);
    }

    /** B92: after a burst the memory is given back. */
    @Test
    void b92MemoryOfABurstIsGivenBack() {
        RaftLog log = log();
        for (long index = 1; index <= 100_000; index++) {
            log.append(entry(1, index, 0));
        }
        assertThat(log.capacity()).isGreaterThan(100_000);
        apply(log, 100_000);
        for (int i = 0; i < 10; i++) {
            log.evict(1);
        }
        assertThat(log.capacity()).isLessThan(1000);
        for (long index = log.tailFirst(); index <= log.lastIndex(); index++) {
            assertThat(log.entry(index).index()).isEqualTo(index);
        }
        for (long index = 100_001; index <= 101_000; index++) {
            log.append(entry(1, index, 0));
        }
        assertThat(log.entry(100_500).index()).isEqualTo(100_500);
    }

    /** B108: against a plain list. */
    @Test
    void b108AgainstAPlainList() {
        SplitMix random = new SplitMix(11);
        for (int round = 0; round < 200; round++) {
            RaftLog log = log();
            List<Long> model = new ArrayList<>();
            long term = 1;
            long batch = 0;
            for (int step = 0; step < 200; step++) {
                long what = random.below(10);
                if (what < 6) {
                    term += random.below(2);
                    log.append(entry(term, model.size() + 1L, (int) random.below(50)));
                    model.add(term);
                } else if (what < 8 && model.size() > log.commitIndex()) {
                    long from = log.commitIndex() + 1 + random.below(model.size() - log.commitIndex());
                    log.truncateFrom(from);
                    model.subList((int) from - 1, model.size()).clear();
                } else if (what == 8) {
                    log.issued(++batch, term);
                } else {
                    log.persisted(batch);
                    log.commitTo(log.durableIndex() - Math.min(log.durableIndex(), random.below(5)));
                    CountingOutbox outbox = new CountingOutbox();
                    log.handOut(Long.MAX_VALUE, outbox);
                    if (!outbox.handed.isEmpty()) {
                        log.applied(outbox.handed.get(outbox.handed.size() - 1));
                    }
                    log.evict(1 + random.below(40));
                    log.compactTo(log.appliedIndex() - Math.min(log.appliedIndex(), random.below(20)));
                }
                assertThat(log.lastIndex()).isEqualTo(model.size());
                assertThat(log.durableIndex()).isLessThanOrEqualTo(log.lastIndex());
                for (long index = log.firstIndex(); index <= log.lastIndex(); index++) {
                    assertThat(log.termAt(index)).isEqualTo(model.get((int) index - 1));
                }
                for (long index = log.tailFirst(); index <= log.lastIndex(); index++) {
                    assertThat(log.entry(index).index()).isEqualTo(index);
                }
            }
        }
    }

    /** Notes what is handed out. */
    private static final class CountingOutbox extends NoOutbox {
        final List<Long> handed = new ArrayList<>();

        @Override
        public void apply(long from, long to, List<Entry> entries) {
            for (long index = from; index <= to; index++) {
                handed.add(index);
            }
        }
    }

    /** What is handed out agrees with a plain list, however the log grows, shrinks and lets go of what is old. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsHandedOutAgreesWithAPlainList(long seed) {
        Random random = new Random(seed);
        RaftLog log = log();
        List<Entry> model = new ArrayList<>();
        for (int step = 1; step <= 3000; step++) {
            int burst = random.nextInt(40) == 0 ? 400 : random.nextInt(4);
            for (int i = 0; i < burst; i++) {
                Entry entry = entry(step, model.size() + 1, random.nextInt(60));
                model.add(entry);
                log.append(entry);
            }
            if (random.nextInt(10) == 0 && log.lastIndex() > log.commitIndex()) {
                long from = log.commitIndex() + 1 + random.nextInt((int) (log.lastIndex() - log.commitIndex()));
                log.truncateFrom(from);
                model.subList((int) from - 1, model.size()).clear();
            }
            if (random.nextInt(5) == 0) {
                apply(log, log.commitIndex() + random.nextInt((int) (log.lastIndex() - log.commitIndex() + 1)));
                log.evict(1 + random.nextInt(1000));
            }
            if (log.tailFirst() <= log.lastIndex()) {
                int tail = (int) (log.lastIndex() - log.tailFirst()) + 1;
                long from = log.tailFirst() + random.nextInt(tail);
                int maxBytes = 1 + random.nextInt(2000);
                assertThat(log.entries(from, maxBytes)).isEqualTo(expected(model, from, maxBytes));
                assertThat(log.bytes(from, log.lastIndex()))
                        .isEqualTo(model.subList((int) from - 1, model.size()).stream()
                                .mapToLong(Entry::encodedLength)
                                .sum());
            }
        }
        assertThat(log.tailFirst()).isGreaterThan(1);
    }

    private static List<Entry> expected(List<Entry> model, long from, int maxBytes) {
        List<Entry> expected = new ArrayList<>();
        int bytes = 0;
        for (Entry entry : model.subList((int) from - 1, model.size())) {
            bytes += entry.encodedLength();
            if (bytes > maxBytes && !expected.isEmpty()) {
                break;
            }
            expected.add(entry);
        }
        return expected;
    }
}
