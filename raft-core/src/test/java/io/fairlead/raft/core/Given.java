package io.fairlead.raft.core;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.RequestPreVoteReply;
import io.fairlead.raft.message.RequestVote;
import io.fairlead.raft.message.RequestVoteReply;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Messages that come from nowhere, the answers that they get, and limits, for {@linkplain Scene scenes}. */
final class Given {
    private Given() {}

    /** A candidate's request, with the last entry of its log. */
    static RequestVote vote(long from, long to, long term, long lastTerm, long lastIndex) {
        return new RequestVote(from, to, term, new EntryId(lastTerm, lastIndex), false);
    }

    /** What a member answers when it is asked for its vote, or whether it would give it. */
    static Refusal voteAnswer(Scene scene, RaftMessage request) {
        scene.forget().deliver(request).settle();
        RaftMessage reply = scene.sent.get(0);
        return reply instanceof RequestVoteReply real ? real.refusal() : ((RequestPreVoteReply) reply).refusal();
    }

    /** AppendEntries from member 2, as leader, to member 1, with entries of these terms behind {@code prev}. */
    static AppendEntries append(long term, EntryId prev, long commit, long... terms) {
        List<Entry> entries = new ArrayList<>();
        for (long entryTerm : terms) {
            entries.add(Entry.proposal(EntryKind.COMMAND, 2, 0, ByteBuffer.allocate(8))
                    .stamp(entryTerm, prev.index() + entries.size() + 1));
        }
        return new AppendEntries(2, 1, term, prev, commit, 0, 1, entries);
    }

    /** What a member answers, when its disk is done. */
    static AppendEntriesReply appendAnswer(Scene scene, AppendEntries request) {
        scene.forget().deliver(request).settle();
        List<AppendEntriesReply> replies = scene.sent(AppendEntriesReply.class);
        return replies.get(replies.size() - 1);
    }

    /** Limits of a message, of what is under way, and of what waits for commitment. */
    static UnaryOperator<ServerSettings> limits(int appendBytes, int messages, long bytes, long uncommitted) {
        return s -> new ServerSettings(
                s.memberId(),
                s.electionTimeoutNanos(),
                s.heartbeatIntervalNanos(),
                appendBytes,
                messages,
                bytes,
                uncommitted,
                s.maxApplyBytes(),
                s.logCacheBytes());
    }
}
