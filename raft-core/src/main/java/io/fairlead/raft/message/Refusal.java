package io.fairlead.raft.message;

/** Why a member refused a vote or a request. The order is part of the wire format; add at the end. */
public enum Refusal {
    /** Not refused. */
    NONE,
    /** The candidate's term is behind the voter's. */
    STALE_TERM,
    /** The candidate's log is not up to date (§5.4.1). */
    LOG_BEHIND,
    /** The voter gave its vote of this term to another candidate (§5.2). */
    ALREADY_VOTED,
    /** The voter hears from a live leader (dissertation §4.2.3). */
    LEADER_ALIVE,
    /** The voter restarted less than an election timeout ago and may have promised a lease. */
    RESTART_SILENCE,
    /** The voter may have lost acknowledged entries and is being repaired. */
    IN_REPAIR,
    /** The voter's disk is sick. */
    SICK_DISK,
    /** A committed configuration no longer contains the candidate. */
    REMOVED,
    /** This member does not lead and knows no leader, or another one. */
    NOT_LEADER,
    /** The leader has not heard from a quorum for an election timeout. */
    NO_QUORUM,
    /** The leader is handing over its leadership. */
    TRANSFER_IN_PROGRESS,
    /** A queue is full. */
    OVERLOADED,
    /** The proposal was overtaken by a leader of a later term; it was not and will not be applied. */
    SUPERSEDED,
    /** A voter of higher priority is alive. */
    LOWER_PRIORITY,
    /** The command is larger than the group takes; trying again is no use. */
    TOO_LARGE
}
