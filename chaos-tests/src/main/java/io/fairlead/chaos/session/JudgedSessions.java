package io.fairlead.chaos.session;

import io.fairlead.chaos.cluster.ForwardingMachine;
import io.fairlead.raft.session.Answer;
import io.fairlead.raft.session.SessionMachine;
import io.fairlead.raft.spi.Command;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** A state machine with sessions, whose whole state is shown to the judge now and then. */
final class JudgedSessions extends ForwardingMachine<SessionMachine<Long>, Answer<Long>> {
    private static final long LOOKED_AT = 4; // Most of the time goes into this.

    private final long member;
    private final SessionJudge judge;

    JudgedSessions(long member, SessionMachine<Long> real, SessionJudge judge) {
        super(real);
        this.member = member;
        this.judge = judge;
    }

    /** Tally and table, as a snapshot would have them. */
    byte[] state() {
        ByteArrayOutputStream state = new ByteArrayOutputStream();
        try (Snapshot snapshot = snapshot()) {
            snapshot.writeTo(state);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return state.toByteArray();
    }

    @Override
    public void applyAll(List<Command> commands, Results<Answer<Long>> results) {
        super.applyAll(commands, results);
        long index = commands.get(commands.size() - 1).index();
        if (index % LOOKED_AT == 0) {
            judge.applied(member, index, state());
        }
    }

    @Override
    public void restore(InputStream snapshot, long lastIncludedIndex) throws IOException {
        super.restore(snapshot, lastIncludedIndex);
        judge.applied(member, lastIncludedIndex, state());
    }
}
