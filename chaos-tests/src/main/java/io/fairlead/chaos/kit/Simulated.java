package io.fairlead.chaos.kit;

import io.fairlead.chaos.sim.Randomness;
import io.fairlead.chaos.workload.MapClients;
import io.fairlead.chaos.workload.Subject;
import io.fairlead.raft.spi.StateMachine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link RaftSimulation} runs and checks. A state machine and at least one kind of command are needed.
 *
 * @param <M> the state machine
 * @param <R> what it answers
 */
public final class Simulated<M extends StateMachine<R>, R> {
    /** Something that must hold of every member's state machine whenever it has applied something. */
    record Rule<M>(String name, Predicate<M> holds) {}

    private final List<Function<Randomness, ByteBuffer>> commands = new ArrayList<>();
    private final List<Rule<M>> rules = new ArrayList<>();
    private final List<Rule<M>> finalRules = new ArrayList<>();
    private @Nullable LongFunction<M> machine;
    private @Nullable Function<M, ?> state;
    private BiPredicate<ByteBuffer, R> answers = (command, answer) -> true;

    /** Says nothing yet. A {@link RaftSimulation} is given one. */
    public Simulated() {}

    /**
     * Says how a state machine is made; called once for every life of every member.
     *
     * @param maker called once for every life of every member; what it makes begins empty
     * @return this
     */
    public Simulated<M, R> machine(Supplier<M> maker) {
        return machineOf(member -> maker.get());
    }

    /**
     * As {@link #machine}, for state machines that find something again, such as files: tells for which member it is.
     *
     * @param maker given a member's id
     * @return this
     */
    public Simulated<M, R> machineOf(LongFunction<M> maker) {
        machine = maker;
        return this;
    }

    /**
     * Adds a kind of command: what clients propose. Called again, it adds another; all are as likely as each other.
     *
     * @param maker draws a command; what it draws must depend on its argument alone
     * @return this
     */
    public Simulated<M, R> command(Function<Randomness, ByteBuffer> maker) {
        commands.add(maker);
        return this;
    }

    /**
     * Adds what must hold on every member whenever it has applied a batch of commands or taken over a snapshot.
     *
     * @param name one line for the report, such as {@code money is neither made nor lost}
     * @param rule must not change the state machine
     * @return this
     */
    public Simulated<M, R> always(String name, Predicate<M> rule) {
        rules.add(new Rule<>(name, rule));
        return this;
    }

    /**
     * Adds what must hold on every member when the faults are over and all have applied the same.
     *
     * @param name one line for the report
     * @param rule must not change the state machine
     * @return this
     */
    public Simulated<M, R> finallyHolds(String name, Predicate<M> rule) {
        finalRules.add(new Rule<>(name, rule));
        return this;
    }

    /**
     * Says what a member's state is: members that have applied the same must have an equal one. A value with {@code
     * equals}, which does not change later, such as an immutable copy or a digest.
     *
     * @param stateOf must not change the state machine; null for one that is not to be compared now
     * @return this
     */
    public Simulated<M, R> sameState(Function<M, ?> stateOf) {
        state = stateOf;
        return this;
    }

    /**
     * Says which answers a client may get for a command.
     *
     * @param allowed given a command and what a client was answered; all answers are right unless this is called
     * @return this
     */
    public Simulated<M, R> answers(BiPredicate<ByteBuffer, R> allowed) {
        answers = allowed;
        return this;
    }

    /** Refuses what cannot be run. */
    void requireComplete() {
        if (machine == null || commands.isEmpty()) {
            throw new IllegalStateException("a simulation needs machine(..) and at least one command(..)");
        }
    }

    /**
     * For those who run scenarios themselves, with {@link io.fairlead.chaos.Simulation#run(io.fairlead.chaos.Scenario,
     * Subject, boolean)}: one subject for one run.
     *
     * @param load how many clients there are, and how fast
     * @return the state machine and the clients of one run
     */
    public Subject<R> subject(MapClients.Load load) {
        requireComplete();
        Judge<M, R> judge = new Judge<>(this);
        return new Subject<>(
                member -> new JudgedMachine<>(member, newMachine(member), judge),
                cluster -> new Clients<>(cluster, load, this, judge));
    }

    private M newMachine(long member) {
        return Objects.requireNonNull(machine).apply(member);
    }

    ByteBuffer newCommand(Randomness random) {
        return random.pick(commands).apply(random);
    }

    @Nullable Object stateOf(M one) {
        Function<M, ?> function = state;
        return function == null ? null : function.apply(one);
    }

    boolean allows(ByteBuffer command, R answer) {
        return answers.test(command, answer);
    }

    List<Rule<M>> rules() {
        return rules;
    }

    List<Rule<M>> finalRules() {
        return finalRules;
    }
}
