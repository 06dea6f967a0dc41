package io.fairlead.bench.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fairlead.bench.embedded.EmbeddedGroup.Variant;
import io.fairlead.bench.embedded.fairlead.FairleadGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedTest {
    /** Keeps proposals until a test ends them. */
    private static final class Held implements EmbeddedGroup {
        final ArrayDeque<Done> waiting = new ArrayDeque<>();
        int proposed;

        @Override
        public boolean supports(Variant variant) {
            return true;
        }

        @Override
        public String describe(Variant variant) {
            return "held";
        }

        @Override
        public void start(Variant variant, Path directory) {}

        @Override
        public void propose(byte[] command, Done done) {
            proposed++;
            waiting.add(done);
        }

        @Override
        public long[] applied() {
            return new long[] {proposed};
        }

        @Override
        public void stop() {}
    }

    @Test
    void a_pump_keeps_its_depth_and_stops_at_the_end() throws InterruptedException {
        Held group = new Held();
        Pump pump = new Pump(group, new Depth(4, 10, 20), 16, Runnable::run);

        pump.start();
        assertThat(group.waiting).hasSize(4);
        while (!group.waiting.isEmpty()) {
            assertThat(group.waiting.size()).isLessThanOrEqualTo(4);
            group.waiting.remove().applied();
        }
        pump.await();

        assertThat(group.proposed).isEqualTo(30);
        assertThat(pump.completed()).isEqualTo(30);
        assertThat(pump.sortedLatencies()).hasSize(20).isSorted();
    }

    @Test
    void a_pump_counts_failures_apart() throws InterruptedException {
        Held group = new Held();
        Pump pump = new Pump(group, new Depth(1, 0, 2), 16, Runnable::run);

        pump.start();
        group.waiting.remove().failed(new IOException("no"));
        group.waiting.remove().applied();
        pump.await();

        assertThat(pump.failures()).isEqualTo(1);
        assertThat(pump.sortedLatencies()).hasSize(1);
        assertThat(pump.lastFailure()).hasMessage("no");
    }

    @Test
    void percentiles_are_by_nearest_rank() {
        long[] sorted = {10, 20, 30, 40};

        assertThat(Pump.percentile(sorted, 50)).isEqualTo(20);
        assertThat(Pump.percentile(sorted, 99)).isEqualTo(40);
        assertThat(Pump.percentile(sorted, 100)).isEqualTo(40);
        assertThat(Pump.percentile(new long[0], 50)).isZero();
    }

    @Test
    void results_survive_the_way_through_a_line() {
        Map<String, Double> values = EmbeddedResult.parse("depth=64.000 command_bytes=16.000 cpu_us/raft-io-N=1.250");

        EmbeddedResult result = new EmbeddedResult("a", Variant.LOG, 1, false, values);

        assertThat(result.key()).isEqualTo("LOG 16 B depth 64");
        assertThat(result.value("cpu_us/raft-io-N")).isEqualTo(1.25);
        assertThat(result.value("other")).isNaN();
    }

    @Test
    void the_table_prefers_runs_on_a_free_disk() {
        EmbeddedTable table = new EmbeddedTable(List.of(result(10, true), result(30, false), result(50, false)));

        assertThat(table.median("LOG 16 B depth 1", "a", "p50_us")).isEqualTo(40);
    }

    private static EmbeddedResult result(double p50, boolean throttled) {
        Map<String, Double> values = Map.of("depth", 1.0, "command_bytes", 16.0, "p50_us", p50);
        return new EmbeddedResult("a", Variant.LOG, 1, throttled, values);
    }

    @Test
    void threads_are_told_apart_by_kind() {
        assertThat(Resources.kind("raft-io-3-12")).isEqualTo("raft-io-N-N");
    }

    @Test
    void what_does_not_exist_is_refused(@TempDir Path home) {
        assertThatIllegalArgumentException().isThrownBy(() -> Depth.parse("64")).withMessageContaining("'64'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Peers(home).find("paxos"))
                .withMessageContaining("fairlead");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> new Peers(home).find("jraft"))
                .withMessageContaining("-Ppeers");
    }

    @Test
    @Timeout(60)
    void three_members_of_fairlead_commit_what_is_proposed(@TempDir Path directory) throws Exception {
        FairleadGroup group = new FairleadGroup();
        group.start(Variant.MEMORY, directory);
        try {
            Pump pump = new Pump(group, new Depth(16, 100, 400), 16, Runnable::run);

            pump.start();
            pump.await();

            assertThat(pump.failures()).isZero();
            assertThat(pump.sortedLatencies()).hasSize(400);
            assertThat(group.applied()).contains(500);
        } finally {
            group.stop();
        }
    }
}
