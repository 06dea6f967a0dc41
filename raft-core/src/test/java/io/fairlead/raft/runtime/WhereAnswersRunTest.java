package io.fairlead.raft.runtime;

import static io.fairlead.raft.runtime.TestCluster.add;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.Membership;
import io.fairlead.raft.RaftException;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.RaftNode;
import io.fairlead.raft.message.Member;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands are applied and answered on one thread, and who proposes while he is answered is answered in his turn. */
@Timeout(60)
class WhereAnswersRunTest {
    private static final int AT_A_TIME = 150;
    private static final int IN_ALL = 5_000;

    private final AtomicInteger proposed = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final Set<String> threads = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoeverIsAnsweredProposesAgain(boolean neverWaits) {
        Counter counter = new Counter();
        counter.neverWaits = neverWaits;
        try (RaftNode node = RaftNode.builder()
                .clusterId(1)
                .memberId(1)
                .disk(new MemoryDisk())
                .stores(new MemoryStores())
                .transport(new MemoryNetwork().transport(1))
                .build()) {
            RaftGroup<Long> group = node.openGroup(Membership.of(Member.of(1, "a")), counter);
            node.start();
            for (int i = 0; i < AT_A_TIME; i++) {
                proposeNext(group);
            }
            done.join();
        }
        assertThat(counter.count).isEqualTo(IN_ALL);
        assertThat(threads).singleElement().asString().startsWith(neverWaits ? "raft-loop" : "raft-apply");
    }

    private void proposeNext(RaftGroup<Long> group) {
        if (proposed.incrementAndGet() > IN_ALL) {
            return;
        }
        group.propose(group.newProposal(add(1)), new RaftGroup.ProposalCallback<Long>() {
            @Override
            public void onApplied(long index, Long result) {
                threads.add(Thread.currentThread().getName());
                proposeNext(group);
                if (answered.incrementAndGet() == IN_ALL) {
                    done.complete(null);
                }
            }

            @Override
            public void onFailed(RaftException failure) {
                done.completeExceptionally(failure);
            }
        });
    }
}
