package io.fairlead.raft.runtime;

import static io.fairlead.raft.runtime.TestCluster.add;
import static io.fairlead.raft.runtime.TestCluster.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.Membership;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.RaftNode;
import io.fairlead.raft.message.Member;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Groups that come and go leave nothing behind in the process that hosts them. */
@Timeout(240)
class GroupTurnoverTest {
    private static final int BATCHES = 20;
    private static final int GROUPS_PER_BATCH = 500;

    /** Tells our threads from those that other tests in this process leave behind. */
    private static final String THREADS = "turnover-";

    private final List<WeakReference<Counter>> machines = new ArrayList<>();

    /** B168: 10,000 groups are opened, written to and closed. */
    @Test
    void b168_of_ten_thousand_groups_that_came_and_went_no_thread_and_no_object_is_left() {
        try (RaftNode node = RaftNode.builder()
                .clusterId(1)
                .memberId(1)
                .disk(new MemoryDisk())
                .stores(new MemoryStores())
                .transport(new MemoryNetwork().transport(1))
                .workers(new ThreadWorkers(THREADS))
                .loops(2)
                .build()) {
            node.start();
            openAndClose(node, 0);
            long threads = threads();
            for (int batch = 1; batch < BATCHES; batch++) {
                openAndClose(node, batch);
            }
            assertThat(machines).hasSize(BATCHES * GROUPS_PER_BATCH);
            assertThat(threads()).isLessThanOrEqualTo(threads);
            awaitAllCollected();
        }
    }

    private void openAndClose(RaftNode node, int batch) {
        List<RaftGroup<Long>> groups = new ArrayList<>();
        for (int i = 0; i < GROUPS_PER_BATCH; i++) {
            Counter machine = new Counter();
            machines.add(new WeakReference<>(machine));
            long id = 1 + (long) batch * GROUPS_PER_BATCH + i;
            groups.add(node.openGroup(id, Membership.of(Member.of(1, "only")), machine));
        }
        var sums = groups.stream().map(group -> group.propose(add(7))).toList();
        sums.forEach(sum -> assertThat(get(sum)).isEqualTo(7));
        groups.forEach(group -> group.close(Duration.ofSeconds(30)));
    }

    /** The garbage collector is the leak detector: what nobody can reach any more goes. */
    private void awaitAllCollected() {
        while (machines.stream().anyMatch(machine -> machine.get() != null)) {
            System.gc();
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(THREADS))
                .count();
    }
}
