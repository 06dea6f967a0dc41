package io.fairlead.chaos.cluster;

import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.util.List;
import java.util.function.Consumer;

/** The user's state machine, and somebody who looks at every command before it is applied. */
final class ObservedMachine<R> extends ForwardingMachine<StateMachine<R>, R> {
    private final boolean neverWaits;
    private final Consumer<Command> observer;

    /** @param neverWaits what it says of itself, so that it is applied on the loop */
    ObservedMachine(StateMachine<R> real, boolean neverWaits, Consumer<Command> observer) {
        super(real);
        this.neverWaits = neverWaits;
        this.observer = observer;
    }

    @Override
    public boolean neverWaits() {
        return neverWaits;
    }

    @Override
    public void applyAll(List<Command> commands, Results<R> results) {
        commands.forEach(observer);
        super.applyAll(commands, results);
    }
}
