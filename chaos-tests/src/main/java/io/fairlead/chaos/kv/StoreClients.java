package io.fairlead.chaos.kv;

import com.google.protobuf.Message;
import io.fairlead.chaos.cluster.SimCluster;
import io.fairlead.chaos.cluster.SimMember;
import io.fairlead.chaos.sim.Randomness;
import io.fairlead.chaos.workload.MapClients;
import io.fairlead.chaos.workload.Workload;
import io.fairlead.kv.KeyRange;
import io.fairlead.kv.KvResult;
import io.fairlead.kv.proto.Event;
import io.fairlead.kv.proto.RangeRequest;
import io.fairlead.raft.Consistency;
import io.fairlead.raft.RaftException;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.spi.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Clients of the store, each with one call open at a time, and watchers that wander from member to member.
 *
 * <p><b>Threads:</b> one.
 */
final class StoreClients implements Workload<KvResult> {
    private static final long LABEL = 11;
    private static final int KEYS_FOR_ONE = 4;
    private static final int WATCHERS = 2;
    private static final double MEAN_WATCH_PAUSE = 300e6;
    private static final double LOCAL_READS = 0.3;

    /** No more than 200 calls per second: RocksDB is dearer than a map. */
    private static final double MIN_CALL_INTERVAL = 5e6;

    private final SimCluster<KvResult> cluster;
    private final MapClients.Load load;
    private final StoreOracle oracle;
    private final Randomness random;
    private final Requests requests;
    private final List<Watcher> watchers = new ArrayList<>();
    private final double meanThinkTime;
    private boolean running;
    private int pending;
    private long acknowledged;
    private long refused;
    private long unknown;
    private long seenIndex;
    private long seenRevision = 1;

    StoreClients(SimCluster<KvResult> cluster, MapClients.Load load, StoreOracle oracle) {
        this.cluster = cluster;
        this.load = load;
        this.oracle = oracle;
        meanThinkTime = Math.max((double) load.meanThinkTime(), MIN_CALL_INTERVAL * load.clients());
        random = Randomness.of(cluster.seed(), "store clients");
        requests = new Requests(
                Randomness.of(cluster.seed(), "store requests"), KEYS_FOR_ONE * load.keys(), load.maxPadding());
    }

    @Override
    public void start() {
        running = true;
        for (int i = 0; i < load.clients(); i++) {
            think();
        }
        for (int i = 0; i < WATCHERS; i++) {
            Watcher watcher = new Watcher();
            watchers.add(watcher);
            watcher.pause();
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public int pending() {
        return pending;
    }

    private void think() {
        cluster.scheduler().after(random.exponential(meanThinkTime), LABEL, this::next);
    }

    private @Nullable SimMember<KvResult> anyMember() {
        List<SimMember<KvResult>> able = able();
        return able.isEmpty() ? null : random.pick(able);
    }

    /** Members with a store; it is closed before a member that stops is down. */
    private List<SimMember<KvResult>> able() {
        return cluster.members().values().stream()
                .filter(member -> member.machine() instanceof ModelledStore store && !store.isClosed())
                .toList();
    }

    private void next() {
        if (!running) {
            return;
        }
        SimMember<KvResult> member = anyMember();
        if (member == null) {
            think();
        } else if (!random.chance(load.readShare())) {
            new Write(member, requests.nextWrite(oracle.model().revision()), true).begin();
        } else if (random.chance(LOCAL_READS)) {
            readHere(member, requests.nextRead(oracle.model().revision()), 1);
            think();
        } else {
            new Read(member, requests.nextRead(oracle.model().revision()), true).begin();
        }
    }

    /** Reads what a member has, however old. */
    private void readHere(SimMember<KvResult> member, RangeRequest range, long floor) {
        KvResult result = storeOf(member).store().range(range);
        oracle.read(member.id(), range, result, floor);
    }

    private static ModelledStore storeOf(SimMember<KvResult> member) {
        return (ModelledStore) Objects.requireNonNull(member.machine());
    }

    @Override
    public void writeOnce(SimMember<KvResult> member) {
        if (member.group() != null) {
            new Write(member, requests.nextWrite(oracle.model().revision()), false).begin();
        }
    }

    @Override
    public void readEverywhere() {
        able().forEach(member -> new Read(member, Requests.everything(0), false).begin());
    }

    @Override
    public boolean alike(StateMachine<KvResult> one, StateMachine<KvResult> other) {
        return ((ModelledStore) one).store().hash()
                == ((ModelledStore) other).store().hash();
    }

    @Override
    public void checkAtEnd() {
        for (SimMember<KvResult> member : able()) {
            ModelledStore store = storeOf(member);
            store.store().compacted(store.store().compactedRevision()).join();
            store.lookAtAll();
            watchers.forEach(watcher -> watcher.look(member));
        }
    }

    @Override
    public long acknowledged() {
        return acknowledged;
    }

    @Override
    public String summary() {
        return acknowledged + " acknowledged, " + refused + " refused, " + unknown + " unknown, revision "
                + oracle.model().revision();
    }

    @Override
    public String options() {
        return StoreSimulation.OPTION;
    }

    /** Sees every change once, whoever shows it; what was compacted before it came by is skipped. */
    private final class Watcher {
        private long next = 1;

        void pause() {
            cluster.scheduler().after(random.exponential(MEAN_WATCH_PAUSE), LABEL, this::goOn);
        }

        private void goOn() {
            if (running) {
                SimMember<KvResult> member = anyMember();
                if (member != null) {
                    look(member);
                }
                pause();
            }
        }

        void look(SimMember<KvResult> member) {
            List<Event> events = new ArrayList<>();
            var store = storeOf(member).store();
            KvResult result = store.changes(KeyRange.all(), next, true, events::add);
            oracle.watched(member.id(), next, events, result, store.compactedRevision());
            next = result.isError() ? store.compactedRevision() : Math.max(next, result.revision() + 1);
        }
    }

    /** One call of one life of a member. */
    private abstract class Call {
        final SimMember<KvResult> member;
        private final int life;
        private final boolean goesOn;
        private boolean ended;

        Call(SimMember<KvResult> member, boolean goesOn) {
            this.member = member;
            this.life = member.life();
            this.goesOn = goesOn;
            pending++;
        }

        /** Asks. */
        abstract CompletionStage<KvResult> ask(RaftGroup<KvResult> group);

        /** Looks at the answer. */
        abstract void answered(KvResult result);

        /** The call is known to have had no effect. */
        abstract void refusedForSure();

        void begin() {
            cluster.trace().add(member.id(), "is called:", this);
            cluster.scheduler().after(load.patience(), LABEL, this::giveUp);
            BiConsumer<@Nullable KvResult, @Nullable Throwable> whenDone = this::done;
            ask(Objects.requireNonNull(member.group())).whenComplete(whenDone);
        }

        private void done(@Nullable KvResult result, @Nullable Throwable failure) {
            if (ended || member.life() != life || !member.isUp()) {
                return; // Nobody hears what a dead process says.
            }
            end();
            if (result != null) {
                acknowledged++;
                answered(result);
                return;
            }
            Throwable why = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
            if (!(why instanceof RaftException known)) {
                cluster.failed(new AssertionError("a call ended with no RaftException", failure));
            } else if (known.effect() == RaftException.Effect.NONE) {
                refused++;
                refusedForSure();
            } else {
                unknown++;
            }
        }

        private void giveUp() {
            if (!ended) {
                unknown++;
                end();
            }
        }

        private void end() {
            ended = true;
            pending--;
            if (goesOn) {
                think();
            }
        }
    }

    private final class Write extends Call {
        private final Message request;
        private final long serial;
        private final long floor = seenIndex;

        Write(SimMember<KvResult> member, Message request, boolean goesOn) {
            super(member, goesOn);
            this.request = request;
            serial = oracle.ask(request);
        }

        @Override
        CompletionStage<KvResult> ask(RaftGroup<KvResult> group) {
            return group.propose(Requests.command(serial, request));
        }

        @Override
        void answered(KvResult result) {
            seenIndex = Math.max(seenIndex, oracle.answered(member.id(), serial, result, floor));
            seenRevision = Math.max(seenRevision, result.revision());
        }

        @Override
        void refusedForSure() {
            oracle.refused(serial);
        }

        @Override
        public String toString() {
            return "#" + serial + " " + request.getDescriptorForType().getName();
        }
    }

    private final class Read extends Call {
        private final RangeRequest range;
        private final long floor = seenRevision;

        Read(SimMember<KvResult> member, RangeRequest range, boolean goesOn) {
            super(member, goesOn);
            this.range = range;
        }

        @Override
        CompletionStage<KvResult> ask(RaftGroup<KvResult> group) {
            ModelledStore store = storeOf(member);
            return group.readBarrier(Consistency.LINEARIZABLE)
                    .thenApply(index -> store.store().range(range));
        }

        @Override
        void answered(KvResult result) {
            oracle.read(member.id(), range, result, floor);
            seenRevision = Math.max(seenRevision, result.revision());
        }

        @Override
        void refusedForSure() {}

        @Override
        public String toString() {
            return "read " + range.getKey().toStringUtf8() + " at " + range.getRevision();
        }
    }
}
