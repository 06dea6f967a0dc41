package io.fairlead.bench.check;

import io.fairlead.chaos.check.KvModel;
import io.fairlead.chaos.check.LinearizabilityChecker;
import io.fairlead.chaos.check.Operation;
import io.fairlead.chaos.check.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to judge a call of a history? 10,000 calls on 20 keys, one in fifty without an answer, of so many
 * clients at a time; every call takes effect at a random moment between its beginning and its end.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Checker {
    private static final int CALLS = 10_000;
    private static final int KEYS = 20;
    private static final int LONGEST = 1_000;
    private static final int UNANSWERED = 50;

    /** How many call at the same time. */
    @Param({"4", "16"})
    public int clients;

    private final LinearizabilityChecker<Long, KvModel.Input, KvModel.Output> checker =
            new LinearizabilityChecker<>(new KvModel());
    private List<Operation<KvModel.Input, KvModel.Output>> history = List.of();

    /** A call that was begun, and when it takes effect. */
    private record Call(long client, KvModel.Input input, long begun, long effect, long end) {}

    /** Makes the history, the same in every run. */
    @Setup
    public void makeHistory() {
        SplittableRandom random = new SplittableRandom(clients);
        List<Call> calls = new ArrayList<>();
        long[] free = new long[clients];
        for (int i = 0; i < CALLS; i++) {
            int client = i % clients;
            long begun = free[client] + 1 + random.nextInt(LONGEST / 10);
            long effect = begun + random.nextInt(LONGEST);
            long end = effect + 1 + random.nextInt(LONGEST);
            free[client] = end;
            calls.add(new Call(client, input(random, i), begun, effect, end));
        }
        calls.sort(Comparator.comparingLong(Call::effect));
        long[] registers = new long[KEYS];
        history = new ArrayList<>();
        for (Call call : calls) {
            long answer = effect(registers, call.input());
            boolean answered = random.nextInt(UNANSWERED) != 0;
            history.add(new Operation<>(
                    call.client(),
                    call.input(),
                    answered ? new KvModel.Output(answer) : null,
                    answered ? Operation.Outcome.OK : Operation.Outcome.UNKNOWN,
                    call.begun(),
                    answered ? call.end() : Long.MAX_VALUE));
        }
    }

    private static KvModel.Input input(SplittableRandom random, int number) {
        int key = random.nextInt(KEYS);
        return switch (random.nextInt(3)) {
            case 0 -> KvModel.Input.get(key);
            case 1 -> KvModel.Input.put(key, number);
            default -> KvModel.Input.cas(key, random.nextInt(number + 1), number);
        };
    }

    private static long effect(long[] registers, KvModel.Input input) {
        int key = (int) input.key();
        if (input.kind() == KvModel.Kind.GET) {
            return registers[key];
        }
        boolean takesEffect = input.kind() == KvModel.Kind.PUT || registers[key] == input.expected();
        if (takesEffect) {
            registers[key] = input.value();
        }
        return takesEffect ? 1 : 0;
    }

    /** Judges the history. */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public Verdict judge() {
        Verdict verdict = checker.check(history);
        if (!(verdict instanceof Verdict.Linearizable)) {
            throw new IllegalStateException(verdict.toString());
        }
        return verdict;
    }
}
