package io.fairlead.raft.message;

import java.util.List;

/**
 * Tells which forwarded proposals were refused. Nothing of them was appended.
 *
 * @param from the member that sends
 * @param to the member that forwarded them
 * @param source who proposed them
 * @param sequences the refused proposals, as their source calls them
 * @param refusal why
 */
public record ForwardProposalsReply(long from, long to, long source, List<Long> sequences, Refusal refusal)
        implements RaftMessage {}
