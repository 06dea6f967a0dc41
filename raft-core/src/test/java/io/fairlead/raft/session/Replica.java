package io.fairlead.raft.session;

import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A state machine with sessions, and the log that it applies, one entry or batch at a time. */
final class Replica {
    static final long TIMEOUT = 1_000;

    final StateMachine<Long> inner;
    final SessionMachine<Long> machine;
    long index;
    long term = 1;
    int maxAnswers = 4;
    int maxSessions = 100;

    Replica(StateMachine<Long> inner) {
        this.inner = inner;
        this.machine = new SessionMachine<>(inner, ResultCodec.LONG);
    }

    Answer<Long> apply(Request request) {
        return applyAll(request).get(0);
    }

    List<Answer<Long>> applyAll(Request... requests) {
        List<Command> commands = new ArrayList<>();
        for (Request request : requests) {
            commands.add(new Command(++index, term, request.encode(), true));
        }
        List<Answer<Long>> answers = new ArrayList<>();
        machine.applyAll(commands, (position, answer) -> answers.add(answer));
        return answers;
    }

    long open() {
        Answer<Long> answer = apply(new Request.Open(TIMEOUT, maxAnswers, maxSessions));
        return ((Answer.Opened<Long>) answer).session();
    }

    static Request add(long session, long sequence, long amount) {
        return new Request.Execute(session, sequence, 1, Ledger.add(amount));
    }

    static Request add(long session, long sequence, long firstUnanswered, long amount) {
        return new Request.Execute(session, sequence, firstUnanswered, Ledger.add(amount));
    }

    void clock(long reading) {
        apply(new Request.Clock(term, reading));
    }

    static Answer<Long> result(long value) {
        return new Answer.Result<>(value);
    }

    byte[] snapshot() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (StateMachine.Snapshot snapshot = machine.snapshot()) {
            snapshot.writeTo(out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    /** Another member, which starts from a snapshot of this one. */
    Replica another() throws IOException {
        Replica other = new Replica(new Ledger());
        other.machine.restore(new ByteArrayInputStream(snapshot()), index);
        other.index = index;
        other.term = term;
        return other;
    }
}
