package io.fairlead.chaos.sim;

import io.fairlead.raft.message.RaftMessage;
import org.jspecify.annotations.Nullable;

/** How one direction between two members behaves. Times in nanoseconds. */
public final class LinkFaults {
    /** The shortest time a message takes. */
    public long minDelay = 50_000;

    /** The mean of what comes on top, exponentially distributed. */
    public double meanExtraDelay = 100_000;

    /** Chance that a message is lost. */
    public double loss;

    /** Chance that a message arrives twice. */
    public double duplicate;

    /** The second copy comes up to this much later. */
    public long duplicateSpread = 1_000_000;

    /** Chance that a message is kept and delivered once more much later, when terms have changed. */
    public double replayLate;

    /** Messages under way before others are dropped at random; 0 for no limit. */
    public int capacity;

    /** Nothing passes. */
    public boolean blocked;

    /** Everything is held until then, and passes in order. */
    public long cloggedUntil;

    /** The only kind of message that is dropped, if not null. */
    public @Nullable Class<? extends RaftMessage> droppedKind;

    int underWay;
    int connection;

    /** The connection breaks: what is under way is lost, the last frame half sent. */
    public void reset() {
        connection++;
    }

    /** Takes all faults away; delays stay. */
    public void heal() {
        loss = 0;
        duplicate = 0;
        replayLate = 0;
        capacity = 0;
        blocked = false;
        cloggedUntil = 0;
        droppedKind = null;
    }
}
