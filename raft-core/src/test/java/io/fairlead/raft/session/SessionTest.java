package io.fairlead.raft.session;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.raft.GroupStoppedException;
import io.fairlead.raft.InvalidConfigException;
import io.fairlead.raft.NotAcceptedException;
import io.fairlead.raft.Outcome;
import io.fairlead.raft.OutcomeUnknownException;
import io.fairlead.raft.RaftException;
import io.fairlead.raft.RaftException.Effect;
import io.fairlead.raft.SessionExpiredException;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.session.ScriptedGroup.Fate;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The client's side of exactly once: rules of docs/internals/raft.md. */
class SessionTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(24);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ScriptedGroup raft = new ScriptedGroup();
    private final SessionConfig<Long> config = SessionConfig.builder(ResultCodec.LONG)
            .timeout(TIMEOUT)
            .patience(PATIENCE)
            .maxUnanswered(3)
            .maxSessions(2)
            .build();
    private final SessionGroup<Long> group = newGroup();

    private SessionGroup<Long> newGroup() {
        return new SessionGroup<>(raft, raft.machine, config, raft, raft);
    }

    private Session<Long> open() {
        return result(group.openSession());
    }

    private static <T> T result(CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        assertThat(future).isDone();
        return future.join();
    }

    private static RaftException failure(CompletionStage<?> stage) {
        CompletableFuture<?> future = stage.toCompletableFuture();
        assertThat(future).isCompletedExceptionally();
        try {
            future.join();
        } catch (CompletionException e) {
            return (RaftException) requireNonNull(e.getCause());
        }
        throw new AssertionError();
    }

    private static ByteBuffer add(long amount) {
        return Ledger.add(amount);
    }

    @Test
    void x5_lost_answers_and_refusals_are_survived_without_a_second_effect() {
        Session<Long> session = open();
        raft.meets(Fate.ANSWER_LOST, Fate.REFUSED, Fate.LOST, Fate.ANSWER_LOST);
        CompletionStage<Long> answer = session.propose(add(10));
        assertThat(answer.toCompletableFuture()).isNotDone();
        raft.pass(PATIENCE.dividedBy(2));
        assertThat(result(answer)).isEqualTo(10);
        assertThat(raft.ledger.executed).isOne();
        assertThat(raft.proposedOf(Request.Execute.class)).hasSize(5);
    }

    @Test
    void x5_a_session_opens_though_answers_are_lost() {
        raft.meets(Fate.ANSWER_LOST);
        CompletionStage<Session<Long>> opening = group.openSession();
        raft.pass(Duration.ofSeconds(1));
        assertThat(result(opening).id()).isEqualTo(2);
    }

    @Test
    void the_command_is_copied_before_propose_returns() {
        Session<Long> session = open();
        raft.meets(Fate.LOST);
        ByteBuffer command = add(10);
        CompletionStage<Long> answer = session.propose(command);
        assertThat(command.remaining()).isEqualTo(8);
        command.putLong(0, 99);
        raft.pass(Duration.ofSeconds(1));
        assertThat(result(answer)).isEqualTo(10);
    }

    @Test
    void x6_answers_are_acknowledged_up_to_the_first_that_is_missing() {
        Session<Long> session = open();
        raft.meets(Fate.APPLIED, Fate.HELD, Fate.APPLIED);
        for (int i = 0; i < 3; i++) {
            session.propose(add(1));
        }
        assertThat(session.firstUnanswered()).isEqualTo(2);
        raft.release();
        assertThat(session.firstUnanswered()).isEqualTo(4);
        session.propose(add(1));
        assertThat(raft.proposedOf(Request.Execute.class))
                .extracting(Request.Execute::firstUnanswered)
                .containsExactly(1L, 2L, 2L, 4L);
    }

    @Test
    void x10_no_more_commands_are_under_way_than_configured() {
        Session<Long> session = open();
        raft.meets(Fate.HELD, Fate.APPLIED, Fate.APPLIED);
        for (int i = 0; i < 3; i++) {
            session.propose(add(1));
        }
        NotAcceptedException refused = (NotAcceptedException) failure(session.propose(add(1)));
        assertThat(refused.reason()).isEqualTo(Refusal.OVERLOADED);
        raft.release();
        assertThat(result(session.propose(add(1)))).isEqualTo(4);
    }

    @Test
    void x10_one_session_too_many_ends_the_one_that_was_used_longest_ago() {
        Session<Long> first = open();
        Session<Long> second = open();
        first.propose(add(1));
        open();
        assertThat(failure(second.propose(add(1)))).isInstanceOf(SessionExpiredException.class);
        assertThat(second.isExpired()).isTrue();
        assertThat(result(first.propose(add(1)))).isEqualTo(2);
    }

    // ------------------------------------------------------------------------------------ three outcomes

    @Test
    void x3_what_nobody_accepted_in_time_has_no_effect() {
        Session<Long> session = open();
        refuseAll();
        CompletionStage<Long> answer = session.propose(add(10));
        raft.pass(PATIENCE.plusSeconds(1));
        assertThat(failure(answer)).isInstanceOf(NotAcceptedException.class);
        assertThat(raft.ledger.executed).isZero();
    }

    private void refuseAll() {
        for (int i = 0; i < 200; i++) {
            raft.meets(Fate.REFUSED);
        }
    }

    @Test
    void x3_what_was_lost_once_is_unknown_however_often_it_was_refused_since() {
        Session<Long> session = open();
        raft.meets(Fate.ANSWER_LOST);
        refuseAll();
        CompletionStage<Long> answer = session.propose(add(10));
        raft.pass(PATIENCE.plusSeconds(1));
        assertThat(failure(answer)).isInstanceOf(OutcomeUnknownException.class);
        assertThat(raft.ledger.executed).isOne();
    }

    @Test
    void x3_what_is_not_answered_at_all_is_unknown_when_its_time_is_over() {
        Session<Long> session = open();
        raft.meets(Fate.HELD);
        CompletionStage<Long> answer = session.propose(add(10), Duration.ofSeconds(2));
        raft.pass(Duration.ofSeconds(1));
        assertThat(answer.toCompletableFuture()).isNotDone();
        raft.pass(Duration.ofSeconds(2));
        assertThat(failure(answer)).isInstanceOf(OutcomeUnknownException.class);
    }

    @Test
    void x6_what_was_given_up_takes_no_effect_after_later_commands_did() {
        Session<Long> session = open();
        raft.meets(Fate.HELD);
        session.propose(add(10), Duration.ofSeconds(1));
        raft.pass(Duration.ofSeconds(2));
        assertThat(result(session.propose(add(5)))).isEqualTo(5);
        raft.release();
        assertThat(raft.ledger.sum).isEqualTo(5);
    }

    @Test
    void x3_a_stopped_group_ends_commands_at_once_with_what_is_known() {
        Session<Long> session = open();
        raft.meets(Fate.REFUSED, Fate.LOST);
        CompletionStage<Long> refused = session.propose(add(10));
        CompletionStage<Long> lost = session.propose(add(10));
        raft.close();
        assertThat(failure(refused)).isInstanceOf(GroupStoppedException.class);
        assertThat(failure(refused).effect()).isEqualTo(Effect.NONE);
        assertThat(failure(lost).effect()).isEqualTo(Effect.UNKNOWN);
    }

    @Test
    void x3_every_proposal_has_one_of_three_outcomes() {
        Session<Long> session = open();
        assertThat(result(Outcome.of(session.propose(add(10))))).isEqualTo(new Outcome.Committed<>(10L));
        raft.meets(Fate.HELD);
        CompletionStage<Outcome<Long>> unknown = Outcome.of(session.propose(add(10)));
        raft.pass(PATIENCE.plusSeconds(1));
        assertThat(result(unknown)).isInstanceOf(Outcome.Unknown.class);
        session.detach();
        assertThat(result(Outcome.of(session.propose(add(10))))).isInstanceOf(Outcome.NotAccepted.class);
    }

    @Test
    void x3_other_failures_are_no_outcome() {
        CompletableFuture<Long> broken = CompletableFuture.failedFuture(new IllegalStateException("a bug"));
        assertThatThrownBy(() -> Outcome.of(broken).toCompletableFuture().join())
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    // --------------------------------------------------------------------------------- how sessions end

    @Test
    void x8_an_idle_session_is_kept_alive() {
        Session<Long> session = open();
        raft.pass(TIMEOUT.multipliedBy(5));
        assertThat(result(session.propose(add(1)))).isEqualTo(1);
        assertThat(raft.proposedOf(Request.KeepAlive.class)).hasSizeBetween(10, 20);
        assertThat(raft.proposedOf(Request.Clock.class)).hasSizeBetween(30, 45);
    }

    @Test
    void x8_nothing_is_written_while_there_is_no_session() {
        open().close();
        int before = raft.proposed.size();
        raft.pass(TIMEOUT.multipliedBy(5));
        assertThat(raft.proposed).hasSize(before);
    }

    @Test
    void x8_a_session_whose_client_is_gone_expires() {
        Session<Long> session = open();
        session.detach();
        raft.pass(TIMEOUT.multipliedBy(2));
        assertThat(group.sessions()).isZero();
    }

    @Test
    void x8_the_time_that_a_process_stands_still_does_not_count() {
        Session<Long> session = open();
        raft.pass(Duration.ofSeconds(1));
        raft.standStill(TIMEOUT.multipliedBy(10));
        raft.pass(TIMEOUT);
        assertThat(result(session.propose(add(1)))).isEqualTo(1);
    }

    @Test
    void x9_a_command_of_an_expired_session_that_was_never_lost_has_no_effect() {
        Session<Long> session = open();
        raft.machine.apply(closing(session));
        SessionExpiredException expired = (SessionExpiredException) failure(session.propose(add(10)));
        assertThat(expired.effect()).isEqualTo(Effect.NONE);
        assertThat(failure(session.propose(add(10)))).isInstanceOf(SessionExpiredException.class);
        assertThat(raft.ledger.executed).isZero();
    }

    private static io.fairlead.raft.spi.Command closing(Session<Long> session) {
        return new io.fairlead.raft.spi.Command(1_000, 1, new Request.Close(session.id()).encode(), false);
    }

    @Test
    void x9_a_command_that_may_have_been_executed_before_the_session_expired_is_unknown_and_not_executed_again() {
        Session<Long> session = open();
        raft.meets(Fate.ANSWER_LOST);
        CompletionStage<Long> answer = session.propose(add(10));
        raft.machine.apply(closing(session));
        raft.pass(Duration.ofSeconds(1));
        assertThat(failure(answer)).isInstanceOf(SessionExpiredException.class);
        assertThat(failure(answer).effect()).isEqualTo(Effect.UNKNOWN);
        assertThat(raft.ledger.executed).isOne();
    }

    @Test
    void a_closed_session_is_forgotten_by_the_group() {
        Session<Long> session = open();
        raft.meets(Fate.LOST);
        CompletionStage<Void> closed = session.close();
        raft.pass(Duration.ofSeconds(1));
        assertThat(closed.toCompletableFuture()).isDone();
        assertThat(group.sessions()).isZero();
        assertThat(failure(session.propose(add(1)))).isInstanceOf(SessionExpiredException.class);
    }

    // ------------------------------------------------------------------------------------ going on elsewhere

    @Test
    void x12_a_session_goes_on_elsewhere_and_what_was_under_way_is_answered() {
        Session<Long> session = open();
        result(session.propose(add(1)));
        raft.meets(Fate.ANSWER_LOST, Fate.LOST);
        CompletionStage<Long> two = session.propose(add(10));
        CompletionStage<Long> three = session.propose(add(100));
        session.detach();
        raft.pass(Duration.ofMillis(1));
        assertThat(failure(two)).isInstanceOf(OutcomeUnknownException.class);
        assertThat(failure(three)).isInstanceOf(OutcomeUnknownException.class);

        Session<Long> resumed = newGroup().resumeSession(session.id(), session.firstUnanswered());
        assertThat(session.firstUnanswered()).isEqualTo(2);
        assertThat(result(resumed.propose(add(10)))).isEqualTo(11);
        assertThat(result(resumed.propose(add(100)))).isEqualTo(111);
        assertThat(result(resumed.propose(add(1_000)))).isEqualTo(1_111);
        assertThat(raft.ledger.executed).isEqualTo(4);
    }

    @Test
    void x12_what_was_answered_before_is_not_executed_again_for_one_who_goes_too_far_back() {
        Session<Long> session = open();
        session.propose(add(1));
        session.propose(add(2));
        session.detach();
        Session<Long> resumed = group.resumeSession(session.id(), 1);
        assertThat(failure(resumed.propose(add(1)))).isInstanceOf(OutcomeUnknownException.class);
        assertThat(result(resumed.propose(add(2)))).isEqualTo(3);
        assertThat(raft.ledger.executed).isEqualTo(2);
    }

    @Test
    void x12_a_session_that_has_expired_meanwhile_says_so_and_not_that_nothing_was_done() {
        Session<Long> resumed = group.resumeSession(12_345, 7);
        RaftException expired = failure(resumed.propose(add(1)));
        assertThat(expired).isInstanceOf(SessionExpiredException.class);
        assertThat(expired.effect()).isEqualTo(Effect.UNKNOWN);
    }

    @Test
    void x12_a_resumed_session_shows_at_once_that_it_is_alive() {
        Session<Long> session = open();
        session.detach();
        group.resumeSession(session.id(), 1);
        raft.pass(TIMEOUT.dividedBy(8));
        assertThat(raft.proposedOf(Request.KeepAlive.class)).hasSize(1);
    }

    // -------------------------------------------------------------------------------------------------- the rest

    @Test
    void commands_without_a_session_are_proposed_once() {
        raft.meets(Fate.LOST);
        assertThat(failure(group.propose(add(1)))).isInstanceOf(OutcomeUnknownException.class);
        raft.pass(PATIENCE);
        assertThat(raft.proposed).hasSize(1);
        assertThat(result(group.propose(add(1)))).isEqualTo(1);
    }

    @Test
    void what_is_wrong_with_a_configuration_is_said_at_once() {
        assertThatThrownBy(() -> SessionConfig.builder(ResultCodec.LONG)
                        .timeout(Duration.ZERO)
                        .patience(Duration.ZERO)
                        .maxSessions(0)
                        .maxUnanswered(0)
                        .build())
                .isInstanceOfSatisfying(
                        InvalidConfigException.class,
                        wrong -> assertThat(wrong.problems()).hasSize(4));
    }

    @Test
    void answers_are_read_as_they_were_written() throws java.io.IOException {
        for (String text : List.of("", "äöü", "x".repeat(1000))) {
            byte[] bytes = TableFormat.bytes(out -> ResultCodec.STRING.write(text, out));
            assertThat(ResultCodec.STRING.read(TableFormat.reading(bytes))).isEqualTo(text);
        }
    }
}
