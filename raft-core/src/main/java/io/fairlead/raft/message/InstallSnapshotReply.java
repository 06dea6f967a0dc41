package io.fairlead.raft.message;

/**
 * Tells the leader how an offered snapshot fares. That it is installed is told by {@link AppendEntriesReply}.
 *
 * @param from the member that sends
 * @param to the member that is meant
 * @param term the sender's term
 * @param snapshotId the snapshot that was offered
 * @param status what became of it
 * @param receivedBytes how much has arrived
 */
public record InstallSnapshotReply(long from, long to, long term, long snapshotId, Status status, long receivedBytes)
        implements RaftMessage {
    /** What became of an offered snapshot. The order is part of the wire format. */
    public enum Status {
        /** It is being fetched; sent now and then as a sign of life. */
        FETCHING,
        /** It could not be fetched or installed; the leader may offer it, or a newer one, again. */
        FAILED
    }
}
