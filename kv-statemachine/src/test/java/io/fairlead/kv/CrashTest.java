package io.fairlead.kv;

import static io.fairlead.kv.TestStore.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.fairlead.kv.proto.PutRequest;
import io.fairlead.kv.proto.RangeRequest;
import io.fairlead.raft.spi.Command;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while it writes leaves the state after some batch, and no acknowledged flush is lost. */
class CrashTest {
    private static final int KEYS = 500;
    private static final int KILLS = 5;

    @TempDir
    Path directory;

    @Test
    void what_a_killed_process_leaves_is_the_state_after_some_entry() throws IOException, InterruptedException {
        Random random = new Random(1);
        long before = 0;
        for (int i = 0; i < KILLS; i++) {
            long promised = runAndKill(2 + random.nextInt(6));
            try (TestStore store = new TestStore(directory, options())) {
                long applied = store.machine().durableIndex();
                assertThat(applied).isGreaterThanOrEqualTo(Math.max(before, promised));
                assertThat(store.store().currentRevision()).isEqualTo(applied + 1);
                check(store, applied);
                before = applied;
            }
        }
        assertThat(before).isPositive();
    }

    /** Entry i puts key i modulo {@value #KEYS}: so the state after any entry is known. */
    private static void check(TestStore store, long applied) {
        long keys = Math.min(applied, KEYS);
        RangeRequest.Builder all = RangeRequest.newBuilder().setKey(bytes("\0")).setRangeEnd(bytes("\0"));
        assertThat(store.range(all.setCountOnly(true)).getCount()).isEqualTo(keys);
        var kvs = store.range(all.setCountOnly(false)).getKvsList();
        assertThat(kvs).hasSize((int) keys);
        for (var kv : kvs) {
            long number = Long.parseLong(kv.getKey().toStringUtf8().substring(1));
            long newest = applied - Math.floorMod(applied - 1 - number, (long) KEYS);
            assertThat(kv.getModRevision()).isEqualTo(newest + 1);
            assertThat(kv.getValue()).isEqualTo(value(newest));
            assertThat(kv.getVersion()).isEqualTo((newest - 1) / KEYS + 1);
        }
        if (applied > KEYS) {
            long revision = applied + 1 - KEYS / 2;
            assertThat(store.range(all.setRevision(revision)).getKvsList())
                    .allSatisfy(kv -> assertThat(kv.getModRevision()).isBetween(revision - KEYS + 1, revision));
        }
    }

    private long runAndKill(int flushes) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long durable = 0;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < flushes; i++) {
                String line = lines.readLine();
                assertThat(line).as("the writer ended by itself").isNotNull();
                durable = Long.parseLong(line);
            }
            child.destroyForcibly();
        }
        child.waitFor();
        return durable;
    }

    private static KvOptions options() {
        return new KvOptions(8 << 20, 1 << 20, 1 << 20, 1000, 1);
    }

    private static ByteString value(long index) {
        return bytes(index + " " + "x".repeat((int) (index % 1500)));
    }

    /** Writes without end and tells each time that more has become durable. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) {
            TestStore store = new TestStore(Path.of(arguments[0]), options());
            long durable = store.machine().durableIndex();
            Random random = new Random(durable);
            while (true) {
                List<Command> batch = new ArrayList<>();
                for (int i = 1 + random.nextInt(50); i > 0; i--) {
                    long index = store.index() + 1;
                    batch.add(store.command(
                            KvCommand.Kind.PUT,
                            PutRequest.newBuilder()
                                    .setKey(bytes("k" + (index - 1) % KEYS))
                                    .setValue(value(index))
                                    .build()));
                }
                store.applyAll(batch);
                if (random.nextInt(40) == 0) {
                    store.machine().startFlush();
                }
                if (store.machine().durableIndex() > durable) {
                    durable = store.machine().durableIndex();
                    System.out.println(durable);
                }
            }
        }
    }
}
