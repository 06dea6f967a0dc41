package io.fairlead.raft.runtime;

import static io.fairlead.raft.runtime.TestCluster.add;
import static io.fairlead.raft.runtime.TestCluster.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.Consistency;
import io.fairlead.raft.RaftException;
import io.fairlead.raft.RaftException.Effect;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.RaftGroup.ProposalCallback;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Proposals are given again while leaders change, and yet none is applied twice or lost. */
@Timeout(180)
class LeaderChangesTest {
    private static final int CLIENTS = 24;

    private final AtomicBoolean enough = new AtomicBoolean();
    private final AtomicLong applied = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final CountDownLatch ended = new CountDownLatch(CLIENTS);

    /** Proposes again and again, at one member. */
    private final class Client implements ProposalCallback<Long> {
        private final RaftGroup<Long> group;

        Client(RaftGroup<Long> group) {
            this.group = group;
        }

        void next() {
            if (enough.get()) {
                ended.countDown();
            } else {
                group.propose(group.newProposal(add(1)), this);
            }
        }

        @Override
        public void onApplied(long index, Long result) {
            applied.incrementAndGet();
            next();
        }

        @Override
        public void onFailed(RaftException failure) {
            (failure.effect() == Effect.NONE ? refused : unknown).incrementAndGet();
            next();
        }
    }

    @Test
    void no_proposal_is_applied_twice_or_lost_while_leaders_come_and_go() throws InterruptedException {
        try (TestCluster cluster =
                TestCluster.started(3, TestCluster.quickConfig().build())) {
            cluster.leader();
            for (int i = 0; i < CLIENTS; i++) {
                new Client(cluster.group(1 + i % 3)).next();
            }
            for (int change = 0; change < 8; change++) {
                long leader = cluster.leader();
                long term = cluster.group(leader).status().term();
                long before = applied.get();
                if (change % 2 == 1) {
                    // It does not matter how this ends: if nobody else leads by then, isolation sees to it.
                    boolean ended =
                            get(cluster.group(leader).transferLeadership(0).handle((done, failure) -> true));
                    assertThat(ended).isTrue();
                }
                if (cluster.leader()
                        == leader) { // A follower that is cut off would lose what it forwards without a trace.
                    cluster.network.isolate(leader);
                    cluster.leaderAfter(term);
                    cluster.network.heal(leader);
                }
                cluster.await(() -> applied.get() > before + 100);
            }
            enough.set(true);
            ended.await();
            for (long reader = 1; reader <= 3; reader++) {
                long id = reader;
                long count = get(cluster.group(id).read(Consistency.LINEARIZABLE, () -> cluster.counter(id).count));
                assertThat(count).isBetween(applied.get(), applied.get() + unknown.get());
            }
            assertThat(refused.get())
                    .as("proposals that the members could have held")
                    .isZero();
            assertThat(unknown.get()).as("proposals of unknown outcome").isZero();
        }
    }
}
