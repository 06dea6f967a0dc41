package io.fairlead.raft;

/**
 * Where the time of one proposal went, from the call to the answer, in nanoseconds. The stages follow each other, so
 * their sum is what the caller waited.
 *
 * @param gatherNanos until it was given to the leader: the way to the loop, and the wait for company
 * @param quorumNanos from there until this member knew that it is committed: the log, the network, the quorum's disks
 * @param waitNanos from there until the applier took it: the way to the applier, and what was applied before
 * @param applyNanos in the state machine, with all that was applied together with it
 * @param answerNanos until its callback had returned, with those that were answered before it
 */
public record ProposalTimes(long gatherNanos, long quorumNanos, long waitNanos, long applyNanos, long answerNanos) {}
