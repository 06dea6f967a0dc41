package io.fairlead.raft.netty.codec;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.FetchSnapshotChunk;
import io.fairlead.raft.message.ForwardProposals;
import io.fairlead.raft.message.ForwardProposalsReply;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.HeartbeatBundle;
import io.fairlead.raft.message.HeartbeatReply;
import io.fairlead.raft.message.InstallSnapshot;
import io.fairlead.raft.message.InstallSnapshotReply;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.ReadIndexReply;
import io.fairlead.raft.message.ReadIndexRequest;
import io.fairlead.raft.message.RequestPreVote;
import io.fairlead.raft.message.RequestPreVoteReply;
import io.fairlead.raft.message.RequestVote;
import io.fairlead.raft.message.RequestVoteReply;
import io.fairlead.raft.message.RollCall;
import io.fairlead.raft.message.RollCallReply;
import io.fairlead.raft.message.SnapshotChunk;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.message.TimeoutNow;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Puts messages into frames. Entries and snapshot bytes are copied once, from where they are into the outgoing buffer.
 *
 * <p><b>Threads:</b> one at a time; keeps a scratch array between calls.
 */
@SuppressWarnings("EnumOrdinal") // The order of these enums is part of the wire format; a test holds it.
public final class MessageEncoder {
    private final BackwardWriter fields = new BackwardWriter();
    private final CRC32C crc = new CRC32C();

    /** What the frame carries behind {@link #fields}; one of the two, or none. */
    private List<Entry> entries = List.of();

    private ByteBuffer data = ByteBuffer.allocate(0);
    private int payloadLength;
    private boolean payloadHasOwnChecksum;

    /**
     * Appends one frame to {@code out}.
     *
     * @param maxFrameBytes the largest body that the receiver takes
     * @return whether the frame was written; false, and nothing written, if its body is too large
     */
    public boolean encode(long group, RaftMessage message, int maxFrameBytes, ByteBuf out) {
        fields.clear();
        entries = List.of();
        payloadLength = 0;
        payloadHasOwnChecksum = true;
        int type = writeMessage(message);
        fields.lengthAndTag(type, fields.length() + payloadLength);
        fields.varint(Wire.GROUP, group);
        long length = (long) fields.length() + payloadLength;
        if (length > maxFrameBytes) {
            return false;
        }
        writeFrame((int) length, out);
        return true;
    }

    private void writeFrame(int length, ByteBuf out) {
        out.ensureWritable(Wire.HEADER_BYTES + length);
        crc.reset();
        crc.update(fields.array(), fields.position(), fields.length());
        int crcAt = out.writerIndex() + Integer.BYTES;
        out.writeInt(length);
        out.writeInt((int) crc.getValue());
        out.writeBytes(fields.array(), fields.position(), fields.length());
        if (payloadLength == 0) {
            return;
        }
        int payloadAt = out.writerIndex();
        ByteBuffer target = out.internalNioBuffer(payloadAt, payloadLength);
        if (entries.isEmpty()) {
            target.put(data);
        } else {
            for (int i = 0; i < entries.size(); i++) {
                entries.get(i).copyTo(target);
            }
        }
        out.writerIndex(payloadAt + payloadLength);
        if (!payloadHasOwnChecksum) {
            crc.update(out.internalNioBuffer(payloadAt, payloadLength));
            out.setInt(crcAt, (int) crc.getValue());
        }
    }

    /** Writes the fields of {@code message}, highest number first, and returns which message of the frame it is. */
    private int writeMessage(RaftMessage message) {
        if (message instanceof AppendEntries append) {
            entriesField(8, 7, append.entries(), true);
            fields.fixed64(6, append.sentAtNanos());
            fields.varint(5, append.readRound());
            fields.varint(4, append.leaderCommit());
            fields.varint(3, append.prev().index());
            fields.varint(2, append.prev().term());
            fields.varint(1, append.term());
            return Wire.APPEND_ENTRIES;
        }
        if (message instanceof AppendEntriesReply reply) {
            fields.varint(9, reply.standing().ordinal());
            fields.varint(8, reply.unsyncedNanos());
            fields.fixed64(7, reply.sentAtNanos());
            fields.varint(6, reply.readRound());
            fields.varint(5, reply.hint().index());
            fields.varint(4, reply.hint().term());
            fields.varint(3, reply.index());
            fields.bool(2, reply.success());
            fields.varint(1, reply.term());
            return Wire.APPEND_ENTRIES_REPLY;
        }
        if (message instanceof Heartbeat heartbeat) {
            heartbeat(heartbeat);
            return Wire.HEARTBEAT;
        }
        if (message instanceof HeartbeatReply reply) {
            heartbeatReply(reply);
            return Wire.HEARTBEAT_REPLY;
        }
        if (message instanceof HeartbeatBundle bundle) {
            heartbeatBundle(bundle);
            return Wire.HEARTBEAT_BUNDLE;
        }
        if (message instanceof ReadIndexRequest request) {
            fields.varint(1, request.requestId());
            return Wire.READ_INDEX_REQUEST;
        }
        if (message instanceof ReadIndexReply reply) {
            fields.varint(3, reply.index());
            fields.varint(2, reply.refusal().ordinal());
            fields.varint(1, reply.requestId());
            return Wire.READ_INDEX_REPLY;
        }
        if (message instanceof ForwardProposals forward) {
            entriesField(5, 4, forward.proposals(), false);
            fields.varint(3, forward.number());
            fields.fixed64(2, forward.life());
            fields.varint(1, forward.leaderTerm());
            return Wire.FORWARD_PROPOSALS;
        }
        return writeRareMessage(message);
    }

    private void heartbeat(Heartbeat heartbeat) {
        fields.fixed64(5, heartbeat.quietLife());
        fields.fixed64(4, heartbeat.sentAtNanos());
        fields.varint(3, heartbeat.readRound());
        fields.varint(2, heartbeat.commitIndex());
        fields.varint(1, heartbeat.term());
    }

    private void heartbeatReply(HeartbeatReply reply) {
        fields.bool(6, reply.quiet());
        fields.varint(5, reply.standing().ordinal());
        fields.varint(4, reply.unsyncedNanos());
        fields.fixed64(3, reply.sentAtNanos());
        fields.varint(2, reply.readRound());
        fields.varint(1, reply.term());
    }

    private void heartbeatBundle(HeartbeatBundle bundle) {
        List<HeartbeatBundle.Part> parts = bundle.parts();
        fields.varint(3, bundle.beat());
        for (int i = parts.size() - 1; i >= 0; i--) {
            HeartbeatBundle.Part part = parts.get(i);
            int before = fields.length();
            if (part.message() instanceof Heartbeat heartbeat) {
                heartbeat(heartbeat);
                fields.lengthAndTag(Wire.PART_HEARTBEAT, fields.length() - before);
            } else if (part.message() instanceof HeartbeatReply reply) {
                heartbeatReply(reply);
                fields.lengthAndTag(Wire.PART_HEARTBEAT_REPLY, fields.length() - before);
            } else {
                throw new IllegalArgumentException("no place in a bundle for " + part.message());
            }
            fields.varint(Wire.GROUP, part.groupId());
            fields.lengthAndTag(Wire.BUNDLE_PARTS, fields.length() - before);
        }
        fields.fixed64(1, bundle.life());
    }

    private int writeRareMessage(RaftMessage message) {
        if (message instanceof ForwardProposalsReply reply) {
            fields.varint(3, reply.refusal().ordinal());
            packed(2, reply.sequences());
            fields.fixed64(1, reply.source());
            return Wire.FORWARD_PROPOSALS_REPLY;
        }
        if (message instanceof RequestPreVote request) {
            fields.varint(3, request.last().index());
            fields.varint(2, request.last().term());
            fields.varint(1, request.term());
            return Wire.REQUEST_PRE_VOTE;
        }
        if (message instanceof RequestPreVoteReply reply) {
            fields.varint(3, reply.leader());
            fields.varint(2, reply.refusal().ordinal());
            fields.varint(1, reply.term());
            return Wire.REQUEST_PRE_VOTE_REPLY;
        }
        if (message instanceof RequestVote request) {
            fields.bool(4, request.transfer());
            fields.varint(3, request.last().index());
            fields.varint(2, request.last().term());
            fields.varint(1, request.term());
            return Wire.REQUEST_VOTE;
        }
        if (message instanceof RequestVoteReply reply) {
            fields.varint(3, reply.leader());
            fields.varint(2, reply.refusal().ordinal());
            fields.varint(1, reply.term());
            return Wire.REQUEST_VOTE_REPLY;
        }
        if (message instanceof TimeoutNow timeoutNow) {
            fields.varint(1, timeoutNow.term());
            return Wire.TIMEOUT_NOW;
        }
        if (message instanceof RollCall call) {
            fields.fixed64(1, call.call());
            return Wire.ROLL_CALL;
        }
        if (message instanceof RollCallReply reply) {
            fields.bool(4, reply.empty());
            fields.varint(3, reply.term());
            fields.fixed64(2, reply.life());
            fields.fixed64(1, reply.call());
            return Wire.ROLL_CALL_REPLY;
        }
        return writeSnapshotMessage(message);
    }

    private int writeSnapshotMessage(RaftMessage message) {
        if (message instanceof InstallSnapshot install) {
            snapshotMeta(2, install.snapshot());
            fields.varint(1, install.term());
            return Wire.INSTALL_SNAPSHOT;
        }
        if (message instanceof InstallSnapshotReply reply) {
            fields.varint(4, reply.receivedBytes());
            fields.varint(3, reply.status().ordinal());
            fields.fixed64(2, reply.snapshotId());
            fields.varint(1, reply.term());
            return Wire.INSTALL_SNAPSHOT_REPLY;
        }
        if (message instanceof FetchSnapshotChunk fetch) {
            fields.varint(3, fetch.maxBytes());
            fields.varint(2, fetch.offset());
            fields.fixed64(1, fetch.snapshotId());
            return Wire.FETCH_SNAPSHOT_CHUNK;
        }
        if (message instanceof SnapshotChunk chunk) {
            payloadLength = chunk.data().remaining();
            if (payloadLength > 0) {
                data = chunk.data().duplicate();
                fields.lengthAndTag(4, payloadLength);
            }
            fields.fixed32(3, chunk.crc32c());
            fields.zigzag(2, chunk.offset());
            fields.fixed64(1, chunk.snapshotId());
            return Wire.SNAPSHOT_CHUNK;
        }
        throw new IllegalArgumentException("no wire format for " + message.getClass());
    }

    private void entriesField(int field, int countField, List<Entry> list, boolean haveChecksums) {
        if (list.isEmpty()) {
            return;
        }
        int length = 0;
        for (int i = 0; i < list.size(); i++) {
            length = Math.addExact(length, list.get(i).encodedLength());
        }
        entries = list;
        payloadLength = length;
        payloadHasOwnChecksum = haveChecksums;
        fields.lengthAndTag(field, length);
        fields.varint(countField, list.size());
    }

    private void packed(int field, List<Long> values) {
        if (values.isEmpty()) {
            return;
        }
        int before = fields.length();
        for (int i = values.size() - 1; i >= 0; i--) {
            fields.rawVarint(values.get(i));
        }
        fields.lengthAndTag(field, fields.length() - before);
    }

    private void snapshotMeta(int field, SnapshotMeta meta) {
        int before = fields.length();
        fields.fixed32(7, meta.crc32c());
        fields.varint(6, meta.sizeBytes());
        fields.varint(5, meta.configurationIndex());
        fields.bytes(4, meta.configuration().encode());
        fields.varint(3, meta.lastIncluded().index());
        fields.varint(2, meta.lastIncluded().term());
        fields.fixed64(1, meta.id());
        fields.lengthAndTag(field, fields.length() - before);
    }
}
