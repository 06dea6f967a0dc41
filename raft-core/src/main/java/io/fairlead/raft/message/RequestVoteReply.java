package io.fairlead.raft.message;

/**
 * Answers {@link RequestVote}; a grant leaves only when the vote is durable.
 *
 * @param from the voter
 * @param to the candidate
 * @param term the voter's term
 * @param refusal {@link Refusal#NONE} if granted
 * @param leader the leader the voter knows, 0 if none
 */
public record RequestVoteReply(long from, long to, long term, Refusal refusal, long leader) implements RaftMessage {
    /** {@return whether the candidate got the vote} */
    public boolean granted() {
        return refusal == Refusal.NONE;
    }
}
