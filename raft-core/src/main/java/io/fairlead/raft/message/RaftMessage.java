package io.fairlead.raft.message;

/**
 * What members of a group say to each other. Every message names its sender and its receiver; those of the protocol
 * proper also carry the sender's term at the moment the message was built.
 */
public sealed interface RaftMessage
        permits RequestPreVote,
                RequestPreVoteReply,
                RequestVote,
                RequestVoteReply,
                AppendEntries,
                AppendEntriesReply,
                Heartbeat,
                HeartbeatReply,
                HeartbeatBundle,
                InstallSnapshot,
                InstallSnapshotReply,
                TimeoutNow,
                RollCall,
                RollCallReply,
                ForwardProposals,
                ForwardProposalsReply,
                ReadIndexRequest,
                ReadIndexReply,
                FetchSnapshotChunk,
                SnapshotChunk {
    /** {@return the id of the member that sends} */
    long from();

    /** {@return the id of the member that is meant} */
    long to();
}
