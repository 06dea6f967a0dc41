package io.fairlead.raft.netty.codec;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.FetchSnapshotChunk;
import io.fairlead.raft.message.ForwardProposals;
import io.fairlead.raft.message.ForwardProposalsReply;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.HeartbeatBundle;
import io.fairlead.raft.message.HeartbeatBundle.Part;
import io.fairlead.raft.message.HeartbeatReply;
import io.fairlead.raft.message.InstallSnapshot;
import io.fairlead.raft.message.InstallSnapshotReply;
import io.fairlead.raft.message.Member;
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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Messages of every type, fixed and random, and a form in which they can be compared. */
public final class Samples {
    public static final long FROM = 1;
    public static final long TO = 2;

    private Samples() {}

    /** One message of each type, the same for ever. */
    public static List<RaftMessage> fixed() {
        EntryId last = new EntryId(7, 1234);
        return List.of(
                new AppendEntries(FROM, TO, 7, new EntryId(6, 40), 39, 12, -5, entries(40, 6, 7)),
                new AppendEntriesReply(FROM, TO, 7, false, 40, new EntryId(5, 33), 12, 123_456_789, 250_000),
                new Heartbeat(FROM, TO, 7, 39, 12, 123_456_789),
                new HeartbeatReply(FROM, TO, 7, 12, 123_456_789, 250_000),
                new HeartbeatBundle(
                        FROM,
                        TO,
                        0xBEEF,
                        0,
                        List.of(
                                new Part(6, new Heartbeat(FROM, TO, 7, 39, 0, 123_456_789, 0xBEEF)),
                                new Part(9, new HeartbeatReply(FROM, TO, 3, 0, 55, 0, Standing.REFILLING, true)))),
                new RequestPreVote(FROM, TO, 8, last),
                new RequestPreVoteReply(FROM, TO, 8, Refusal.LEADER_ALIVE, 3),
                new RequestVote(FROM, TO, 8, last, true),
                new RequestVoteReply(FROM, TO, 8, Refusal.NONE, 0),
                new ReadIndexRequest(FROM, TO, 99),
                new ReadIndexReply(FROM, TO, 99, Refusal.NONE, 1234),
                new ForwardProposals(FROM, TO, 7, 0x1122334455667788L, 5, List.of(proposal(0xCAFE, 1, "put"))),
                new ForwardProposalsReply(FROM, TO, 0xCAFE, List.of(1L, 2L, 300L), Refusal.NOT_LEADER),
                new TimeoutNow(FROM, TO, 7),
                new InstallSnapshot(FROM, TO, 7, meta(0xFEEDFACEL, last)),
                new InstallSnapshotReply(FROM, TO, 7, 0xFEEDFACEL, InstallSnapshotReply.Status.FAILED, 4096),
                new FetchSnapshotChunk(FROM, TO, 0xFEEDFACEL, 4096, 262_144),
                new SnapshotChunk(FROM, TO, 0xFEEDFACEL, 4096, bytes("snapshot"), 0x12345678),
                new RollCall(FROM, TO, 0x1122334455667788L),
                new RollCallReply(FROM, TO, 0x1122334455667788L, 0xCAFE, 7, true));
    }

    /** A message of any type, with small, huge and default values mixed. */
    public static RaftMessage random(Random random) {
        long term = positive(random);
        EntryId id = new EntryId(positive(random), positive(random));
        Refusal[] refusals = Refusal.values();
        Refusal refusal = refusals[random.nextInt(refusals.length)];
        Standing[] standings = Standing.values();
        Standing standing = standings[random.nextInt(standings.length)];
        return switch (random.nextInt(20)) {
            case 0 -> append(random);
            case 1 ->
                new AppendEntriesReply(
                        FROM,
                        TO,
                        term,
                        random.nextBoolean(),
                        positive(random),
                        id,
                        positive(random),
                        any(random),
                        any(random),
                        standing);
            case 2 -> heartbeat(random);
            case 3 -> heartbeatReply(random, standing);
            case 4 -> new RequestPreVote(FROM, TO, term, id);
            case 5 -> new RequestPreVoteReply(FROM, TO, term, refusal, any(random));
            case 6 -> new RequestVote(FROM, TO, term, id, random.nextBoolean());
            case 7 -> new RequestVoteReply(FROM, TO, term, refusal, any(random));
            case 8 -> new ReadIndexRequest(FROM, TO, any(random));
            case 9 -> new ReadIndexReply(FROM, TO, any(random), refusal, positive(random));
            case 10 -> new ForwardProposals(FROM, TO, term, any(random), any(random), proposals(random));
            case 11 ->
                new ForwardProposalsReply(
                        FROM,
                        TO,
                        any(random),
                        random.longs(random.nextInt(20)).boxed().toList(),
                        refusal);
            case 12 -> new TimeoutNow(FROM, TO, term);
            case 13 -> new InstallSnapshot(FROM, TO, term, meta(any(random), id));
            case 14 ->
                new InstallSnapshotReply(
                        FROM,
                        TO,
                        term,
                        any(random),
                        random.nextBoolean()
                                ? InstallSnapshotReply.Status.FETCHING
                                : InstallSnapshotReply.Status.FAILED,
                        positive(random));
            case 17 -> new RollCall(FROM, TO, any(random));
            case 18 -> new RollCallReply(FROM, TO, any(random), any(random), term, random.nextBoolean());
            case 15 -> new FetchSnapshotChunk(FROM, TO, any(random), positive(random), random.nextInt(1 << 30));
            case 16 -> {
                List<Part> parts = new ArrayList<>();
                for (int count = random.nextInt(40), i = 0; i < count; i++) {
                    RaftMessage part = random.nextBoolean() ? heartbeat(random) : heartbeatReply(random, standing);
                    parts.add(new Part(positive(random), part));
                }
                yield new HeartbeatBundle(FROM, TO, any(random), positive(random), parts);
            }
            default -> {
                byte[] data = new byte[random.nextInt(3000)];
                random.nextBytes(data);
                long offset = random.nextInt(5) == 0 ? -1 : positive(random);
                yield new SnapshotChunk(FROM, TO, any(random), offset, ByteBuffer.wrap(data), random.nextInt());
            }
        };
    }

    private static Heartbeat heartbeat(Random random) {
        return new Heartbeat(FROM, TO, positive(random), positive(random), positive(random), any(random), any(random));
    }

    private static HeartbeatReply heartbeatReply(Random random, Standing standing) {
        return new HeartbeatReply(
                FROM,
                TO,
                positive(random),
                positive(random),
                any(random),
                positive(random),
                standing,
                random.nextBoolean());
    }

    private static AppendEntries append(Random random) {
        long prevTerm = random.nextInt(100);
        long prevIndex = random.nextInt(3) == 0 ? 0 : random.nextInt(1_000_000);
        long term = prevTerm;
        List<Entry> entries = new ArrayList<>();
        for (int count = random.nextInt(8), i = 1; i <= count; i++) {
            term += random.nextInt(4) == 0 ? 1 : 0;
            byte[] payload = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(1000)];
            random.nextBytes(payload);
            entries.add(Entry.proposal(EntryKind.COMMAND, any(random), any(random), ByteBuffer.wrap(payload))
                    .stamp(term, prevIndex + i));
        }
        return new AppendEntries(
                FROM,
                TO,
                term + random.nextInt(3),
                new EntryId(prevTerm, prevIndex),
                positive(random),
                positive(random),
                any(random),
                entries);
    }

    private static List<Entry> proposals(Random random) {
        List<Entry> proposals = new ArrayList<>();
        for (int count = random.nextInt(5), i = 0; i < count; i++) {
            byte[] payload = new byte[random.nextInt(500)];
            random.nextBytes(payload);
            proposals.add(Entry.proposal(EntryKind.COMMAND, any(random), i, ByteBuffer.wrap(payload)));
        }
        return proposals;
    }

    /** Entries behind {@code prevIndex}, one per term. */
    public static List<Entry> entries(long prevIndex, long... terms) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < terms.length; i++) {
            long index = prevIndex + 1 + i;
            entries.add(proposal(0xCAFE, index, "command " + index).stamp(terms[i], index));
        }
        return entries;
    }

    /** A command without a place in the log. */
    public static Entry proposal(long source, long sequence, String payload) {
        return Entry.proposal(EntryKind.COMMAND, source, sequence, bytes(payload));
    }

    private static SnapshotMeta meta(long id, EntryId lastIncluded) {
        Configuration configuration = Configuration.ofVoters(
                List.of(Member.of(1, "127.0.0.1:2380"), Member.of(2, "127.0.0.1:22380"), Member.of(3, "[::1]:32380")));
        return new SnapshotMeta(id, lastIncluded, configuration, 17, 1 << 20, 0x9ABCDEF0);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static long positive(Random random) {
        return any(random) & Long.MAX_VALUE;
    }

    private static long any(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> random.nextInt(200);
            case 2 -> random.nextInt();
            default -> random.nextLong();
        };
    }

    /** All that a message says, as text: equal texts, equal messages. */
    public static String textOf(RaftMessage message) {
        if (message instanceof AppendEntries append) {
            return message + hex(append.entries());
        }
        if (message instanceof ForwardProposals forward) {
            return message + hex(forward.proposals());
        }
        if (message instanceof SnapshotChunk chunk) {
            return "SnapshotChunk " + chunk.from() + chunk.to() + " " + chunk.snapshotId() + " " + chunk.offset() + " "
                    + chunk.crc32c() + " " + hex(chunk.data());
        }
        return message.toString();
    }

    private static String hex(List<Entry> entries) {
        StringBuilder text = new StringBuilder();
        entries.forEach(entry -> text.append(' ').append(hex(entry.encoded())));
        return text.toString();
    }

    private static String hex(ByteBuffer bytes) {
        byte[] array = new byte[bytes.remaining()];
        bytes.duplicate().get(array);
        return HexFormat.of().formatHex(array);
    }
}
