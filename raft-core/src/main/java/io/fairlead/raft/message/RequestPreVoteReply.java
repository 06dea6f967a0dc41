package io.fairlead.raft.message;

/**
 * Answers {@link RequestPreVote}.
 *
 * @param from the voter
 * @param to the member that asked
 * @param term the request's term if granted, else the voter's own
 * @param refusal {@link Refusal#NONE} if granted
 * @param leader the leader the voter knows, 0 if none
 */
public record RequestPreVoteReply(long from, long to, long term, Refusal refusal, long leader) implements RaftMessage {
    /** {@return whether the voter would vote for the sender of the request} */
    public boolean granted() {
        return refusal == Refusal.NONE;
    }
}
