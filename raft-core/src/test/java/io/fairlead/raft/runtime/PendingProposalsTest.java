package io.fairlead.raft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.raft.RaftException;
import io.fairlead.raft.RaftGroup.ProposalCallback;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PendingProposalsTest {
    private static final int FAR_APART = 1 << 20;

    private final PendingProposals<String> pending = new PendingProposals<>(5000);

    private static Proposal<String> proposal(long sequence, long deadline) {
        Entry entry = Entry.proposal(EntryKind.COMMAND, 1, sequence, ByteBuffer.allocate(0));
        return new Proposal<>(
                entry,
                new ProposalCallback<>() {
                    @Override
                    public void onApplied(long index, String result) {}

                    @Override
                    public void onFailed(RaftException failure) {}
                },
                deadline,
                0);
    }

    private Proposal<String> added(long sequence) {
        Proposal<String> proposal = proposal(sequence, sequence);
        assertThat(pending.add(proposal)).isTrue();
        return proposal;
    }

    @Test
    void numbers_that_share_a_place_are_told_apart() {
        Proposal<String> one = added(7);
        Proposal<String> two = added(7 + FAR_APART);
        assertThat(pending.get(7)).isSameAs(one);
        assertThat(pending.get(7 + FAR_APART)).isSameAs(two);
        assertThat(pending.get(7 + 2 * FAR_APART)).isNull();
        assertThat(pending.remove(7)).isSameAs(one);
        assertThat(pending.remove(7)).isNull();
        assertThat(pending.remove(7 + FAR_APART)).isSameAs(two);
        assertThat(pending.isEmpty()).isTrue();
    }

    @Test
    void whoever_is_due_is_listed_in_order_from_wherever_it_waits() {
        for (long sequence : new long[] {3 + FAR_APART, 3, 1 + FAR_APART, 1, 2}) {
            added(sequence);
        }
        assertThat(pending.inOrder())
                .extracting(proposal -> proposal.sequence)
                .containsExactly(1L, 2L, 3L, 1L + FAR_APART, 3L + FAR_APART);
        assertThat(pending.dueBy(2)).extracting(proposal -> proposal.sequence).containsExactly(1L, 2L);
    }

    @Test
    void a_new_number_replaces_the_old_one() {
        Proposal<String> proposal = added(5);
        assertThat(pending.renumber(proposal, 9)).isTrue();
        assertThat(pending.get(5)).isNull();
        assertThat(pending.get(9)).isSameAs(proposal);
        assertThat(pending.remove(9)).isSameAs(proposal);
        assertThat(pending.renumber(proposal, 10)).isFalse();
        assertThat(pending.isEmpty()).isTrue();
    }

    @Test
    void a_number_is_proposed_once() {
        added(4);
        assertThatThrownBy(() -> pending.add(proposal(4, 0))).isInstanceOf(IllegalArgumentException.class);
        assertThat(pending.size()).isEqualTo(1);
    }

    @Test
    void no_more_are_taken_than_there_is_room_for() {
        PendingProposals<String> two = new PendingProposals<>(2);
        assertThat(two.add(proposal(1, 0))).isTrue();
        assertThat(two.add(proposal(3, 0))).isTrue();
        assertThat(two.add(proposal(5, 0))).isFalse();
        assertThat(two.size()).isEqualTo(2);
    }

    @Test
    void of_two_threads_that_remove_a_proposal_one_gets_it() throws InterruptedException {
        int proposals = 5000; // Most of which find their place taken.
        for (int i = 0; i < proposals; i++) {
            added(i * 3L);
        }
        AtomicInteger got = new AtomicInteger();
        CountDownLatch begin = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 2; t++) {
            Thread thread = new Thread(() -> {
                try {
                    begin.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                for (int i = 0; i < proposals; i++) {
                    if (pending.remove(i * 3L) != null) {
                        got.incrementAndGet();
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        begin.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(got).hasValue(proposals);
        assertThat(pending.isEmpty()).isTrue();
    }
}
