package io.fairlead.raft.message;

/**
 * How far a member's word can be relied on after what its disk may have lost (rule Q6). The order is part of the wire
 * format; add at the end.
 */
public enum Standing {
    /** Everything that it ever acknowledged, and its votes, are on its disk. */
    WHOLE,
    /**
     * It lost entries that it may have acknowledged, but knows its term and vote. It does not vote or campaign. What it
     * acknowledges now is there and counts; what it acknowledged before may be gone.
     */
    REFILLING,
    /** It may have forgotten a term or a vote as well: it does not vote or campaign, and its answers do not count. */
    IN_DOUBT,
    /**
     * It began with an empty disk, be it because the cluster is being founded or because its disk was lost: as {@link
     * #IN_DOUBT}, until all voters have said that their logs are empty, too, and it founds the cluster with them.
     */
    UNPROVEN;

    /** {@return whether acknowledgements, heartbeat answers and votes count for a quorum} */
    public boolean counts() {
        return this == WHOLE || this == REFILLING;
    }

    /** {@return whether entries that were acknowledged may be gone} */
    public boolean hasLost() {
        return this == REFILLING || this == IN_DOUBT;
    }
}
