package io.fairlead.raft.message;

import java.util.List;

/**
 * What one node has to say to another for all its groups together: heartbeats and answers to them, and that the node
 * itself is there.
 *
 * @param from the member that sends
 * @param to the member that is meant
 * @param life which run of the sender's process speaks; 0 if the bundle says nothing about its node
 * @param beat grows with every sign of life that this run gives, so that one that is late, or repeated, is known as such
 * @param parts at most {@value #MAX_PARTS}
 */
public record HeartbeatBundle(long from, long to, long life, long beat, List<Part> parts) implements RaftMessage {
    /** Larger bundles are cut into several. */
    public static final int MAX_PARTS = 4096;

    /**
     * The message of one group; one that {@link #takes} tells to be fit.
     *
     * @param groupId the group's number
     * @param message from and to the same members as the bundle
     */
    public record Part(long groupId, RaftMessage message) {}

    /**
     * Checks and freezes.
     *
     * @param from the member that sends
     * @param to the member that is meant
     * @param life which run of the sender's process speaks; 0 if the bundle says nothing about its node
     * @param beat grows with every sign of life that this run gives; 0 if the bundle says nothing about its node
     * @param parts copied; at most {@value #MAX_PARTS}, or an {@link IllegalArgumentException} says so
     */
    public HeartbeatBundle {
        if (parts.size() > MAX_PARTS) {
            throw new IllegalArgumentException(parts.size() + " parts, must be at most " + MAX_PARTS);
        }
        parts = List.copyOf(parts);
    }

    /**
     * {@return whether a message can wait for those of other groups: heartbeats and their answers, unless a reader
     * waits}
     *
     * @param message any message
     */
    public static boolean takes(RaftMessage message) {
        if (message instanceof Heartbeat heartbeat) {
            return heartbeat.readRound() == 0 && heartbeat.sentAtNanos() != 0;
        }
        return message instanceof HeartbeatReply reply && reply.readRound() == 0;
    }
}
