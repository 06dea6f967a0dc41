package io.fairlead.raft.runtime;

import static io.fairlead.raft.runtime.TestCluster.add;
import static io.fairlead.raft.runtime.TestCluster.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.RaftConfig;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Snapshots are taken beside the writes, however long that takes. */
@Timeout(120)
class SnapshotsBesideWritesTest {
    private static final RaftConfig EVERY_50 = TestCluster.quickConfig()
            .snapshotEveryEntries(50)
            .retainedEntries(5)
            .build();

    @Test
    void writes_go_on_while_a_snapshot_is_written_and_the_next_one_is_not_forgotten() {
        try (TestCluster cluster = TestCluster.started(1, EVERY_50)) {
            Counter counter = cluster.counter(1);
            CountDownLatch gate = new CountDownLatch(1);
            counter.gate = gate;
            for (int i = 1; i <= 60; i++) {
                assertThat(get(cluster.group(1).propose(add(1)))).isEqualTo(i);
            }
            cluster.await(() -> counter.snapshotsBegun.get() == 1);
            for (int i = 61; i <= 400; i++) {
                assertThat(get(cluster.group(1).propose(add(1)))).isEqualTo(i);
            }
            assertThat(counter.snapshotsBegun).as("one at a time").hasValue(1);
            assertThat(cluster.group(1).status().firstIndex())
                    .as("nothing is given up before the snapshot is there")
                    .isEqualTo(1);
            gate.countDown();
            cluster.await(() -> cluster.group(1).status().firstIndex() > 350);
            cluster.stop(1);
            assertThat(cluster.start(1).counter().count).isEqualTo(400);
        }
    }
}
