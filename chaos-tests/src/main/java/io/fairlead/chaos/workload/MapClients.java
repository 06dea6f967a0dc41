package io.fairlead.chaos.workload;

import io.fairlead.chaos.check.KvModel;
import io.fairlead.chaos.check.LinearizabilityChecker;
import io.fairlead.chaos.check.Operation;
import io.fairlead.chaos.check.Verdict;
import io.fairlead.chaos.cluster.SimCluster;
import io.fairlead.chaos.cluster.SimMember;
import io.fairlead.chaos.sim.Randomness;
import io.fairlead.raft.Consistency;
import io.fairlead.raft.RaftException;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.spi.StateMachine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Clients of the replicated map, each with one call open at a time; what they see is recorded and judged.
 *
 * <p><b>Threads:</b> one.
 */
public final class MapClients implements Workload<MapMachine.Result> {
    private static final long LABEL = 9;
    private static final double OLD_READS = 0.2;
    private static final Duration MAX_STALENESS = Duration.ofSeconds(2);

    private final SimCluster<MapMachine.Result> cluster;
    private final Load load;
    private final Randomness random;
    private final List<Call> calls = new ArrayList<>();
    private final List<Call> forgotten = new ArrayList<>();
    private final ClientOracle oracle = new ClientOracle();
    private long nextSerial = 1;
    private long nextProcess = 1;
    private int pending;
    private boolean running;
    private long acknowledged;
    private long refused;
    private long unknown;

    /**
     * How clients behave. Times in nanoseconds.
     *
     * @param clients how many there are
     * @param meanThinkTime between a client's calls
     * @param keys how many keys they fight for
     * @param readShare how many of the calls are reads
     * @param casShare how many of the calls compare and set
     * @param maxPadding commands are this many bytes longer at most
     * @param patience how long a client waits for an answer
     */
    public record Load(
            int clients,
            long meanThinkTime,
            int keys,
            double readShare,
            double casShare,
            int maxPadding,
            long patience) {}

    /** Clients that do nothing yet. */
    public MapClients(SimCluster<MapMachine.Result> cluster, Load load) {
        this.cluster = cluster;
        this.load = load;
        this.random = Randomness.of(cluster.seed(), "clients");
        cluster.checks().add(oracle);
        cluster.checks().add(new EqualContent());
    }

    @Override
    public void start() {
        running = true;
        for (int i = 0; i < load.clients(); i++) {
            new Client(nextProcess++).thinkFirst();
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public int pending() {
        forgotten.removeIf(call -> call.answered || !call.isOfThisLife());
        return pending + forgotten.size();
    }

    /**
     * What was called and answered, as far as the search for an order needs it. The log helps where clients know
     * nothing: what no member ever applied is left out, for the cluster has come together and it never will be; and what
     * was applied without an answer is over by the time that a call behind it in the log is answered. In the order of the
     * log, whatever saw a write behind it: the order in which a correct cluster lets them take effect.
     */
    public List<Operation<KvModel.Input, KvModel.Output>> operations() {
        List<Applied> inLogOrder = new ArrayList<>();
        List<Placed> placed = new ArrayList<>();
        for (Call call : calls) {
            ClientOracle.Effect effect = oracle.effectOf(call.serial);
            if (effect != null) {
                inLogOrder.add(new Applied(call, effect));
            } else if (call.output != null) {
                placed.add(new Placed(
                        oracle.writtenAt(call.output.value()), true, call.operation(call.output, call.endedAt)));
            }
        }
        inLogOrder.sort((a, b) -> Long.compare(b.effect.index(), a.effect.index()));
        long nextAnswer = Long.MAX_VALUE;
        for (Applied applied : inLogOrder) {
            Call call = applied.call;
            ClientOracle.Effect effect = applied.effect;
            if (call.output != null) {
                nextAnswer = Math.min(nextAnswer, call.endedAt);
            }
            KvModel.Output output = effect.done() ? KvModel.Output.DONE : KvModel.Output.NOT_DONE;
            long end = call.output != null ? call.endedAt : Math.max(call.invokedAt, nextAnswer);
            placed.add(new Placed(effect.written(), !effect.done(), call.operation(output, end)));
        }
        placed.sort(null);
        return placed.stream().map(Placed::operation).toList();
    }

    private record Applied(Call call, ClientOracle.Effect effect) {}

    /** A call, the index of the write that it is or saw, and whether it only saw it. */
    private record Placed(long index, boolean saw, Operation<KvModel.Input, KvModel.Output> operation)
            implements Comparable<Placed> {
        @Override
        public int compareTo(Placed other) {
            if (index != other.index) {
                return Long.compare(index, other.index);
            }
            return saw != other.saw
                    ? Boolean.compare(saw, other.saw)
                    : Long.compare(operation.invokedAt(), other.operation.invokedAt());
        }
    }

    @Override
    public String summary() {
        return acknowledged + " acknowledged, " + refused + " refused, " + unknown + " unknown";
    }

    @Override
    public long acknowledged() {
        return acknowledged;
    }

    @Override
    public void readEverywhere() {
        for (SimMember<MapMachine.Result> member : cluster.members().values()) {
            if (member.isUp()) {
                for (long key = 0; key < load.keys(); key++) {
                    new Client(nextProcess++).call(member, KvModel.Input.get(key));
                }
            }
        }
    }

    @Override
    public void writeOnce(SimMember<MapMachine.Result> member) {
        new Client(nextProcess++).call(member, newWrite());
    }

    @Override
    public boolean alike(StateMachine<MapMachine.Result> one, StateMachine<MapMachine.Result> other) {
        return one instanceof MapMachine first
                && other instanceof MapMachine second
                && first.digest() == second.digest();
    }

    @Override
    public void checkAtEnd() {
        Verdict verdict = new LinearizabilityChecker<>(new KvModel()).checkInOrder(operations());
        if (verdict instanceof Verdict.NotLinearizable wrong) {
            throw new AssertionError("H1 linearizable: " + wrong.explanation());
        }
        if (verdict instanceof Verdict.Unknown undecided) {
            throw new AssertionError("H0 history undecided: " + undecided.reason());
        }
    }

    private KvModel.Input newWrite() {
        long key = random.below(load.keys());
        return KvModel.Input.put(key, nextSerial * 1000 + key);
    }

    private final class Client {
        private long process;
        private long lastSeen;
        private long lastKey;
        private long session;
        private final Map<Long, Long> seen = new HashMap<>();

        Client(long process) {
            this.process = process;
        }

        /** What this client has seen of a key: no later read of its own may show less. */
        long session(long key) {
            return seen.getOrDefault(key, 0L);
        }

        void saw(long key, long index) {
            session = Math.max(session, index);
            seen.merge(key, index, Math::max);
        }

        void thinkFirst() {
            cluster.scheduler().after(random.exponential((double) load.meanThinkTime()), LABEL, this::next);
        }

        private void next() {
            if (!running) {
                return;
            }
            List<SimMember<MapMachine.Result>> up = new ArrayList<>();
            cluster.members().values().stream().filter(SimMember::isUp).forEach(up::add);
            if (up.isEmpty()) {
                thinkFirst();
                return;
            }
            SimMember<MapMachine.Result> member = random.pick(up);
            KvModel.Input input = nextInput();
            boolean mayBeOld = input.kind() == KvModel.Kind.GET && random.chance(OLD_READS);
            if (input.kind() == KvModel.Kind.GET && !mayBeOld) {
                member = formerLeader(up).orElse(member);
            }
            call(member, input, mayBeOld);
        }

        /** Reads go where they are most likely wrong: to whoever believes to lead while somebody else does. */
        private Optional<SimMember<MapMachine.Result>> formerLeader(List<SimMember<MapMachine.Result>> up) {
            SimMember<MapMachine.Result> latest = cluster.leader().orElse(null);
            return up.stream()
                    .filter(member -> member != latest && member.leads())
                    .findFirst();
        }

        private KvModel.Input nextInput() {
            double kind = random.unit();
            if (kind < load.readShare()) {
                lastKey = random.below(load.keys());
                return KvModel.Input.get(lastKey);
            }
            if (kind < load.readShare() + load.casShare() && lastSeen != 0) {
                return KvModel.Input.cas(lastKey, lastSeen, nextSerial * 1000 + lastKey);
            }
            return newWrite();
        }

        void call(SimMember<MapMachine.Result> member, KvModel.Input input) {
            call(member, input, false);
        }

        private void call(SimMember<MapMachine.Result> member, KvModel.Input input, boolean mayBeOld) {
            RaftGroup<MapMachine.Result> group = member.group();
            if (group == null) {
                thinkFirst();
                return;
            }
            Call call = new Call(this, member, input, mayBeOld);
            cluster.trace().add(member.id(), "is called:", call);
            call.begin(group);
        }
    }

    /** One call, through one life of one member. */
    private final class Call {
        private final Client client;
        private final SimMember<MapMachine.Result> member;
        private final int life;
        private final KvModel.Input input;
        private final long serial = nextSerial++;
        private final long floor;
        private final long process;
        private final long invokedAt;
        private KvModel.@Nullable Output output;
        private long endedAt;
        private boolean ended;
        private boolean answered;
        private final boolean mayBeOld;

        Call(Client client, SimMember<MapMachine.Result> member, KvModel.Input input, boolean mayBeOld) {
            this.client = client;
            this.mayBeOld = mayBeOld;
            this.member = member;
            this.life = member.life();
            this.input = input;
            this.floor = oracle.floor(input.key());
            this.process = client.process;
            this.invokedAt = now();
            if (!mayBeOld) {
                calls.add(this);
            }
            pending++;
        }

        boolean isOfThisLife() {
            return member.life() == life && member.isUp();
        }

        void begin(RaftGroup<MapMachine.Result> group) {
            cluster.scheduler().after(load.patience(), LABEL, this::giveUp);
            CompletionStage<MapMachine.Result> answer;
            if (input.kind() == KvModel.Kind.GET && member.machine() instanceof MapMachine machine) {
                Consistency consistency =
                        mayBeOld ? Consistency.bounded(MAX_STALENESS, client.session) : Consistency.LINEARIZABLE;
                answer = group.readBarrier(consistency).thenApply(index -> machine.get(input.key()));
            } else {
                int padding = load.maxPadding() == 0 ? 0 : (int) random.below(load.maxPadding());
                answer = group.propose(new MapCommand(serial, input).encode(padding));
            }
            BiConsumer<MapMachine.@Nullable Result, @Nullable Throwable> end = this::end;
            answer.whenComplete(end);
        }

        private void end(MapMachine.@Nullable Result result, @Nullable Throwable failure) {
            answered = true;
            if (ended || !isOfThisLife()) {
                return; // Nobody hears what a dead process says.
            }
            if (result != null) {
                succeeded(result);
            } else {
                failed(failure instanceof CompletionException wrapped ? wrapped.getCause() : failure);
            }
        }

        private void succeeded(MapMachine.Result result) {
            if (input.kind() == KvModel.Kind.GET) {
                long atLeast = mayBeOld ? client.session(input.key()) : floor;
                checked(() -> oracle.observed(input.key(), result, atLeast, member.id()));
                client.lastSeen = result.value();
            } else {
                checked(() -> oracle.acknowledged(serial, input, result));
            }
            boolean changedNothing = input.kind() == KvModel.Kind.CAS && result.value() == 0;
            client.saw(input.key(), changedNothing ? 0 : result.index());
            close();
            acknowledged++;
            output = new KvModel.Output(result.value());
            endedAt = now();
            client.thinkFirst();
        }

        private void checked(Runnable check) {
            try {
                check.run();
            } catch (AssertionError violation) {
                cluster.failed(violation);
            }
        }

        private void failed(@Nullable Throwable failure) {
            if (!(failure instanceof RaftException known)) {
                cluster.failed(new AssertionError("a call ended with no RaftException", failure));
                return;
            }
            close();
            cluster.trace().add(member.id(), "refuses " + this + ":", known);
            if (known.effect() == RaftException.Effect.NONE) {
                refused++;
                checked(() -> oracle.refused(serial));
                client.thinkFirst();
            } else {
                goOnAsAnother();
            }
        }

        /** The member died, or does not answer. */
        private void giveUp() {
            if (!ended) {
                close();
                if (isOfThisLife()) {
                    forgotten.add(this); // The member still owes an answer.
                }
                goOnAsAnother();
            }
        }

        private void goOnAsAnother() {
            unknown++;
            client.process = nextProcess++;
            client.thinkFirst();
        }

        Operation<KvModel.Input, KvModel.Output> operation(KvModel.Output known, long end) {
            return new Operation<>(process, input, known, Operation.Outcome.OK, invokedAt, end);
        }

        @Override
        public String toString() {
            return "p" + process + " #" + serial + " " + input;
        }

        private void close() {
            ended = true;
            pending--;
        }

        private long now() {
            return cluster.scheduler().now();
        }
    }
}
