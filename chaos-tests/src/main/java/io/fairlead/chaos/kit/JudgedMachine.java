package io.fairlead.chaos.kit;

import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The user's state machine, which is looked at whenever it has changed. */
final class JudgedMachine<M extends StateMachine<R>, R> implements StateMachine<R> {
    private final long member;
    private final M real;
    private final Judge<M, R> judge;

    JudgedMachine(long member, M real, Judge<M, R> judge) {
        this.member = member;
        this.real = real;
        this.judge = judge;
    }

    M real() {
        return real;
    }

    @Override
    public R apply(Command command) {
        R answer = real.apply(command);
        judge.look(member, real, command.index());
        return answer;
    }

    @Override
    public void applyAll(List<Command> commands, Results<R> results) {
        real.applyAll(commands, results);
        judge.look(member, real, commands.get(commands.size() - 1).index());
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
        judge.look(member, real, lastIncludedIndex);
    }

    @Override
    public void close() {
        real.close();
    }
}
