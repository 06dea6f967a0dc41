package io.fairlead.chaos.cluster;

import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A state machine that leaves everything to the real one, for those who want to look at what passes. One command is a
 * batch of one, so whoever overrides {@link #applyAll} sees all commands.
 *
 * @param <M> the real state machine
 * @param <R> what it answers
 */
public abstract class ForwardingMachine<M extends StateMachine<R>, R> implements StateMachine<R> {
    private final M real;

    /**
     * Stands before a state machine.
     *
     * @param real closed with this one
     */
    protected ForwardingMachine(M real) {
        this.real = real;
    }

    /** {@return the state machine behind this one} */
    public final M real() {
        return real;
    }

    @Override
    public boolean neverWaits() {
        return real.neverWaits();
    }

    @Override
    public final R apply(Command command) {
        List<R> answers = new ArrayList<>(1);
        applyAll(List.of(command), (position, answer) -> answers.add(answer));
        return answers.get(0);
    }

    @Override
    public void applyAll(List<Command> commands, Results<R> results) {
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
