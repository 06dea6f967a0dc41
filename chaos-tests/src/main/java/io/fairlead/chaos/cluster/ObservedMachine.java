package io.fairlead.chaos.cluster;

import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.Consumer;

/** The user's state machine, and somebody who looks at every command before it is applied. */
final class ObservedMachine<R> implements StateMachine<R> {
    private final StateMachine<R> real;
    private final Consumer<Command> observer;

    ObservedMachine(StateMachine<R> real, Consumer<Command> observer) {
        this.real = real;
        this.observer = observer;
    }

    @Override
    public R apply(Command command) {
        observer.accept(command);
        return real.apply(command);
    }

    @Override
    public void applyAll(List<Command> commands, Results<R> results) {
        commands.forEach(observer);
        real.applyAll(commands, results);
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
    }

    @Override
    public void close() {
        real.close();
    }
}
