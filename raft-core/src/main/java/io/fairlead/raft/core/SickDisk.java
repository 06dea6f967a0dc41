package io.fairlead.raft.core;

/**
 * What a member leaves to others while its own disk does not answer: it would win no election and keep no promise in
 * time. A leader hands over to a voter whose disk does, and steps down if that fails; a voter does not encourage an
 * election that would need its vote, nor stand for one.
 */
final class SickDisk {
    /** A write that waits for the longest election timeout has a sick disk; one that waits for so many, a dead one. */
    private static final int SICK_TIMEOUTS = 2;

    private static final int DEAD_TIMEOUTS = 5;

    private final Server server;
    private long unsyncedNanos;

    SickDisk(Server server) {
        this.server = server;
    }

    long unsyncedNanos() {
        return unsyncedNanos;
    }

    boolean isSick() {
        return waitsFor(SICK_TIMEOUTS, unsyncedNanos);
    }

    private boolean waitsFor(int timeouts, long nanos) {
        return nanos >= timeouts * server.settings.electionTimeoutNanos();
    }

    /** The oldest write that is not synced waits for so long; 0 says that there is none. */
    void onDelay(long oldestUnsyncedNanos, long now) {
        unsyncedNanos = oldestUnsyncedNanos;
        Leadership leadership = server.leadership();
        if (leadership == null || !isSick() || server.transfer.isPending()) {
            return;
        }
        Progress successor = Successor.best(
                leadership,
                server.configuration(),
                peer -> leadership.hasContact(peer.peer, now)
                        && peer.isWhole()
                        && !waitsFor(SICK_TIMEOUTS, peer.unsyncedNanos));
        if (successor == null) {
            return; // Nobody is better off.
        }
        if (waitsFor(DEAD_TIMEOUTS, unsyncedNanos)) {
            server.roles.stepDown("its disk does not answer, and nobody took over", now);
        } else {
            server.transfer.start(0, successor.peer, now);
        }
    }
}
