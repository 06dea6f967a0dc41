package io.fairlead.raft.core;

import io.fairlead.raft.message.Standing;

/**
 * What a leader knows of one peer (figure 2, volatile state on leaders). Lives and dies with the leadership.
 *
 * <p>Probe: where the logs agree is not known, so one message at a time. Replicate: it is, so many are sent ahead.
 * Snapshot: the peer needs what the log no longer has, so nothing is sent until it has it.
 */
final class Progress {
    /** See the class. */
    enum State {
        PROBE,
        REPLICATE,
        SNAPSHOT
    }

    /** "Never": long before any time, without overflowing differences. */
    static final long NEVER = Long.MIN_VALUE / 4;

    final long peer;
    final Inflights inflights;

    private State state = State.PROBE;
    private long matchIndex;
    private long acknowledgedIndex;
    private boolean whole;
    private boolean counts;
    private long nextIndex;
    private long pendingSnapshot;
    private long pendingSnapshotSince;

    /** In probe state: a probe is under way. */
    boolean probeSent;
    /** The log store is being read for this peer. */
    boolean reading;
    /** A snapshot has been asked for. */
    boolean snapshotRequested;
    /** When the newest answered message was sent: the only time a lease may rest on (rule Q1). */
    long ackedSendNanos = NEVER;
    /** The same with grace for newcomers: check-quorum looks at this (rule Q2). */
    long contactNanos;
    /** The newest read round the peer has confirmed. */
    long ackedRound;
    /** The entry that removes this peer; {@code Long.MAX_VALUE} while it is a member. */
    long leavesAt = Long.MAX_VALUE;
    /** When a removed peer is given up. */
    long leavesUntil = Long.MAX_VALUE;
    /** The highest commit index that was sent. */
    long commitSent;
    /** It has answered that it is quiet, and nothing else was sent since. */
    boolean quiet;
    /** How long the peer's oldest un-synced write has been waiting, as it last said. */
    long unsyncedNanos;

    Progress(long peer, long nextIndex, long nowNanos, int maxInflightMessages, long maxInflightBytes) {
        this.peer = peer;
        this.nextIndex = nextIndex;
        this.contactNanos = nowNanos;
        this.inflights = new Inflights(maxInflightMessages, maxInflightBytes);
    }

    State state() {
        return state;
    }

    long matchIndex() {
        return matchIndex;
    }

    /** Up to where its acknowledgements count for a quorum: all of them, unless it may have forgotten a vote. */
    long acknowledgedIndex() {
        return acknowledgedIndex;
    }

    /** Tells if it has said that it votes and may lead. */
    boolean isWhole() {
        return whole;
    }

    long nextIndex() {
        return nextIndex;
    }

    long pendingSnapshot() {
        return pendingSnapshot;
    }

    long pendingSnapshotSince() {
        return pendingSnapshotSince;
    }

    /** Tells if the peer is no longer a member and only has to hear so. */
    boolean isLeaving() {
        return leavesAt != Long.MAX_VALUE;
    }

    /** The snapshot is making headway. */
    void snapshotAlive(long nowNanos) {
        pendingSnapshotSince = nowNanos;
    }

    /** Tells if an append may be sent now. */
    boolean maySend() {
        if (state == State.REPLICATE) {
            return !inflights.isFull() && !reading;
        }
        return state == State.PROBE && !probeSent && !reading;
    }

    /** An answer at {@code sentAtNanos} or later is here. */
    void heard(long sentAtNanos, long round, long unsynced, Standing standing) {
        unsyncedNanos = unsynced;
        whole = standing == Standing.WHOLE;
        counts = standing.counts();
        if (sentAtNanos != 0) { // Else it answers nothing in particular.
            contactNanos = Math.max(contactNanos, sentAtNanos);
        }
        if (counts && sentAtNanos != 0) {
            ackedSendNanos = Math.max(ackedSendNanos, sentAtNanos);
        }
        if (counts) {
            ackedRound = Math.max(ackedRound, round);
        }
    }

    /** The peer refused what it once acknowledged, because it lost it: forget that it had it. */
    void lost(long rejected) {
        matchIndex = 0;
        reset(State.PROBE);
        nextIndex = rejected + 1;
    }

    /** Entries up to {@code lastIndex} were sent. */
    void sent(long lastIndex, int bytes, long now) {
        if (state == State.REPLICATE) {
            inflights.add(lastIndex, bytes, now);
            nextIndex = lastIndex + 1;
        } else {
            probeSent = true;
        }
    }

    /** The peer has everything up to {@code index} (rule A9); answers whether that is news. */
    boolean matched(long index, long now) {
        boolean news = index > matchIndex || index > acknowledgedIndex;
        matchIndex = Math.max(matchIndex, index);
        if (counts) {
            acknowledgedIndex = Math.max(acknowledgedIndex, index);
        }
        nextIndex = Math.max(nextIndex, index + 1);
        probeSent = false;
        inflights.freeTo(index, now);
        return news;
    }

    void becomeReplicate() {
        reset(State.REPLICATE);
        nextIndex = matchIndex + 1;
    }

    void becomeProbe() {
        long next = state == State.SNAPSHOT ? Math.max(matchIndex, pendingSnapshot) + 1 : matchIndex + 1;
        reset(State.PROBE);
        nextIndex = next;
    }

    /** The snapshot did not get there: look again where the peer stands, not where it would have stood (rule S9). */
    void snapshotFailed() {
        pendingSnapshot = 0;
        becomeProbe();
    }

    void becomeSnapshot(long index, long nowNanos) {
        reset(State.SNAPSHOT);
        pendingSnapshot = index;
        pendingSnapshotSince = nowNanos;
    }

    /** Looks for the last common entry further back; answers false if the refusal is an old one (rule A8). */
    boolean refused(long rejected, long nextProbe) {
        if (state == State.REPLICATE) {
            if (rejected <= matchIndex) {
                return false;
            }
            becomeProbe();
            return true;
        }
        if (state == State.SNAPSHOT || rejected != nextIndex - 1) {
            return false;
        }
        nextIndex = Math.max(Math.min(rejected, nextProbe + 1), matchIndex + 1);
        probeSent = false;
        return true;
    }

    private void reset(State next) {
        state = next;
        probeSent = false;
        pendingSnapshot = 0;
        inflights.clear();
    }

    @Override
    public String toString() {
        return peer + " " + state + " match=" + matchIndex + " next=" + nextIndex + " inflight=" + inflights.count();
    }
}
