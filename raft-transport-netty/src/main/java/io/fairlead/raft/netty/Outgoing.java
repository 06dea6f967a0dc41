package io.fairlead.raft.netty;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.ForwardProposals;
import io.fairlead.raft.message.ForwardProposalsReply;
import io.fairlead.raft.message.HeartbeatBundle;
import io.fairlead.raft.message.InstallSnapshot;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.SnapshotChunk;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message on its way to a link, as a node of the {@link SendQueue}. */
final class Outgoing {
    /** More than the fields of any message take, with frame header and group. */
    private static final int FIELDS_BYTES = 112;

    private static final int BYTES_PER_MEMBER = 320;
    private static final int BYTES_PER_PART = 72;

    final Link link;
    final long groupId;
    final RaftMessage message;
    /** About the size of the frame, never much less. */
    final int size;

    @Nullable Outgoing next;

    Outgoing(Link link, long groupId, RaftMessage message, int size) {
        this.link = link;
        this.groupId = groupId;
        this.message = message;
        this.size = size;
    }

    /** How many bytes the frame of {@code message} will take, at most, configurations with long addresses aside. */
    static int sizeOf(RaftMessage message) {
        if (message instanceof AppendEntries append) {
            return FIELDS_BYTES + sizeOf(append.entries());
        }
        if (message instanceof ForwardProposals forward) {
            return FIELDS_BYTES + sizeOf(forward.proposals());
        }
        if (message instanceof SnapshotChunk chunk) {
            return FIELDS_BYTES + chunk.data().remaining();
        }
        if (message instanceof ForwardProposalsReply reply) {
            return FIELDS_BYTES + 10 * reply.sequences().size();
        }
        if (message instanceof HeartbeatBundle bundle) {
            return FIELDS_BYTES + BYTES_PER_PART * bundle.parts().size();
        }
        if (message instanceof InstallSnapshot install) {
            return FIELDS_BYTES
                    + BYTES_PER_MEMBER
                            * install.snapshot().configuration().members().size();
        }
        return FIELDS_BYTES;
    }

    private static int sizeOf(List<Entry> entries) {
        int size = 0;
        for (int i = 0; i < entries.size(); i++) {
            size += entries.get(i).encodedLength();
        }
        return size;
    }
}
