package io.fairlead.bench.core;

import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.message.RaftMessage;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does the core cost per commit, on all three members together? Proposals go in at the leader, messages are handed
 * over in memory, every write is durable and every entry applied at once; a commit counts when all three have applied it.
 *
 * <p>{@link #entry} is the part that is not the core's: making the entry. The difference in {@code -prof gc} is what
 * the core allocates per entry.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CoreStep {
    private static final int MANY = 64;
    private static final int VERY_MANY = 1024;
    private static final int SOURCE = 7;

    private final ArrayDeque<RaftMessage> network = new ArrayDeque<>();
    private final List<CoreMember> members = new ArrayList<>();
    private final ByteBuffer command = ByteBuffer.allocate(16);
    private long now = 1;
    private long sequence;

    /** Makes three members, of which the first is elected. */
    @Setup(Level.Trial)
    public void elect() {
        Configuration configuration =
                Configuration.ofVoters(List.of(Member.of(1, "one:1"), Member.of(2, "two:1"), Member.of(3, "three:1")));
        for (long id = 1; id <= 3; id++) {
            members.add(new CoreMember(id, configuration, network));
        }
        Server first = members.get(0).server();
        while (!first.isReady()) {
            now = first.nextDeadlineNanos();
            first.onTick(now);
            members.get(0).finish(now);
            deliverAll();
        }
    }

    private CoreMember member(long id) {
        return members.get((int) id - 1);
    }

    private void deliverAll() {
        RaftMessage message;
        while ((message = network.poll()) != null) {
            CoreMember to = member(message.to());
            to.server().onMessage(message, now);
            to.finish(now);
        }
    }

    private long commit(int count) {
        now += 1000;
        CoreMember leader = members.get(0);
        for (int i = 0; i < count; i++) {
            leader.server().propose(newEntry(), now);
        }
        leader.finish(now);
        deliverAll();
        long index = leader.server().lastIndex();
        for (CoreMember member : members) {
            if (member.applied() != index) {
                throw new IllegalStateException("applied " + member.applied() + " of " + index);
            }
        }
        return index;
    }

    private Entry newEntry() {
        return Entry.proposal(EntryKind.COMMAND, SOURCE, ++sequence, command);
    }

    /** Making an entry and giving it its place, which is no work of the core. */
    @Benchmark
    public Entry entry() {
        return newEntry().stamp(1, ++now);
    }

    /** One proposal a step. */
    @Benchmark
    public long one() {
        return commit(1);
    }

    /** 64 proposals a step. */
    @Benchmark
    @OperationsPerInvocation(MANY)
    public long many() {
        return commit(MANY);
    }

    /** 1024 proposals a step. */
    @Benchmark
    @OperationsPerInvocation(VERY_MANY)
    public long veryMany() {
        return commit(VERY_MANY);
    }
}
