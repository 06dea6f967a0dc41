package io.fairlead.bench.stage;

import com.google.protobuf.ByteString;
import io.fairlead.bench.report.ResultFiles;
import io.fairlead.kv.KeyRange;
import io.fairlead.kv.KvCommand;
import io.fairlead.kv.KvOptions;
import io.fairlead.kv.KvResult;
import io.fairlead.kv.KvStateMachine;
import io.fairlead.kv.proto.PutRequest;
import io.fairlead.kv.proto.RangeRequest;
import io.fairlead.raft.spi.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The store: what the applier does with a batch of puts, and what a read costs. Random keys of 16 bytes, values of 256. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class StoreStage {
    private static final int KEYS = 10_000;
    private static final int BATCH = 32;
    private static final int RANGE = 100;

    private final SplittableRandom random = new SplittableRandom(1);
    private final ByteString[] keys = new ByteString[KEYS];
    private final ByteString value = ByteString.copyFrom(new byte[256]);
    private Path directory = Path.of("");
    private @Nullable KvStateMachine machine;
    private long index;

    /** Opens a store and writes every key once. */
    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory(Path.of("").toAbsolutePath(), "store-stage");
        KvStateMachine opened = KvStateMachine.open(directory, KvOptions.defaults());
        machine = opened;
        for (int i = 0; i < KEYS; i++) {
            keys[i] = ByteString.copyFromUtf8(String.format(Locale.ROOT, "key-%012d", i));
        }
        for (int from = 0; from < KEYS; from += BATCH) {
            List<Command> batch = new ArrayList<>();
            for (int key = from; key < Math.min(KEYS, from + BATCH); key++) {
                batch.add(put(key));
            }
            opened.applyAll(batch, (position, result) -> {});
        }
    }

    private KvStateMachine machine() {
        return Objects.requireNonNull(machine);
    }

    /** Closes it and deletes its files. */
    @TearDown
    public void close() throws IOException {
        machine().close();
        ResultFiles.deleteAll(directory);
    }

    private Command put(int key) {
        PutRequest request =
                PutRequest.newBuilder().setKey(keys[key]).setValue(value).build();
        return new Command(++index, 1, KvCommand.encode(KvCommand.Kind.PUT, KvCommand.Origin.NONE, request), true);
    }

    /** A put, as one of a batch of 32; making the command has its share. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public List<Command> put() {
        List<Command> batch = new ArrayList<>(BATCH);
        for (int i = 0; i < BATCH; i++) {
            batch.add(put(random.nextInt(KEYS)));
        }
        machine().applyAll(batch, (position, result) -> {});
        return batch;
    }

    /** One key. */
    @Benchmark
    public KvResult get() {
        return machine()
                .store()
                .range(RangeRequest.newBuilder()
                        .setKey(keys[random.nextInt(KEYS)])
                        .build());
    }

    /** The first hundred keys of a range that has thousands. */
    @Benchmark
    public KvResult range() {
        return machine()
                .store()
                .range(RangeRequest.newBuilder()
                        .setKey(keys[random.nextInt(KEYS / 2)])
                        .setRangeEnd(keys[KEYS - 1])
                        .setLimit(RANGE)
                        .build());
    }

    /** The last hundred changes, read and made into events, as a watcher that lags behind is told them. */
    @Benchmark
    public int changes() {
        int[] events = new int[1];
        long from = machine().store().currentRevision() - RANGE + 1;
        machine().store().changes(KeyRange.all(), from, false, event -> events[0]++);
        return events[0];
    }
}
