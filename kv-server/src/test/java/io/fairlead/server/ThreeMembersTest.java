package io.fairlead.server;

import static io.fairlead.server.ProcessCluster.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.maintenance.HashKVResponse;
import io.etcd.jetcd.options.GetOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real processes, a real client, SIGKILL: no acknowledged write is lost and no member diverges. */
class ThreeMembersTest {
    private static final int WRITERS = 8;

    @TempDir
    Path directory;

    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

    @Test
    void nothing_acknowledged_is_lost_when_the_leader_is_killed_under_load() throws Exception {
        try (ProcessCluster cluster = new ProcessCluster(directory, 3)) {
            cluster.startAll();
            AtomicBoolean stop = new AtomicBoolean();
            ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
            int leader = cluster.leader();
            int survivor = (leader + 1) % 3;
            CountDownLatch done = new CountDownLatch(WRITERS);
            for (int writer = 0; writer < WRITERS; writer++) {
                int id = writer;
                writers.execute(() -> write(() -> cluster.client(survivor), id, stop, done));
            }
            awaitMore(500);

            cluster.kill(leader);
            long killed = System.nanoTime();
            awaitMore(1);
            System.out.println("writes go on " + (System.nanoTime() - killed) / 1_000_000 + " ms after the kill");
            awaitMore(500);
            stop.set(true);
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
            writers.shutdown();
            cluster.start(leader);
            cluster.awaitServing(leader);

            assertEverythingEverywhere(cluster);
        }
    }

    @Test
    void nothing_acknowledged_is_lost_when_one_member_after_the_other_is_killed_under_load() throws Exception {
        try (ProcessCluster cluster = new ProcessCluster(directory, 3)) {
            cluster.startAll();
            AtomicBoolean stop = new AtomicBoolean();
            ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
            CountDownLatch done = new CountDownLatch(WRITERS);
            for (int writer = 0; writer < WRITERS; writer++) {
                int id = writer;
                writers.execute(() -> write(cluster::client, id, stop, done));
            }
            for (int round = 0; round < 2; round++) {
                for (int member = 0; member < cluster.size(); member++) {
                    awaitMore(200);
                    cluster.kill(member);
                    awaitMore(200);
                    cluster.start(member);
                    cluster.awaitServing(member);
                }
            }
            stop.set(true);
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
            writers.shutdown();

            assertEverythingEverywhere(cluster);
        }
    }

    @Test
    void nothing_acknowledged_is_lost_when_all_members_are_killed_at_once() throws Exception {
        try (ProcessCluster cluster = new ProcessCluster(directory, 3)) {
            cluster.startAll();
            AtomicBoolean stop = new AtomicBoolean();
            CountDownLatch done = new CountDownLatch(1);
            Thread writer = new Thread(() -> write(() -> cluster.client(0), 0, stop, done));
            writer.start();
            awaitMore(300);
            for (int member = 0; member < 3; member++) {
                cluster.kill(member);
            }
            stop.set(true);
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();

            cluster.startAll();

            assertEverythingEverywhere(cluster);
            for (int member = 0; member < 3; member++) {
                assertThat(cluster.stop(member)).as("exit code on SIGTERM").isZero();
            }
        }
    }

    /** Writes unique keys one after the other; what fails may or may not have happened. */
    private void write(Supplier<Client> connect, int id, AtomicBoolean stop, CountDownLatch done) {
        try (Client client = connect.get()) {
            for (int i = 0; !stop.get(); i++) {
                String key = "w" + id + "/" + i;
                try {
                    client.getKVClient().put(bytes(key), bytes("v" + i)).get(10, TimeUnit.SECONDS);
                    acknowledged.put(key, "v" + i);
                } catch (ExecutionException | TimeoutException e) {
                    assertThat(acknowledged)
                            .as("a failed write is not acknowledged")
                            .doesNotContainKey(key);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        } finally {
            done.countDown();
        }
    }

    private void awaitMore(int count) {
        int before = acknowledged.size();
        Awaitility.await(count + " more acknowledged writes")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> acknowledged.size() >= before + count);
    }

    private void assertEverythingEverywhere(ProcessCluster cluster) throws Exception {
        long revision = 0;
        Integer hash = null;
        for (int member = 0; member < cluster.size(); member++) {
            try (Client client = cluster.client(member)) {
                GetResponse all = client.getKVClient()
                        .get(
                                ByteSequence.from(new byte[] {0}),
                                GetOption.builder()
                                        .withRange(ByteSequence.from(new byte[] {0}))
                                        .build())
                        .get(30, TimeUnit.SECONDS);
                Map<String, String> found = new ConcurrentHashMap<>();
                for (KeyValue kv : all.getKvs()) {
                    found.put(kv.getKey().toString(), kv.getValue().toString());
                }
                assertThat(found).as("member %d", member).containsAllEntriesOf(acknowledged);
                revision = member == 0 ? all.getHeader().getRevision() : revision;
                assertThat(all.getHeader().getRevision()).isEqualTo(revision);
                HashKVResponse answer = client.getMaintenanceClient()
                        .hashKV(cluster.clientUrl(member), revision)
                        .get(30, TimeUnit.SECONDS);
                assertThat(answer.getHash())
                        .as("hash of member %d", member)
                        .isEqualTo(hash == null ? answer.getHash() : hash);
                hash = answer.getHash();
            }
        }
    }
}
