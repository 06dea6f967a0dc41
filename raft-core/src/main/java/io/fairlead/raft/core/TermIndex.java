package io.fairlead.raft.core;

import io.fairlead.raft.message.EntryId;
import java.util.Arrays;
import java.util.List;

/** Knows the term of every entry in the log, as the places where terms begin: terms never fall along a log. */
final class TermIndex {
    /** What is answered for an entry whose term is not known. */
    static final long UNKNOWN = -1;

    private long[] firstIndexes = new long[16];
    private long[] terms = new long[16];
    private int runs;

    TermIndex(EntryId beforeFirst, List<EntryId> firstOfTerms) {
        reset(beforeFirst);
        for (EntryId first : firstOfTerms) {
            append(first.index(), first.term());
        }
    }

    void reset(EntryId start) {
        firstIndexes[0] = start.index();
        terms[0] = start.term();
        runs = 1;
    }

    void append(long index, long term) {
        long lastTerm = terms[runs - 1];
        Invariant.check(
                term >= lastTerm, () -> "term=" + term + " of entry " + index + " must not be before " + lastTerm);
        if (term == lastTerm) {
            return;
        }
        if (runs == terms.length) {
            firstIndexes = Arrays.copyOf(firstIndexes, runs * 2);
            terms = Arrays.copyOf(terms, runs * 2);
        }
        firstIndexes[runs] = index;
        terms[runs] = term;
        runs++;
    }

    /** Forgets the entries from {@code index} on. */
    void truncateFrom(long index) {
        while (runs > 1 && firstIndexes[runs - 1] >= index) {
            runs--;
        }
    }

    /** Forgets the entries before {@code index}, whose own term stays known. */
    void compactTo(long index) {
        int run = runOf(index);
        if (run > 0) {
            System.arraycopy(firstIndexes, run, firstIndexes, 0, runs - run);
            System.arraycopy(terms, run, terms, 0, runs - run);
            runs -= run;
        }
        firstIndexes[0] = index;
    }

    long termAt(long index) {
        int run = runOf(index);
        return run < 0 ? UNKNOWN : terms[run];
    }

    /** The largest index up to {@code index} whose term is at most {@code term}, or that is compacted. */
    long lastIndexOfTermAtMost(long term, long index) {
        int run = runOf(index);
        long candidate = index;
        while (run >= 0 && terms[run] > term) {
            candidate = firstIndexes[run] - 1;
            run--;
        }
        return candidate;
    }

    private int runOf(long index) {
        int run = runs - 1;
        while (run >= 0 && firstIndexes[run] > index) {
            run--;
        }
        return run;
    }
}
