package io.fairlead.raft.netty.codec;

import static io.fairlead.raft.netty.codec.BackwardWriter.BYTES;
import static io.fairlead.raft.netty.codec.BackwardWriter.FIXED32;
import static io.fairlead.raft.netty.codec.BackwardWriter.FIXED64;
import static io.fairlead.raft.netty.codec.BackwardWriter.VARINT;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
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
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.RequestPreVote;
import io.fairlead.raft.message.RequestPreVoteReply;
import io.fairlead.raft.message.RequestVote;
import io.fairlead.raft.message.RequestVoteReply;
import io.fairlead.raft.message.RollCall;
import io.fairlead.raft.message.RollCallReply;
import io.fairlead.raft.message.SnapshotChunk;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.message.Standing;
import io.fairlead.raft.message.TimeoutNow;
import io.fairlead.raft.netty.codec.FieldReader.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Takes messages out of frames, and is the gateway at which they are checked: what it returns is well formed, its
 * entries are intact and follow each other, and whoever gets it need not look again.
 *
 * <p>Entries and snapshot bytes in the result are views of the frame's array. Sender and receiver of every message are
 * those of the handshake, so no member can speak for another.
 *
 * <p><b>Threads:</b> one at a time.
 */
public final class MessageDecoder {
    private static final Refusal[] REFUSALS = Refusal.values();
    private static final Standing[] STANDINGS = Standing.values();
    private static final InstallSnapshotReply.Status[] STATUSES = InstallSnapshotReply.Status.values();
    private static final Shape SNAPSHOT_META = new Shape(FIXED64, VARINT, VARINT, BYTES, VARINT, VARINT, FIXED32);
    private static final Shape FRAME;
    private static final Shape BUNDLE_PART = new Shape(VARINT, BYTES, BYTES);
    private static final Shape[] SHAPES = new Shape[Wire.FRAME_FIELDS + 1];

    static {
        int[] frame = new int[Wire.FRAME_FIELDS];
        java.util.Arrays.fill(frame, BYTES);
        frame[Wire.GROUP - 1] = VARINT;
        FRAME = new Shape(frame);
        SHAPES[Wire.APPEND_ENTRIES] = new Shape(VARINT, VARINT, VARINT, VARINT, VARINT, FIXED64, VARINT, BYTES);
        SHAPES[Wire.APPEND_ENTRIES_REPLY] =
                new Shape(VARINT, VARINT, VARINT, VARINT, VARINT, VARINT, FIXED64, VARINT, VARINT);
        SHAPES[Wire.HEARTBEAT] = new Shape(VARINT, VARINT, VARINT, FIXED64, FIXED64);
        SHAPES[Wire.HEARTBEAT_REPLY] = new Shape(VARINT, VARINT, FIXED64, VARINT, VARINT, VARINT);
        SHAPES[Wire.HEARTBEAT_BUNDLE] = new Shape(FIXED64, BYTES, VARINT);
        SHAPES[Wire.REQUEST_PRE_VOTE] = new Shape(VARINT, VARINT, VARINT);
        SHAPES[Wire.REQUEST_PRE_VOTE_REPLY] = new Shape(VARINT, VARINT, VARINT);
        SHAPES[Wire.REQUEST_VOTE] = new Shape(VARINT, VARINT, VARINT, VARINT);
        SHAPES[Wire.REQUEST_VOTE_REPLY] = new Shape(VARINT, VARINT, VARINT);
        SHAPES[Wire.READ_INDEX_REQUEST] = new Shape(VARINT);
        SHAPES[Wire.READ_INDEX_REPLY] = new Shape(VARINT, VARINT, VARINT);
        SHAPES[Wire.FORWARD_PROPOSALS] = new Shape(VARINT, FIXED64, VARINT, VARINT, BYTES);
        SHAPES[Wire.FORWARD_PROPOSALS_REPLY] = new Shape(FIXED64, BYTES, VARINT);
        SHAPES[Wire.TIMEOUT_NOW] = new Shape(VARINT);
        SHAPES[Wire.INSTALL_SNAPSHOT] = new Shape(VARINT, BYTES);
        SHAPES[Wire.INSTALL_SNAPSHOT_REPLY] = new Shape(VARINT, FIXED64, VARINT, VARINT);
        SHAPES[Wire.FETCH_SNAPSHOT_CHUNK] = new Shape(FIXED64, VARINT, VARINT);
        SHAPES[Wire.SNAPSHOT_CHUNK] = new Shape(FIXED64, VARINT, FIXED32, BYTES);
        SHAPES[Wire.ROLL_CALL] = new Shape(FIXED64);
        SHAPES[Wire.ROLL_CALL_REPLY] = new Shape(FIXED64, FIXED64, VARINT, VARINT);
    }

    private final long from;
    private final long to;
    private final FieldReader in = new FieldReader();
    private final Payload payload = new Payload();
    private long group;

    /** For the frames that member {@code from} sends to member {@code to}. */
    public MessageDecoder(long from, long to) {
        this.from = from;
        this.to = to;
    }

    /** The group that the message decoded last belongs to. */
    public long group() {
        return group;
    }

    /**
     * Decodes one frame.
     *
     * @return the message; null if this version does not know its type or one of its enum values
     * @throws MalformedFrameException if the frame is damaged or not possible
     */
    public @Nullable RaftMessage decode(Frame frame) {
        int type = in.read(frame.array(), frame.offset(), frame.end(), FRAME);
        group = in.number(Wire.GROUP);
        if (type == 0) {
            payload.verifyFields(frame, 0);
            return null;
        }
        int start = in.start(type);
        in.read(frame.array(), start, start + in.length(type), SHAPES[type]);
        if (type == Wire.APPEND_ENTRIES) {
            payload.verifyFields(frame, in.length(8));
        } else if (type == Wire.SNAPSHOT_CHUNK) {
            payload.verifyFields(frame, in.length(4));
        } else {
            payload.verifyFields(frame, 0);
        }
        return message(type, frame);
    }

    private @Nullable RaftMessage message(int type, Frame frame) {
        return switch (type) {
            case Wire.APPEND_ENTRIES -> appendEntries(frame);
            case Wire.APPEND_ENTRIES_REPLY -> isStanding(9) ? appendEntriesReply() : null;
            case Wire.HEARTBEAT -> heartbeat();
            case Wire.HEARTBEAT_REPLY -> isStanding(5) ? heartbeatReply() : null;
            case Wire.HEARTBEAT_BUNDLE -> heartbeatBundle(frame);
            case Wire.REQUEST_PRE_VOTE -> new RequestPreVote(from, to, in.number(1), id(2, 3));
            case Wire.REQUEST_PRE_VOTE_REPLY ->
                isRefusal(2) ? new RequestPreVoteReply(from, to, in.number(1), refusal(2), in.number(3)) : null;
            case Wire.REQUEST_VOTE -> new RequestVote(from, to, in.number(1), id(2, 3), in.bool(4));
            case Wire.REQUEST_VOTE_REPLY ->
                isRefusal(2) ? new RequestVoteReply(from, to, in.number(1), refusal(2), in.number(3)) : null;
            case Wire.READ_INDEX_REQUEST -> new ReadIndexRequest(from, to, in.number(1));
            case Wire.READ_INDEX_REPLY ->
                isRefusal(2) ? new ReadIndexReply(from, to, in.number(1), refusal(2), in.number(3)) : null;
            case Wire.FORWARD_PROPOSALS ->
                new ForwardProposals(
                        from,
                        to,
                        in.number(1),
                        in.number(2),
                        in.number(3),
                        payload.entries(frame, in.start(5), in.length(5), in.count(4)));
            case Wire.FORWARD_PROPOSALS_REPLY -> isRefusal(3) ? forwardProposalsReply() : null;
            case Wire.TIMEOUT_NOW -> new TimeoutNow(from, to, in.number(1));
            case Wire.ROLL_CALL -> new RollCall(from, to, in.number(1));
            case Wire.ROLL_CALL_REPLY ->
                new RollCallReply(from, to, in.number(1), in.number(2), in.number(3), in.bool(4));
            case Wire.INSTALL_SNAPSHOT -> installSnapshot(frame);
            case Wire.INSTALL_SNAPSHOT_REPLY -> installSnapshotReply();
            case Wire.FETCH_SNAPSHOT_CHUNK -> new FetchSnapshotChunk(from, to, in.number(1), in.number(2), in.count(3));
            case Wire.SNAPSHOT_CHUNK -> snapshotChunk(frame);
            default -> null;
        };
    }

    private AppendEntries appendEntries(Frame frame) {
        long term = in.number(1);
        EntryId prev = id(2, 3);
        List<Entry> entries = payload.entries(frame, in.start(8), in.length(8), in.count(7));
        Payload.requireSuccessors(prev, term, entries);
        return new AppendEntries(from, to, term, prev, in.number(4), in.number(5), in.number(6), entries);
    }

    private AppendEntriesReply appendEntriesReply() {
        return new AppendEntriesReply(
                from,
                to,
                in.number(1),
                in.bool(2),
                in.number(3),
                id(4, 5),
                in.number(6),
                in.number(7),
                in.number(8),
                STANDINGS[in.count(9)]);
    }

    private Heartbeat heartbeat() {
        return new Heartbeat(from, to, in.number(1), in.number(2), in.number(3), in.number(4), in.number(5));
    }

    private HeartbeatReply heartbeatReply() {
        return new HeartbeatReply(
                from, to, in.number(1), in.number(2), in.number(3), in.number(4), STANDINGS[in.count(5)], in.bool(6));
    }

    /** A part that this version does not know is passed over. */
    private HeartbeatBundle heartbeatBundle(Frame frame) {
        byte[] array = frame.array();
        long life = in.number(1);
        long beat = in.number(3);
        int[] places = in.repeated(Wire.BUNDLE_PARTS, HeartbeatBundle.MAX_PARTS);
        List<HeartbeatBundle.Part> parts = new ArrayList<>(places.length / 2);
        for (int i = 0; i < places.length; i += 2) {
            int type = in.read(array, places[i], places[i] + places[i + 1], BUNDLE_PART);
            long groupId = in.number(Wire.GROUP);
            int messageType = type == Wire.PART_HEARTBEAT ? Wire.HEARTBEAT : Wire.HEARTBEAT_REPLY;
            if (type != 0) {
                int start = in.start(type);
                in.read(array, start, start + in.length(type), SHAPES[messageType]);
                RaftMessage message = message(messageType, frame);
                if (message != null) {
                    parts.add(new HeartbeatBundle.Part(groupId, message));
                }
            }
        }
        return new HeartbeatBundle(from, to, life, beat, parts);
    }

    private ForwardProposalsReply forwardProposalsReply() {
        Refusal refusal = refusal(3);
        long source = in.number(1);
        List<Long> sequences = LongStream.of(in.packed(2)).boxed().toList();
        return new ForwardProposalsReply(from, to, source, sequences, refusal);
    }

    private InstallSnapshot installSnapshot(Frame frame) {
        long term = in.number(1);
        int start = in.start(2);
        in.read(frame.array(), start, start + in.length(2), SNAPSHOT_META);
        Configuration configuration;
        try {
            configuration = in.length(4) == 0
                    ? Configuration.empty()
                    : Configuration.decode(ByteBuffer.wrap(frame.array(), in.start(4), in.length(4)));
        } catch (IllegalArgumentException e) {
            throw new MalformedFrameException(String.valueOf(e.getMessage()));
        }
        SnapshotMeta meta =
                new SnapshotMeta(in.number(1), id(2, 3), configuration, in.number(5), in.number(6), (int) in.number(7));
        return new InstallSnapshot(from, to, term, meta);
    }

    private @Nullable InstallSnapshotReply installSnapshotReply() {
        long status = in.number(3);
        return status >= 0 && status < STATUSES.length
                ? new InstallSnapshotReply(from, to, in.number(1), in.number(2), STATUSES[(int) status], in.number(4))
                : null;
    }

    private SnapshotChunk snapshotChunk(Frame frame) {
        ByteBuffer data = Payload.data(frame, in.start(4), in.length(4));
        return new SnapshotChunk(from, to, in.number(1), in.zigzag(2), data, (int) in.number(3));
    }

    private EntryId id(int termField, int indexField) {
        long term = in.number(termField);
        long index = in.number(indexField);
        return term == 0 && index == 0 ? EntryId.ZERO : new EntryId(term, index);
    }

    private boolean isStanding(int field) {
        return in.number(field) >= 0 && in.number(field) < STANDINGS.length;
    }

    private boolean isRefusal(int field) {
        return in.number(field) >= 0 && in.number(field) < REFUSALS.length;
    }

    private Refusal refusal(int field) {
        return REFUSALS[(int) in.number(field)];
    }
}
