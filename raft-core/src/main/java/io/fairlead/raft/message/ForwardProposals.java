package io.fairlead.raft.message;

import java.util.List;

/**
 * Brings proposals made at a follower to the leader. The proposer recognises them by source and sequence when it
 * applies them, so only a refusal is answered.
 *
 * @param from the member that sends
 * @param to the member that is meant
 * @param leaderTerm the term in which the sender takes the receiver for the leader. A leader of any other term refuses,
 *     so once an entry of a later term is applied the proposer knows that these never will be
 * @param life random id of the sender's present life
 * @param number grows with each message of one life, so that a repeated message is recognised
 * @param proposals entries without a place in the log
 */
public record ForwardProposals(long from, long to, long leaderTerm, long life, long number, List<Entry> proposals)
        implements RaftMessage {}
