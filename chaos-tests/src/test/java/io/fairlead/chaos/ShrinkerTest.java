package io.fairlead.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.chaos.faults.Fault;
import io.fairlead.chaos.faults.FaultKind;
import io.fairlead.chaos.invariant.Invariant;
import io.fairlead.chaos.invariant.MemberView;
import io.fairlead.chaos.workload.MapMachine;
import io.fairlead.chaos.workload.Subject;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a failure is made of: an invariant that is wrong on purpose stands for a defect. */
class ShrinkerTest {
    private static final long BUDGET = TimeUnit.SECONDS.toNanos(60);

    /** Claims that nobody is ever started more than {@code lives} times. */
    private static final class FewLives extends Invariant implements Invariant.SeesStarts {
        private final int lives;

        FewLives(int lives) {
            super("X1", "few lives");
            this.lives = lives;
        }

        @Override
        public void onStarted(MemberView member) {
            if (member.life() > lives) {
                throw violation("member " + member.id() + " begins life " + member.life());
            }
        }
    }

    private static SimulationResult run(Scenario scenario, int lives) {
        Subject<MapMachine.Result> map = Subject.map(scenario.load());
        Subject<MapMachine.Result> watched = new Subject<>(map.machines(), cluster -> {
            cluster.checks().add(new FewLives(lives));
            return map.workload().apply(cluster);
        });
        return Simulation.run(scenario, watched, false);
    }

    /** A seed with many faults, which starts some member more often than {@code lives} allows. */
    private static Scenario failing(int lives) {
        for (long seed = 1; seed < 100; seed++) {
            Scenario scenario = Scenario.of(seed);
            boolean big = scenario.plan().faults().size() > 50;
            if (big && run(scenario, lives).failure().isPresent()) {
                return scenario;
            }
        }
        throw new AssertionError("no seed restarts a member");
    }

    @Test
    void one_restart_needs_one_fault() {
        Scenario scenario = failing(1);
        Shrinker.Shrunk shrunk = Shrinker.shrink(scenario, run(scenario, 1), candidate -> run(candidate, 1), BUDGET);
        assertThat(shrunk.scenario().plan().faults()).hasSize(1);
        assertThat(shrunk.scenario().plan().faults().get(0).kind().id()).containsAnyOf("proc.", "disk.");
        assertThat(shrunk.result().failure().map(FailureReport::id)).contains("X1");
    }

    @Test
    void what_is_left_fails_and_without_any_of_it_nothing_does() {
        Scenario scenario = failing(3);
        Shrinker.Shrunk shrunk = Shrinker.shrink(scenario, run(scenario, 3), candidate -> run(candidate, 3), BUDGET);
        assertThat(run(shrunk.scenario(), 3).hash()).isEqualTo(shrunk.result().hash());
        assertThat(shrunk.scenario().plan().faults().size())
                .isLessThan(scenario.plan().faults().size());
        var numbers =
                shrunk.scenario().plan().faults().stream().map(Fault::number).toList();
        for (Integer number : numbers) {
            var others = numbers.stream().filter(other -> !other.equals(number)).toList();
            Scenario smaller = scenario.withPlan(scenario.plan().keeping(others));
            assertThat(run(smaller, 3).failure().map(FailureReport::id))
                    .as("without fault %d", number)
                    .isNotEqualTo(shrunk.result().failure().map(FailureReport::id));
        }
    }

    @Test
    void the_replay_command_says_what_was_left_out() {
        Scenario scenario = Scenario.of(3, new Scenario.Limits(3, 5, Set.of(FaultKind.PROC_CRASH)));
        assertThat(scenario.replay())
                .isEqualTo(
                        "chaos-tests/bin/chaos simulate --seeds 1 --start 3 --nodes 3..5 --faults proc.crash --trace");
        assertThat(scenario.withPlan(scenario.plan().keeping(List.of(0, 2))).replay())
                .contains("--keep 0,2 ");
        assertThat(Scenario.of(3).replay()).isEqualTo("chaos-tests/bin/chaos simulate --seeds 1 --start 3 --trace");
    }

    @Test
    void a_run_that_did_not_fail_is_not_shrunk() {
        Scenario calm = Scenario.of(0, new Scenario.Limits(3, 3, Set.of()));
        SimulationResult fine = Simulation.run(calm, false);
        assertThatThrownBy(() -> Shrinker.shrink(calm, fine, candidate -> fine, BUDGET))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_report_tells_what_where_and_how_to_see_it_again() {
        Scenario scenario = failing(1);
        FailureReport report = run(scenario, 1).failure().orElseThrow();
        assertThat(report.id()).isEqualTo("X1");
        assertThat(report.text())
                .startsWith("X1 few lives: member ")
                .contains("seed " + scenario.seed() + " profile " + scenario.profile())
                .contains("replay: " + scenario.replay())
                .contains("last events:")
                .contains("FAILED:");
        for (int id = 1; id <= scenario.voters(); id++) {
            assertThat(report.text()).containsPattern("(?m)^n" + id + " life \\d+");
        }
        assertThat(report.page())
                .startsWith("<!DOCTYPE html>")
                .contains("X1 few lives")
                .doesNotContain("http");
    }
}
