package io.fairlead.raft.runtime;

import io.fairlead.raft.message.Refusal;

/** Says refusals in words. <b>Threads:</b> any. */
final class Refusals {
    private Refusals() {}

    /** One clause for a message to a person. */
    static String inWords(Refusal refusal) {
        return switch (refusal) {
            case NONE -> "not refused";
            case NOT_LEADER -> "no leader is known";
            case NO_QUORUM -> "the leader does not reach a quorum";
            case TRANSFER_IN_PROGRESS -> "leadership is being handed over";
            case OVERLOADED -> "too many requests are under way";
            case TOO_LARGE -> "the command is too large";
            case SUPERSEDED -> "a new leader took over";
            case IN_REPAIR -> "this member is being repaired";
            case SICK_DISK -> "the disk does not keep up";
            case REMOVED -> "this member was removed from the group";
            case STALE_TERM, LOG_BEHIND, ALREADY_VOTED, LEADER_ALIVE, RESTART_SILENCE, LOWER_PRIORITY ->
                refusal.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
        };
    }
}
