package io.fairlead.raft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.GroupStoppedException;
import io.fairlead.raft.NotAcceptedException;
import io.fairlead.raft.OutcomeUnknownException;
import io.fairlead.raft.RaftException;
import io.fairlead.raft.RaftException.Effect;
import io.fairlead.raft.RaftGroup.ProposalCallback;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.spi.Worker;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What proposals are told when they are not applied: rules. */
class OutcomesTest {
    private static final long SOURCE = 9;
    private static final long LEADER = 2;

    private final PendingProposals<String> pending = new PendingProposals<>(100);
    private final Proposals<String> proposals = new Proposals<>(1, SOURCE, pending, new AtOnce(), 1);

    /** Runs what it is given. */
    private static final class AtOnce implements Worker {
        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isCurrent() {
            return true;
        }

        @Override
        public void close() {}
    }

    /** Remembers what it is told. */
    private static final class Caller implements ProposalCallback<String> {
        private @Nullable RaftException failure;

        @Override
        public void onApplied(long index, String result) {
            throw new AssertionError("nothing is applied here");
        }

        @Override
        public void onFailed(RaftException why) {
            assertThat(failure).as("told before").isNull();
            failure = why;
        }
    }

    private Proposal<String> proposal(Caller caller, long deadline) {
        Entry entry = Entry.proposal(EntryKind.COMMAND, SOURCE, pending.newSequence(), ByteBuffer.allocate(0));
        Proposal<String> proposal = new Proposal<>(entry, caller, 0, deadline);
        assertThat(pending.add(proposal)).isTrue();
        return proposal;
    }

    /** A proposal that was given to the leader of {@code term}, and of which nothing was heard since. */
    private Proposal<String> underWay(Caller caller, long term, long submission) {
        Proposal<String> proposal = proposal(caller, 1_000);
        proposal.used = true;
        proposal.inDoubt = true;
        proposal.submittedTerm = term;
        proposal.submission = submission;
        return proposal;
    }

    @Test
    void x3_what_was_never_given_away_has_no_effect_when_its_time_is_over() {
        Caller caller = new Caller();
        proposal(caller, 1_000);
        proposals.expire(LEADER, 999);
        assertThat(caller.failure).isNull();
        proposals.expire(LEADER, 1_000);
        assertThat(caller.failure).isInstanceOf(NotAcceptedException.class);
    }

    @Test
    void x2_what_is_in_doubt_when_its_time_is_over_is_unknown() {
        Caller caller = new Caller();
        underWay(caller, 1, 1);
        proposals.expire(LEADER, 1_000);
        assertThat(caller.failure).isInstanceOf(OutcomeUnknownException.class);
    }

    @Test
    void x1_a_refusal_that_may_pass_is_waited_out_and_others_are_told() {
        Caller patient = new Caller();
        Caller refused = new Caller();
        Proposal<String> first = underWay(patient, 1, 1);
        Proposal<String> second = underWay(refused, 1, 2);
        proposals.refused(SOURCE, first.sequence, Refusal.NOT_LEADER, 0);
        proposals.refused(SOURCE, second.sequence, Refusal.OVERLOADED, LEADER);
        proposals.refused(SOURCE + 1, first.sequence, Refusal.OVERLOADED, LEADER);
        assertThat(patient.failure).isNull();
        assertThat(proposals.hasHeld()).isTrue();
        assertThat(refused.failure)
                .isInstanceOfSatisfying(
                        NotAcceptedException.class,
                        why -> assertThat(why.leader()).isEqualTo(LEADER));
    }

    @Test
    void x1_an_entry_of_a_later_term_frees_what_was_meant_for_an_earlier_leader_and_nothing_else() {
        Caller caller = new Caller();
        Proposal<String> earlier = underWay(caller, 1, 1);
        Proposal<String> same = underWay(caller, 2, 2);
        proposals.onApplied(2);
        assertThat(earlier.inDoubt).isFalse();
        assertThat(earlier.held).isTrue();
        assertThat(same.inDoubt).isTrue();
        assertThat(caller.failure).isNull();
    }

    @Test
    void b124_a_snapshot_ends_what_it_may_contain_as_unknown_and_nothing_that_came_later() {
        Caller before = new Caller();
        Caller after = new Caller();
        Caller held = new Caller();
        underWay(before, 1, 1);
        underWay(after, 3, 2);
        proposal(held, 1_000);
        proposals.onRestored(3, 1);
        assertThat(before.failure).isInstanceOf(OutcomeUnknownException.class);
        assertThat(after.failure).isNull();
        assertThat(held.failure).isNull();
    }

    @Test
    void x3_who_stops_says_of_each_what_is_known_of_it() {
        Caller inDoubt = new Caller();
        Caller notYet = new Caller();
        underWay(inDoubt, 1, 1);
        proposal(notYet, 1_000);
        proposals.failAll("the group has stopped", null);
        assertThat(inDoubt.failure)
                .isInstanceOfSatisfying(
                        GroupStoppedException.class,
                        why -> assertThat(why.effect()).isEqualTo(Effect.UNKNOWN));
        assertThat(notYet.failure)
                .isInstanceOfSatisfying(
                        GroupStoppedException.class,
                        why -> assertThat(why.effect()).isEqualTo(Effect.NONE));
        assertThat(proposals.isEmpty()).isTrue();
    }
}
