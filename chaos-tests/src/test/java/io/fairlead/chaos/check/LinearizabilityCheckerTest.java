package io.fairlead.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.chaos.check.KvModel.Input;
import io.fairlead.chaos.check.KvModel.Kind;
import io.fairlead.chaos.check.KvModel.Output;
import io.fairlead.chaos.check.Operation.Outcome;
import io.fairlead.chaos.sim.Randomness;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LinearizabilityCheckerTest {
    private final LinearizabilityChecker<Long, Input, Output> checker = new LinearizabilityChecker<>(new KvModel());
    private final List<Operation<Input, Output>> history = new ArrayList<>();

    @Nested
    class A_history_is_linearizable {
        @Test
        void when_it_is_empty() {
            assertLegal();
        }

        @Test
        void when_a_read_sees_the_write_before_it() {
            put(1, 7, 0, 1);
            get(2, 7, 2, 3);

            assertLegal();
        }

        @Test
        void when_a_read_overlaps_a_write_and_sees_either_value() {
            put(1, 7, 0, 10);
            get(2, 0, 1, 3);
            get(2, 7, 4, 5);

            assertLegal();
        }

        @Test
        void when_a_write_without_answer_takes_effect_late() {
            unknownPut(1, 7, 0);
            get(2, 0, 5, 6);
            get(2, 7, 7, 8);

            assertLegal();
        }

        @Test
        void when_a_write_without_answer_never_takes_effect() {
            unknownPut(1, 7, 0);
            get(2, 0, 5, 6);
            get(2, 0, 7, 8);

            assertLegal();
        }

        @Test
        void when_two_calls_touch_at_one_instant() {
            put(1, 7, 0, 5);
            get(2, 0, 5, 6);

            assertLegal();
        }

        @Test
        void when_two_same_writes_without_answer_each_take_effect() {
            unknownPut(1, 7, 0);
            unknownPut(2, 7, 0);
            get(3, 7, 1, 2);
            put(3, 8, 3, 4);
            get(3, 7, 5, 6);

            assertLegal();
        }

        @Test
        void when_a_failed_compare_and_set_tells_the_truth() {
            put(1, 7, 0, 1);
            cas(2, 8, 9, false, 2, 3);
            cas(2, 7, 9, true, 4, 5);
            get(1, 9, 6, 7);

            assertLegal();
        }
    }

    @Nested
    class A_history_is_not_linearizable {
        @Test
        void when_a_read_is_stale() {
            put(1, 7, 0, 1);
            get(2, 0, 2, 3);

            assertIllegal();
        }

        @Test
        void when_a_value_comes_from_nowhere() {
            get(2, 99, 2, 3);

            assertIllegal();
        }

        @Test
        void when_time_runs_backwards_between_two_readers() {
            put(1, 7, 0, 100);
            get(2, 7, 1, 2);
            get(3, 0, 3, 4);

            assertIllegal();
        }

        @Test
        void when_a_write_without_answer_comes_and_goes() {
            unknownPut(1, 7, 0);
            get(2, 0, 1, 2);
            get(2, 7, 3, 4);
            get(2, 0, 5, 6);

            assertIllegal();
        }

        @Test
        void when_a_write_without_answer_takes_effect_before_it_began() {
            get(2, 7, 1, 2);
            unknownPut(1, 7, 5);

            assertIllegal();
        }

        @Test
        void when_two_compare_and_sets_both_win() {
            put(1, 1, 0, 1);
            cas(2, 1, 2, true, 2, 9);
            cas(3, 1, 3, true, 2, 9);

            assertIllegal();
        }

        @Test
        void when_an_acknowledged_write_is_lost() {
            put(1, 1, 0, 1);
            put(1, 2, 2, 3);
            get(1, 1, 4, 5);

            assertIllegal();
        }

        @Test
        void and_the_verdict_shows_what_cannot_come_next() {
            put(1, 7, 0, 1);
            get(2, 0, 2, 3);

            assertThat(checker.check(history))
                    .isInstanceOfSatisfying(
                            Verdict.NotLinearizable.class,
                            verdict -> assertThat(verdict.explanation()).contains("get(0) -> Output[value=0]"));
        }
    }

    @Test
    void a_search_that_is_given_up_is_no_pass() {
        for (int i = 1; i <= 30; i++) {
            put(i, i, 0, 1000);
        }
        get(99, 999, 1001, 1002);

        assertThat(new LinearizabilityChecker<>(new KvModel(), 10_000).check(history))
                .isInstanceOf(Verdict.Unknown.class);
    }

    @Test
    void what_costs_too_much_to_search_is_proven_by_an_order() {
        for (int i = 1; i <= 60; i++) {
            put(i, i, 0, 1000);
        }
        get(99, 60, 1001, 1002);

        assertThat(new LinearizabilityChecker<>(new KvModel(), 10)
                        .checkInOrder(history)
                        .isLinearizable())
                .isTrue();
    }

    @Test
    void agrees_with_brute_force_on_small_histories() {
        int illegal = 0;
        for (long seed = 0; seed < 20_000; seed++) {
            history.clear();
            randomHistory(Randomness.of(seed, "history"));

            boolean expected = explainable(new ArrayList<>(history), 0L);
            illegal += expected ? 0 : 1;

            assertThat(checker.check(history).isLinearizable())
                    .as(() -> history.toString())
                    .isEqualTo(expected);
            assertThat(checker.checkInOrder(history).isLinearizable())
                    .as(() -> "whatever order is suggested: " + history)
                    .isEqualTo(expected);
        }
        assertThat(illegal).isBetween(2_000, 18_000);
    }

    @Test
    void accepts_what_an_object_did_and_refuses_it_with_one_read_made_stale() {
        for (long seed = 0; seed < 200; seed++) {
            history.clear();
            Randomness random = Randomness.of(seed, "object");
            int stale = recordRun(random, 400);

            assertThat(checker.check(history).isLinearizable())
                    .as("seed %d", seed)
                    .isTrue();

            Operation<Input, Output> read = history.get(stale);
            history.set(
                    stale,
                    new Operation<>(
                            read.process(),
                            read.input(),
                            new Output(123456789L),
                            Outcome.OK,
                            read.invokedAt(),
                            read.returnedAt()));

            assertThat(checker.check(history).isLinearizable())
                    .as("seed %d", seed)
                    .isFalse();
        }
    }

    /** Runs overlapping clients on a real map, each call taking effect at a random instant; answers where a read is. */
    private int recordRun(Randomness random, int calls) {
        long[] values = new long[3];
        long time = 0;
        int read = -1;
        for (int i = 0; i < calls; i++) {
            time += 10;
            long key = random.below(values.length);
            long invoked = time - random.below(40);
            long returned = time + random.below(40);
            Kind kind = random.pick(List.of(Kind.values()));
            Input input = kind == Kind.GET
                    ? Input.get(key)
                    : kind == Kind.PUT ? Input.put(key, i + 1) : Input.cas(key, values[(int) key], i + 1);
            Long after = new KvModel().step(values[(int) key], input, null);
            boolean changed = after != null && after != values[(int) key];
            Output output = new Output(kind == Kind.GET ? values[(int) key] : kind == Kind.PUT || changed ? 1 : 0);
            values[(int) key] = after == null ? 0 : after;
            boolean lost = random.chance(0.05) && kind != Kind.GET;
            history.add(new Operation<>(
                    i,
                    input,
                    lost ? null : output,
                    lost ? Outcome.UNKNOWN : Outcome.OK,
                    invoked,
                    lost ? Long.MAX_VALUE : returned));
            read = kind == Kind.GET ? i : read;
        }
        return read;
    }

    private void randomHistory(Randomness random) {
        int calls = random.between(1, 6);
        for (int i = 0; i < calls; i++) {
            long from = random.below(12);
            long to = from + random.below(6);
            switch (random.between(0, 4)) {
                case 0 -> put(i, random.between(1, 3), from, to);
                case 1 -> unknownPut(i, random.between(1, 3), from);
                case 2 -> cas(i, random.below(3), random.between(1, 3), random.chance(0.5), from, to);
                default -> get(i, random.below(4), from, to);
            }
        }
    }

    /** Tries every order. */
    private static boolean explainable(List<Operation<Input, Output>> left, long state) {
        boolean someOk = false;
        for (Operation<Input, Output> operation : left) {
            someOk |= operation.outcome() == Outcome.OK;
        }
        if (!someOk) {
            return true;
        }
        for (Operation<Input, Output> first : left) {
            boolean mayBeFirst = true;
            for (Operation<Input, Output> other : left) {
                mayBeFirst &= other.returnedAt() >= first.invokedAt();
            }
            @Nullable Long after = new KvModel().step(state, first.input(), first.output());
            if (mayBeFirst && after != null) {
                List<Operation<Input, Output>> rest = new ArrayList<>(left);
                rest.remove(first);
                if (explainable(rest, after)) {
                    return true;
                }
            }
        }
        return false;
    }

    private void put(long process, long value, long from, long to) {
        history.add(new Operation<>(process, Input.put(0, value), Output.DONE, Outcome.OK, from, to));
    }

    private void unknownPut(long process, long value, long from) {
        history.add(new Operation<>(process, Input.put(0, value), null, Outcome.UNKNOWN, from, Long.MAX_VALUE));
    }

    private void cas(long process, long expected, long value, boolean done, long from, long to) {
        history.add(new Operation<>(
                process, Input.cas(0, expected, value), new Output(done ? 1 : 0), Outcome.OK, from, to));
    }

    private void get(long process, long seen, long from, long to) {
        history.add(new Operation<>(process, Input.get(0), new Output(seen), Outcome.OK, from, to));
    }

    private void assertLegal() {
        assertThat(checker.check(history)).isInstanceOf(Verdict.Linearizable.class);
    }

    private void assertIllegal() {
        assertThat(checker.check(history)).isInstanceOf(Verdict.NotLinearizable.class);
    }
}
