package io.fairlead.chaos.session;

import io.fairlead.raft.session.Answer;
import io.fairlead.raft.session.SessionMachine;
import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** A state machine with sessions, whose whole state is shown to the judge now and then. */
final class JudgedSessions implements StateMachine<Answer<Long>> {
    private static final long LOOKED_AT = 4; // Most of the time goes into this.

    private final long member;
    private final SessionMachine<Long> real;
    private final SessionJudge judge;

    JudgedSessions(long member, SessionMachine<Long> real, SessionJudge judge) {
        this.member = member;
        this.real = real;
        this.judge = judge;
    }

    SessionMachine<Long> real() {
        return real;
    }

    /** Tally and table, as a snapshot would have them. */
    byte[] state() {
        ByteArrayOutputStream state = new ByteArrayOutputStream();
        try (Snapshot snapshot = real.snapshot()) {
            snapshot.writeTo(state);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return state.toByteArray();
    }

    @Override
    public Answer<Long> apply(Command command) {
        throw new UnsupportedOperationException("commands come in batches");
    }

    @Override
    public void applyAll(List<Command> commands, Results<Answer<Long>> results) {
        real.applyAll(commands, results);
        long index = commands.get(commands.size() - 1).index();
        if (index % LOOKED_AT == 0) {
            judge.applied(member, index, state());
        }
    }

    @Override
    public long durableIndex() {
        return real.durableIndex();
    }

    @Override
    public Snapshot snapshot() {
        return real.snapshot();
    }

    @Override
    public void restore(InputStream snapshot, long lastIncludedIndex) throws IOException {
        real.restore(snapshot, lastIncludedIndex);
        judge.applied(member, lastIncludedIndex, state());
    }

    @Override
    public void close() {
        real.close();
    }
}
