package io.fairlead.chaos.kit;

import io.fairlead.chaos.cluster.SimCluster;
import io.fairlead.chaos.cluster.SimMember;
import io.fairlead.chaos.invariant.SafetyViolation;
import io.fairlead.chaos.sim.Randomness;
import io.fairlead.chaos.workload.MapClients;
import io.fairlead.chaos.workload.Workload;
import io.fairlead.raft.Consistency;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.spi.StateMachine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Clients that propose the user's commands, each with one call open at a time. */
final class Clients<M extends StateMachine<R>, R> implements Workload<R> {
    private static final long LABEL = 10;

    private final SimCluster<R> cluster;
    private final MapClients.Load load;
    private final Simulated<M, R> simulated;
    private final Judge<M, R> judge;
    private final Randomness random;
    private boolean running;
    private int pending;
    private long acknowledged;
    private long failed;

    Clients(SimCluster<R> cluster, MapClients.Load load, Simulated<M, R> simulated, Judge<M, R> judge) {
        this.cluster = cluster;
        this.load = load;
        this.simulated = simulated;
        this.judge = judge;
        this.random = Randomness.of(cluster.seed(), "kit");
        judge.watch(cluster);
    }

    @Override
    public void start() {
        running = true;
        for (int i = 0; i < load.clients(); i++) {
            think();
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    private void think() {
        cluster.scheduler().after(random.exponential((double) load.meanThinkTime()), LABEL, this::next);
    }

    private void next() {
        List<SimMember<R>> up = new ArrayList<>();
        cluster.members().values().stream()
                .filter(member -> member.group() != null)
                .forEach(up::add);
        if (running && up.isEmpty()) {
            think();
        } else if (running) {
            propose(random.pick(up));
        }
    }

    private void propose(SimMember<R> member) {
        ByteBuffer command = simulated.newCommand(random);
        RaftGroup<R> group = Objects.requireNonNull(member.group());
        Call call = new Call(member, command.asReadOnlyBuffer());
        call.begin(group.propose(command));
    }

    @Override
    public int pending() {
        return pending;
    }

    @Override
    public void writeOnce(SimMember<R> member) {
        if (member.group() != null) {
            propose(member);
        }
    }

    @Override
    public void readEverywhere() {
        for (SimMember<R> member : cluster.members().values()) {
            RaftGroup<R> group = member.group();
            if (group != null) {
                new Call(member, null).begin(group.readBarrier(Consistency.LINEARIZABLE));
            }
        }
    }

    @Override
    public boolean alike(StateMachine<R> one, StateMachine<R> other) {
        return Objects.equals(simulated.stateOf(real(one)), simulated.stateOf(real(other)));
    }

    @SuppressWarnings("unchecked") // All machines of this cluster were made by this kit.
    private M real(StateMachine<R> judged) {
        return ((JudgedMachine<M, R>) judged).real();
    }

    @Override
    public void checkAtEnd() {
        for (SimMember<R> member : cluster.members().values()) {
            StateMachine<R> machine = member.machine();
            if (machine != null) {
                judge.lookAtTheEnd(member.id(), real(machine));
            }
        }
    }

    @Override
    public long acknowledged() {
        return acknowledged;
    }

    @Override
    public String summary() {
        return acknowledged + " acknowledged, " + failed + " refused or unknown";
    }

    /** One call of one life of a member; a read has no command. */
    private final class Call {
        private final SimMember<R> member;
        private final int life;
        private final @Nullable ByteBuffer command;
        private boolean ended;

        Call(SimMember<R> member, @Nullable ByteBuffer command) {
            this.member = member;
            this.life = member.life();
            this.command = command;
            pending++;
        }

        void begin(CompletionStage<?> answer) {
            cluster.scheduler().after(load.patience(), LABEL, () -> end(false));
            BiConsumer<@Nullable Object, @Nullable Throwable> whenDone = this::answered;
            answer.whenComplete(whenDone);
        }

        @SuppressWarnings("unchecked") // A proposal is answered by the state machine.
        private void answered(@Nullable Object answer, @Nullable Throwable failure) {
            if (member.life() != life || !member.isUp()) {
                return; // Nobody hears what a dead process says.
            }
            ByteBuffer asked = command;
            if (failure == null && answer != null && asked != null && !simulated.allows(asked, (R) answer)) {
                judge.fail(new SafetyViolation(
                        "K4", "answers are right", "member " + member.id() + " answered " + answer));
            }
            end(failure == null);
        }

        private void end(boolean fine) {
            if (!ended) {
                ended = true;
                pending--;
                acknowledged += fine ? 1 : 0;
                failed += fine ? 0 : 1;
                if (command != null) {
                    think();
                }
            }
        }
    }
}
