package io.fairlead.chaos.kit;

import io.fairlead.chaos.cluster.ForwardingMachine;
import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The user's state machine, which is looked at whenever it has changed. */
final class JudgedMachine<M extends StateMachine<R>, R> extends ForwardingMachine<M, R> {
    private final long member;
    private final Judge<M, R> judge;

    JudgedMachine(long member, M real, Judge<M, R> judge) {
        super(real);
        this.member = member;
        this.judge = judge;
    }

    @Override
    public void applyAll(List<Command> commands, Results<R> results) {
        super.applyAll(commands, results);
        judge.look(member, real(), commands.get(commands.size() - 1).index());
    }

    @Override
    public void restore(InputStream snapshot, long lastIncludedIndex) throws IOException {
        super.restore(snapshot, lastIncludedIndex);
        judge.look(member, real(), lastIncludedIndex);
    }
}
