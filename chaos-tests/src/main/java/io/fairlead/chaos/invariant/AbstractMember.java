package io.fairlead.chaos.invariant;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.EntryId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One server of {@link AbstractRaft}: figure 2's variables as they were at its last step, and every message that was ever
 * sent to it. Messages are never removed when they are received: the network may repeat, lose and delay them as it likes.
 */
final class AbstractMember {
    long currentTerm;
    long votedFor;
    boolean leads;
    EntryId lastLog = EntryId.ZERO;
    long commitIndex;
    Configuration configuration = Configuration.empty();
    boolean started;

    /** The latest term that a message to this server carries. */
    long latestTermHeard;

    /** The snapshots that leaders have offered to this server. */
    final Set<EntryId> snapshots = new HashSet<>();

    long latestSnapshot;

    /** By term: who asked for this server's vote, and how its log ended. */
    final TreeMap<Long, Map<Long, EntryId>> voteRequests = new TreeMap<>();

    /** By term: who sent this server its vote. */
    final TreeMap<Long, Set<Long>> votesGranted = new TreeMap<>();

    /** By term: what the leader of that term sent to this server. */
    final TreeMap<Long, FromLeader> fromLeaders = new TreeMap<>();

    /** By term: what each server acknowledged to this one. */
    private final TreeMap<Long, PerMember<Acknowledged>> acknowledged = new TreeMap<>();

    private long lastAcknowledgedTerm;
    private @Nullable PerMember<Acknowledged> lastAcknowledged;

    /** The highest index that a server acknowledged, and the highest that counts, because it has forgotten no vote. */
    private static final class Acknowledged {
        private long index;
        private long counted;
    }

    private long lastTerm;
    private @Nullable FromLeader lastFromLeader;

    FromLeader fromLeader(long term) {
        FromLeader last = lastFromLeader;
        if (last == null || term != lastTerm) {
            last = fromLeaders.computeIfAbsent(term, t -> new FromLeader());
            lastFromLeader = last;
            lastTerm = term;
        }
        return last;
    }

    Map<Long, EntryId> voteRequests(long term) {
        return voteRequests.computeIfAbsent(term, t -> new HashMap<>());
    }

    Set<Long> votesGranted(long term) {
        return votesGranted.computeIfAbsent(term, t -> new TreeSet<>());
    }

    private Acknowledged acknowledged(long term, long by) {
        PerMember<Acknowledged> last = lastAcknowledged;
        if (last == null || term != lastAcknowledgedTerm) {
            last = acknowledged.computeIfAbsent(term, t -> new PerMember<>(Acknowledged::new));
            lastAcknowledged = last;
            lastAcknowledgedTerm = term;
        }
        return last.of(by);
    }

    void acknowledged(long term, long by, long index, boolean counts) {
        Acknowledged known = acknowledged(term, by);
        known.index = Math.max(known.index, index);
        if (counts) {
            known.counted = Math.max(known.counted, index);
        }
    }

    /** What a server acknowledged in a term so that it counts; 0 if nothing. */
    long countedIndex(long term, long of) {
        return acknowledged(term, of).counted;
    }

    /** What a server acknowledged in a term; 0 if nothing. */
    long matchIndex(long term, long of) {
        return acknowledged(term, of).index;
    }

    /** Tells if a leader sent this entry whom a step from this server's term to {@code newTerm} may have heeded. */
    boolean wasSent(long index, long entryTerm, long newTerm) {
        FromLeader last = lastFromLeader;
        if (last != null && lastTerm >= currentTerm && lastTerm <= newTerm && last.termAt(index) == entryTerm) {
            return true; // As nearly always.
        }
        for (FromLeader sent : heeded(newTerm)) {
            if (sent.termAt(index) == entryTerm) {
                return true;
            }
        }
        return false;
    }

    /** Tells if snapshots, or leaders whom a step from this server's term to {@code newTerm} may have heeded, allow it. */
    boolean mayCommit(long index, long newTerm) {
        FromLeader last = lastFromLeader;
        boolean asLast = last != null && lastTerm >= currentTerm && lastTerm <= newTerm && index <= last.commitIndex;
        return asLast || index <= mayCommit(newTerm); // The latter is hardly ever asked for.
    }

    /** How far snapshots, and leaders whom a step from this server's term to {@code newTerm} may have heeded, allow to commit. */
    long mayCommit(long newTerm) {
        long allowed = latestSnapshot;
        for (FromLeader sent : heeded(newTerm)) {
            allowed = Math.max(allowed, sent.commitIndex);
        }
        return allowed;
    }

    /**
     * A leader's message takes effect when it arrives, and only if its term is not below the server's. That decides which
     * count, not their age: a server that lost its disk is back in term 0, and what is repeated then is new to it.
     */
    private Collection<FromLeader> heeded(long newTerm) {
        return fromLeaders.subMap(currentTerm, true, newTerm, true).values();
    }

    /** All AppendEntries and heartbeats that the leader of one term sent to one server, taken together. */
    static final class FromLeader {
        private long first;
        private long[] terms = new long[16];

        /** Everything up to here is known to agree, if {@code prev} of every message does. */
        long matchIndex;

        /** The highest index that a message allows to commit. */
        long commitIndex;

        /** The term of the entry that was sent for this index; 0 if none was. */
        long termAt(long index) {
            return covers(index) ? terms[(int) (index - first)] : 0;
        }

        private boolean covers(long index) {
            return index >= first && index < first + terms.length;
        }

        void entry(EntryId id) {
            if (first == 0) {
                first = id.index();
            }
            if (!covers(id.index())) {
                makeRoomFor(id.index());
            }
            terms[(int) (id.index() - first)] = id.term();
        }

        private void makeRoomFor(long index) {
            long newFirst = index < first ? Math.max(1, index - terms.length) : first;
            long end = Math.max(first, index) + 2L * terms.length;
            long[] more = new long[(int) (end - newFirst)];
            System.arraycopy(terms, 0, more, (int) (first - newFirst), terms.length);
            first = newFirst;
            terms = more;
        }
    }
}
