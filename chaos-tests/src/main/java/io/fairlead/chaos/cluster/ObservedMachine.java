package io.fairlead.chaos.cluster;

import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.util.List;
import java.util.function.Consumer;

/** The user's state machine, and somebody who looks at every command before it is applied. */
final class ObservedMachine<R> extends ForwardingMachine<StateMachine<R>, R> {
    private final Consumer<Command> observer;

    ObservedMachine(StateMachine<R> real, Consumer<Command> observer) {
        super(real);
        this.observer = observer;
    }

    @Override
    public void applyAll(List<Command> commands, Results<R> results) {
        commands.forEach(observer);
        super.applyAll(commands, results);
    }
}
