package io.fairlead.raft.session;

import static io.fairlead.raft.session.Replica.TIMEOUT;
import static io.fairlead.raft.session.Replica.add;
import static io.fairlead.raft.session.Replica.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules of docs/internals/raft.md, entry by entry. */
class SessionMachineTest {
    private static final Answer<Long> EXPIRED = new Answer.Expired<>();
    private static final Answer<Long> DONE = new Answer.Done<>();
    private static final Answer<Long> FORGOTTEN = new Answer.Forgotten<>();

    private final Ledger ledger = new Ledger();
    private final Replica replica = new Replica(ledger);

    @Test
    void x5_a_command_is_executed_once_and_every_copy_gets_its_answer() {
        long session = replica.open();
        assertThat(replica.apply(add(session, 1, 10))).isEqualTo(result(10));
        assertThat(replica.apply(add(session, 2, 5))).isEqualTo(result(15));
        assertThat(replica.apply(add(session, 1, 10))).isEqualTo(result(10));
        assertThat(ledger.executed).isEqualTo(2);
    }

    @Test
    void x5_copies_in_one_batch_are_executed_once() {
        long session = replica.open();
        assertThat(replica.applyAll(add(session, 1, 10), add(session, 1, 10), add(session, 2, 5), add(session, 1, 10)))
                .containsExactly(result(10), result(10), result(15), result(10));
        assertThat(ledger.executed).isEqualTo(2);
    }

    @Test
    void x5_commands_may_come_in_any_order() {
        long session = replica.open();
        assertThat(replica.apply(add(session, 3, 30))).isEqualTo(result(30));
        assertThat(replica.apply(add(session, 1, 1))).isEqualTo(result(31));
        assertThat(replica.apply(add(session, 3, 30))).isEqualTo(result(30));
        assertThat(ledger.executed).isEqualTo(2);
    }

    @Test
    void x5_sequence_numbers_belong_to_their_session() {
        long one = replica.open();
        long other = replica.open();
        assertThat(replica.apply(add(one, 1, 10))).isEqualTo(result(10));
        assertThat(replica.apply(add(other, 1, 10))).isEqualTo(result(20));
    }

    @Test
    void commands_without_a_session_are_executed_as_often_as_they_are_committed() {
        replica.apply(new Request.Plain(Ledger.add(1)));
        assertThat(replica.apply(new Request.Plain(Ledger.add(1)))).isEqualTo(result(2));
    }

    @Test
    void a_command_that_nobody_awaits_needs_no_answer_unless_it_has_a_session() {
        long session = replica.open();
        StateMachine<Long> lazy = new Ledger() {
            @Override
            public void applyAll(List<Command> commands, Results<Long> results) {
                for (int i = 0; i < commands.size(); i++) {
                    long answer = apply(commands.get(i));
                    if (commands.get(i).awaited()) {
                        results.complete(i, answer);
                    }
                }
            }
        };
        Replica follower = new Replica(lazy);
        follower.open();
        follower.machine.applyAll(
                List.of(
                        new Command(2, 1, new Request.Plain(Ledger.add(1)).encode(), false),
                        new Command(3, 1, add(session, 1, 1).encode(), false)),
                (position, answer) -> assertThat(answer).isEqualTo(result(2)));
        follower.index = 3;
        assertThat(follower.apply(add(session, 1, 1))).isEqualTo(result(2));
    }

    @Test
    void x6_an_answer_that_the_client_has_is_forgotten_and_its_command_never_executed_again() {
        long session = replica.open();
        replica.apply(add(session, 1, 10));
        replica.apply(add(session, 2, 2, 5));
        assertThat(replica.apply(add(session, 1, 10))).isEqualTo(FORGOTTEN);
        assertThat(replica.apply(add(session, 2, 5))).isEqualTo(result(15));
        assertThat(ledger.executed).isEqualTo(2);
    }

    @Test
    void x6_a_command_that_was_given_up_is_not_executed_when_it_comes_late() {
        long session = replica.open();
        replica.apply(new Request.KeepAlive(session, 2));
        assertThat(replica.apply(add(session, 1, 10))).isEqualTo(FORGOTTEN);
        assertThat(ledger.executed).isZero();
    }

    @Test
    void x7_the_table_is_in_the_snapshot() throws IOException {
        long session = replica.open();
        replica.apply(add(session, 1, 10));
        replica.apply(add(session, 2, 5));
        replica.clock(7);
        Replica other = replica.another();
        assertThat(other.apply(add(session, 1, 10))).isEqualTo(result(10));
        assertThat(other.apply(add(session, 2, 5))).isEqualTo(result(15));
        assertThat(((Ledger) other.inner).sum).isEqualTo(15);
        assertThat(((Ledger) other.inner).executed).isZero();
    }

    @Test
    void x7_a_snapshot_is_of_the_moment_at_which_it_was_taken() throws IOException {
        long session = replica.open();
        replica.apply(add(session, 1, 10));
        StateMachine.Snapshot frozen = replica.machine.snapshot();
        replica.apply(add(session, 2, 2, 5));
        var out = new java.io.ByteArrayOutputStream();
        frozen.writeTo(out);
        Replica other = new Replica(new Ledger());
        other.machine.restore(new ByteArrayInputStream(out.toByteArray()), 2);
        other.index = 2;
        assertThat(other.apply(add(session, 1, 10))).isEqualTo(result(10));
    }

    @Test
    void x7_members_that_started_from_a_snapshot_and_others_stay_alike() throws IOException {
        long first = replica.open();
        long second = replica.open();
        replica.apply(add(second, 1, 1));
        replica.apply(add(first, 1, 1));
        Replica other = replica.another();
        for (Replica each : List.of(replica, other)) {
            each.maxSessions = 2;
            each.open(); // Ends the second session, which was used before the first.
        }
        assertThat(replica.snapshot()).isEqualTo(other.snapshot());
        assertThat(other.apply(add(second, 2, 1))).isEqualTo(EXPIRED);
        assertThat(other.apply(add(first, 2, 1))).isEqualTo(result(3));
    }

    @Test
    void x7_a_snapshot_of_a_member_without_sessions_is_refused() {
        assertThatThrownBy(() -> replica.machine.restore(new ByteArrayInputStream(new byte[64]), 5))
                .hasMessageContaining("without sessions");
    }

    @Test
    void x8_a_session_of_which_nothing_is_heard_expires_by_the_clock_in_the_log() {
        long session = replica.open();
        replica.clock(5_000);
        replica.clock(5_000 + TIMEOUT - 1);
        assertThat(replica.machine.sessions()).isOne();
        replica.clock(5_000 + TIMEOUT);
        assertThat(replica.machine.sessions()).isZero();
        assertThat(replica.apply(add(session, 1, 10))).isEqualTo(EXPIRED);
        assertThat(ledger.executed).isZero();
    }

    @Test
    void x8_a_sign_of_life_keeps_it() {
        long session = replica.open();
        replica.clock(0);
        replica.clock(TIMEOUT - 1);
        assertThat(replica.apply(new Request.KeepAlive(session, 1))).isEqualTo(DONE);
        replica.clock(2 * TIMEOUT - 2);
        assertThat(replica.apply(add(session, 1, 10))).isEqualTo(result(10));
        replica.clock(3 * TIMEOUT - 3);
        assertThat(replica.machine.sessions()).isOne();
        replica.clock(3 * TIMEOUT - 2);
        assertThat(replica.apply(new Request.KeepAlive(session, 1))).isEqualTo(EXPIRED);
    }

    @Test
    void x8_clocks_of_different_leaders_have_nothing_to_do_with_each_other() {
        replica.open();
        replica.clock(0);
        replica.clock(TIMEOUT / 2);
        replica.term = 2;
        replica.clock(1_000_000);
        replica.clock(1_000_000 + TIMEOUT / 2 - 1);
        replica.term = 3;
        replica.clock(-5);
        assertThat(replica.machine.sessions()).isOne();
        replica.clock(-4);
        assertThat(replica.machine.sessions()).isZero();
    }

    @Test
    void x8_time_never_goes_back_and_a_late_reading_changes_nothing() {
        replica.open();
        replica.clock(0);
        replica.clock(500);
        replica.clock(100);
        replica.clock(600);
        replica.clock(TIMEOUT - 1);
        assertThat(replica.machine.sessions()).isOne();
        replica.clock(TIMEOUT);
        assertThat(replica.machine.sessions()).isZero();
    }

    @Test
    void x8_a_reading_of_one_who_no_longer_led_when_it_was_appended_means_nothing() {
        replica.open();
        replica.clock(0);
        replica.apply(new Request.Clock(replica.term - 1, 10 * TIMEOUT));
        assertThat(replica.machine.sessions()).isOne();
    }

    @Test
    void x9_a_session_that_is_over_is_never_executed_for_again() {
        long session = replica.open();
        replica.apply(add(session, 1, 10));
        replica.apply(new Request.Close(session));
        assertThat(replica.apply(add(session, 1, 10))).isEqualTo(EXPIRED);
        assertThat(replica.apply(add(session, 2, 10))).isEqualTo(EXPIRED);
        assertThat(replica.apply(new Request.Close(session))).isEqualTo(DONE);
        assertThat(ledger.executed).isOne();
    }

    @Test
    void x10_the_session_that_was_used_longest_ago_makes_room() {
        replica.maxSessions = 3;
        long a = replica.open();
        long b = replica.open();
        long c = replica.open();
        replica.apply(add(a, 1, 1));
        replica.apply(new Request.KeepAlive(b, 1));
        long d = replica.open();
        assertThat(replica.machine.sessions()).isEqualTo(3);
        assertThat(replica.apply(add(c, 1, 1))).isEqualTo(EXPIRED);
        for (long session : new long[] {a, b, d}) {
            assertThat(replica.apply(new Request.KeepAlive(session, 1))).isEqualTo(DONE);
        }
    }

    @Test
    void x10_no_more_answers_are_kept_than_the_session_was_opened_for() {
        long session = replica.open();
        for (int sequence = 1; sequence <= replica.maxAnswers; sequence++) {
            replica.apply(add(session, sequence, 1));
        }
        assertThat(replica.apply(add(session, 5, 1))).isEqualTo(new Answer.Full<Long>());
        assertThat(replica.apply(add(session, 5, 2, 1))).isEqualTo(result(5));
    }

    @Test
    void a_command_of_a_member_without_sessions_is_told_from_all_others() {
        assertThatThrownBy(() -> replica.machine.apply(new Command(1, 1, Ledger.add(1), true)))
                .hasMessageContaining("a member that has no sessions");
    }

    @Test
    void every_request_is_read_as_it_was_written() {
        List<Request> requests = List.of(
                new Request.Plain(Ledger.add(9)),
                new Request.Open(1, 2, 3),
                new Request.Execute(1, 2, 3, Ledger.add(4)),
                new Request.KeepAlive(1, 2),
                new Request.Close(1),
                new Request.Clock(1, 2));
        for (Request request : requests) {
            assertThat(Request.decode(request.encode())).isEqualTo(request);
        }
    }
}
