package io.fairlead.server;

import static io.fairlead.server.ProcessCluster.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.Client;
import io.etcd.jetcd.kv.GetResponse;
import io.fairlead.raft.Survivor;
import io.fairlead.server.recovery.ForceNewCluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two of three real processes are killed for good; {@code force-new-cluster} goes on with the third. */
@Timeout(240)
class DisasterTest {
    private static final int KEYS = 50;

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return ForceNewCluster.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    private static String hexId(ProcessCluster cluster, int member) throws IOException {
        return Long.toHexString(Survivor.in(cluster.dataDirectory(member)).memberId());
    }

    private static long put(ProcessCluster cluster, int member, String key) throws Exception {
        try (Client client = cluster.client(member)) {
            return client.getKVClient()
                    .put(bytes(key), bytes("value of " + key))
                    .get(30, TimeUnit.SECONDS)
                    .getHeader()
                    .getClusterId();
        }
    }

    private static GetResponse get(ProcessCluster cluster, int member, String key) throws Exception {
        try (Client client = cluster.client(member)) {
            return client.getKVClient().get(bytes(key)).get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void the_last_member_goes_on_alone_and_the_others_stay_out() throws Exception {
        try (ProcessCluster cluster = new ProcessCluster(directory, 3)) {
            cluster.startAll();
            long oldCluster = 0;
            for (int i = 0; i < KEYS; i++) {
                oldCluster = put(cluster, i % 3, "k" + i);
            }
            assertThat(get(cluster, 2, "k0").getCount()).isEqualTo(1);
            cluster.kill(0);
            cluster.kill(1);
            String survivor = cluster.dataDirectory(2).toString();
            assertThat(run(survivor)).isEqualTo(2);
            assertThat(err.toString()).contains("another process uses this data directory");
            cluster.kill(2);

            String lost = hexId(cluster, 0) + "," + hexId(cluster, 1);
            assertThat(run(survivor)).isEqualTo(1);
            assertThat(err.toString()).contains("nothing was said about members", hexId(cluster, 0));
            Survivor before = Survivor.in(cluster.dataDirectory(2));
            assertThat(run(survivor, "--lost", lost)).isZero();
            assertThat(out.toString()).contains("Nothing was changed", "is lost, although clients were told");
            assertThat(Survivor.in(cluster.dataDirectory(2))).isEqualTo(before);

            assertThat(run(survivor, "--lost", lost, "--yes")).isZero();
            Survivor after = Survivor.in(cluster.dataDirectory(2));
            assertThat(out.toString()).contains("The cluster is " + Long.toHexString(after.clusterId()) + " now");
            cluster.start(2, 2);
            cluster.awaitServing(2);
            for (int i = 0; i < KEYS; i++) {
                assertThat(get(cluster, 2, "k" + i).getKvs().get(0).getValue()).isEqualTo(bytes("value of k" + i));
            }
            assertThat(put(cluster, 2, "after")).isEqualTo(after.clusterId()).isNotEqualTo(oldCluster);

            cluster.start(0);
            cluster.start(1);
            cluster.awaitServing(0);
            assertThat(put(cluster, 0, "elsewhere")).isEqualTo(oldCluster);
            Awaitility.await("the old members are told")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> Files.readString(cluster.logFile(0)).contains("is no longer part of it"));
            assertThat(get(cluster, 2, "elsewhere").getCount()).isZero();
            assertThat(get(cluster, 0, "after").getCount()).isZero();

            cluster.kill(2);
            cluster.start(2);
            cluster.awaitServing(2);
            assertThat(put(cluster, 2, "last")).as("with the old options").isEqualTo(after.clusterId());
        }
    }

    @Test
    void the_worse_of_two_survivors_is_refused_by_a_report_of_the_other() throws Exception {
        try (ProcessCluster cluster = new ProcessCluster(directory, 3)) {
            cluster.startAll();
            put(cluster, 0, "all");
            cluster.kill(2);
            put(cluster, 0, "two");
            cluster.kill(1);
            cluster.kill(0);
            assertThat(run(cluster.dataDirectory(0).toString(), "--report")).isZero();
            Path report = Files.writeString(directory.resolve("report"), out.toString());
            String lost = hexId(cluster, 1);
            String worse = cluster.dataDirectory(2).toString();
            assertThat(run(worse, "--other", report.toString(), "--lost", lost, "--yes"))
                    .isEqualTo(1);
            assertThat(err.toString()).contains("are a majority in every group: start them");
            assertThat(err.toString()).contains("group 1 ends with entry").contains("recover with that member");
            assertThat(run(worse, "--other", directory.resolve("nothing").toString()))
                    .isEqualTo(2);
        }
    }
}
