package io.fairlead.chaos.sim;

/** What happened to messages. */
public final class NetworkCounts {
    long sent;
    long delivered;
    long lost;
    long cut;
    long duplicated;
    long replayed;

    /** Messages handed to the network. */
    public long sent() {
        return sent;
    }

    /** Messages that arrived, copies included. */
    public long delivered() {
        return delivered;
    }

    /** Messages that were dropped at random. */
    public long lost() {
        return lost;
    }

    /** Messages that met a partition or a dead receiver. */
    public long cut() {
        return cut;
    }

    /** Second copies. */
    public long duplicated() {
        return duplicated;
    }

    /** Messages that came again much later. */
    public long replayed() {
        return replayed;
    }
}
