package io.fairlead.raft.message;

/**
 * Tells which forwarded proposals were refused. Nothing of them was appended.
 *
 * @param sequences the refused proposals, as their source calls them
 * @param refusal why
 */
public record ForwardProposalsReply(long from, long to, java.util.List<Long> sequences, Refusal refusal)
        implements RaftMessage {}
