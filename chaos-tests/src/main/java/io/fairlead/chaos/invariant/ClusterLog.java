package io.fairlead.chaos.invariant;

import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.EntryId;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * What all logs of all members have ever contained, as hashes over prefixes, and what is committed. Shared by the
 * invariants; every step costs what changed in it.
 */
public final class ClusterLog {
    /** Terms and prefix hashes of one member's present log. */
    static final class Mirror {
        int life = -1;
        long base;
        long first;
        long[] terms = new long[64];
        long[] hashes = new long[64];
        int count;
        boolean shrunk;
        long kept;
        long checked;

        long last() {
            return base + count - 1;
        }

        long termAt(long index) {
            return terms[(int) (index - base)];
        }

        long hashAt(long index) {
            return hashes[(int) (index - base)];
        }

        boolean covers(long index) {
            return index >= base && index <= last();
        }
    }

    private final PerMember<Mirror> mirrors = new PerMember<>(Mirror::new);
    private final PerEntry prefixHashes = new PerEntry();
    private final TreeMap<Long, Long> committedByTerm = new TreeMap<>();
    private long[] committedHashes;
    private long[] committedTerms;
    private long committed;

    /** A cluster whose members' logs are empty, or go back to one that begins behind this entry. */
    public ClusterLog(EntryId beforeFirst) {
        prefixHashes.putIfAbsent(beforeFirst.term(), beforeFirst.index(), 0);
        committed = beforeFirst.index();
        committedHashes = new long[(int) committed + 1024];
        committedTerms = new long[(int) committed + 1024];
        committedTerms[(int) committed] = beforeFirst.term();
    }

    /** The last entry that is committed, as far as any member knows. */
    public long committed() {
        return committed;
    }

    /** The committed entry at an index up to {@link #committed()}. */
    public EntryId committedAt(long index) {
        return new EntryId(committedTerms[(int) index], index);
    }

    /** The last index that leaders of terms before this one are known to have committed. */
    long committedBefore(long term) {
        Map.Entry<Long, Long> lower = committedByTerm.lowerEntry(term);
        return lower == null ? 0 : lower.getValue();
    }

    Mirror mirror(long member) {
        return mirrors.of(member);
    }

    /** Up to where a member's log is as it was before its last step. */
    long keptIndex(long member) {
        return mirror(member).kept;
    }

    private static long hash(long prefix, long term) {
        long z = (prefix ^ (term * 0x9E3779B97F4A7C15L)) * 0xBF58476D1CE4E5B9L;
        return z ^ (z >>> 29);
    }

    /** Brings the picture of a member's log up to date; throws if Log Matching is hurt (§5.3). */
    void update(MemberView member, Server server) {
        Mirror mirror = mirror(member.id());
        mirror.shrunk = false;
        boolean begun = mirror.life != member.life();
        if (begun) {
            mirror.life = member.life();
            restart(mirror, server);
        }
        long last = server.lastIndex();
        long first = server.firstIndex() - 1;
        long had = mirror.last();
        if (first > had || (first > mirror.first && replaced(mirror, server, first))) {
            restart(mirror, server);
        }
        mirror.first = first;
        long same = Math.min(last, mirror.last());
        while (same > Math.max(mirror.base, first) && server.termAt(same) != mirror.termAt(same)) {
            same--;
        }
        mirror.kept = begun ? last : same;
        if (same < had) {
            mirror.shrunk = true;
            mirror.count = (int) (same - mirror.base + 1);
        }
        checkNext(mirror, server, member);
        for (long index = mirror.last() + 1; index <= last; index++) {
            append(mirror, server.termAt(index), member);
        }
    }

    /** A snapshot may end at an index at which this log had another entry: then the log begins anew behind it. */
    private static boolean replaced(Mirror mirror, Server server, long first) {
        return mirror.covers(first) && server.termAt(first) != mirror.termAt(first);
    }

    private void restart(Mirror mirror, Server server) {
        mirror.base = server.firstIndex() - 1;
        mirror.first = mirror.base;
        EntryId before = server.entryId(mirror.base);
        long hash = prefixHashes.get(before.term(), before.index());
        if (hash == PerEntry.NONE) {
            throw new SafetyViolation(
                    "I3", "log matching", "a log begins behind " + before + ", which nobody ever had");
        }
        mirror.terms[0] = before.term();
        mirror.hashes[0] = hash;
        mirror.count = 1;
    }

    /** What was there before is looked at again, one entry a step, over and over. */
    private static void checkNext(Mirror mirror, Server server, MemberView member) {
        long index = mirror.checked + 1;
        if (!mirror.covers(index) || index < mirror.first) {
            index = Math.max(mirror.base, mirror.first);
        }
        mirror.checked = index;
        if (server.termAt(index) != mirror.termAt(index)) {
            throw new SafetyViolation(
                    "I3",
                    "log matching",
                    "member " + member.id() + " changed the term of entry " + index + " from " + mirror.termAt(index)
                            + " to " + server.entryId(index));
        }
    }

    private void append(Mirror mirror, long term, MemberView member) {
        if (mirror.count == mirror.terms.length) {
            mirror.terms = Arrays.copyOf(mirror.terms, mirror.count * 2);
            mirror.hashes = Arrays.copyOf(mirror.hashes, mirror.count * 2);
        }
        long hash = hash(mirror.hashes[mirror.count - 1], term);
        mirror.terms[mirror.count] = term;
        mirror.hashes[mirror.count] = hash;
        mirror.count++;
        long known = prefixHashes.putIfAbsent(term, mirror.last(), hash);
        if (known != PerEntry.NONE && known != hash) {
            throw new SafetyViolation(
                    "I3",
                    "log matching",
                    "member " + member.id() + " has " + new EntryId(term, mirror.last())
                            + " behind another prefix than others");
        }
    }

    /** Takes over a member's commit index; throws if two members committed different entries (§5.4.3). */
    void commit(MemberView member, Server server) {
        long commit = server.commitIndex();
        Mirror mirror = mirror(member.id());
        if (!mirror.covers(commit)) {
            return;
        }
        if (commit <= committed) {
            if (mirror.hashAt(commit) != committedHashes[(int) commit]) {
                throw new SafetyViolation(
                        "I9",
                        "committed prefixes agree",
                        "member " + member.id() + " committed " + server.entryId(commit) + ", others "
                                + committedAt(commit));
            }
            return;
        }
        while (commit >= committedHashes.length) {
            committedHashes = Arrays.copyOf(committedHashes, committedHashes.length * 2);
            committedTerms = Arrays.copyOf(committedTerms, committedTerms.length * 2);
        }
        if (mirror.covers(committed) && mirror.hashAt(committed) != committedHashes[(int) committed]) {
            throw new SafetyViolation(
                    "I9",
                    "committed prefixes agree",
                    "member " + member.id() + " committed up to " + server.entryId(commit) + " without the committed "
                            + committedAt(committed));
        }
        for (long index = committed + 1; index <= commit; index++) {
            committedHashes[(int) index] = mirror.hashAt(index);
            committedTerms[(int) index] = mirror.termAt(index);
        }
        committed = commit;
        committedByTerm.merge(server.term(), commit, Math::max);
    }

    /** Tells if a member's log contains everything committed up to {@code index}. */
    boolean agreesUpTo(MemberView member, long index) {
        Mirror mirror = mirror(member.id());
        return index == 0
                || index < mirror.base
                || (index <= mirror.last() && mirror.hashAt(index) == committedHashes[(int) index]);
    }
}
