package io.fairlead.bench.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How much of what a disk can do does the log use? Batches of 64 KiB, each synced, into the log and into a bare file on
 * the same disk.
 *
 * <p>Prediction: a batch costs the log two copies' worth of checksum and one copy, some 20 us, beside a sync that takes
 * ten times that; more than 90 % of the bare file.
 *
 * <p>{@code -p directory=...} chooses the disk.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 1, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class LogAppend {
    private static final int BATCH_BYTES = 64 << 10;
    private static final int TURN = 16;

    /** Bytes of an entry as encoded. */
    @Param({"256", "4096"})
    public int entryBytes;

    /** On the disk in question. */
    @Param("target/log-append")
    public String directory = "";

    private @Nullable EndlessLog log;
    private @Nullable BareFile bare;

    /** Time spent in the log and in the bare file, which take turns, so that both meet the same disk. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Turns {
        /** Nanoseconds in the log. */
        public long logNanos;
        /** Nanoseconds in the bare file. */
        public long bareNanos;
    }

    /** Makes both. */
    @Setup
    public void setUp() throws IOException {
        Path root = Path.of(directory);
        delete(root);
        Files.createDirectories(root);
        log = new EndlessLog(root, BATCH_BYTES, entryBytes);
        bare = new BareFile(root.resolve("bare"), EndlessLog.SEGMENT_BYTES, BATCH_BYTES);
    }

    /** Deletes both. */
    @TearDown
    public void tearDown() throws IOException {
        log().close();
        bare().close();
        delete(Path.of(directory));
    }

    private EndlessLog log() {
        return java.util.Objects.requireNonNull(log);
    }

    private BareFile bare() {
        return java.util.Objects.requireNonNull(bare);
    }

    private static void delete(Path root) throws IOException {
        if (Files.exists(root)) {
            try (Stream<Path> paths = Files.walk(root)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    /** A batch into the log: look at the allocation ({@code -prof gc}). */
    @Benchmark
    public void append() throws IOException {
        log().append();
    }

    /** Batches into both by turns: the log reaches {@code bareNanos / logNanos} of the bare file's bytes a second. */
    @Benchmark
    public void byTurns(Turns turns) throws IOException {
        long begin = System.nanoTime();
        for (int i = 0; i < TURN; i++) {
            bare().append();
        }
        long middle = System.nanoTime();
        for (int i = 0; i < TURN; i++) {
            log().append();
        }
        turns.bareNanos += middle - begin;
        turns.logNanos += System.nanoTime() - middle;
    }
}
