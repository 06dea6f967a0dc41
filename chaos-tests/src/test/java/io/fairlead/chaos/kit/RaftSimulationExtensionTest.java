package io.fairlead.chaos.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.chaos.Scenario;
import io.fairlead.chaos.faults.FaultKind;
import io.fairlead.raft.spi.Command;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** State machines with the defects that state machines have. */
class RaftSimulationExtensionTest {
    private static final Scenario.Limits RESTARTS =
            new Scenario.Limits(3, 3, Set.of(FaultKind.PROC_CRASH, FaultKind.SNAPSHOT, FaultKind.PART_ISOLATE));

    /** Forgets one account when it comes back from a snapshot. */
    private static final class Forgetful extends Bank {
        @Override
        public void restore(InputStream snapshot, long lastIncludedIndex) throws IOException {
            super.restore(snapshot, lastIncludedIndex);
            balances[0] = 0;
        }
    }

    /** Has its own idea of every hundredth transfer. */
    private static final class Moody extends Bank {
        private final AtomicLong mood;

        Moody(AtomicLong mood) {
            this.mood = mood;
        }

        @Override
        public Boolean apply(Command command) {
            return mood.incrementAndGet() % 100 != 0 && super.apply(command);
        }
    }

    /** Says yes whatever happened. */
    private static final class Polite extends Bank {
        @Override
        public Boolean apply(Command command) {
            super.apply(command);
            return true;
        }
    }

    private static Simulated<Bank, Boolean> simulated(Supplier<Bank> maker) {
        return new Simulated<Bank, Boolean>()
                .machine(maker)
                .command(random -> Bank.transfer(random.below(5), random.below(5), random.between(1, 60)));
    }

    private static void run(Simulated<Bank, Boolean> simulated) {
        for (long seed = 0; seed < 5; seed++) {
            RaftSimulationExtension.run(simulated, Scenario.of(seed, RESTARTS), false);
        }
    }

    @Test
    void a_rule_that_is_broken_after_a_restart_is_found() {
        assertThatThrownBy(() -> run(simulated(Forgetful::new).always("money stays", bank -> bank.total() == 500)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("K1 money stays")
                .hasMessageContaining("-Dfairlead.seed=")
                .hasMessageContaining("these are enough:");
    }

    @Test
    void members_that_disagree_are_found() {
        AtomicLong mood = new AtomicLong();
        assertThatThrownBy(() -> run(simulated(() -> new Moody(mood)).sameState(Bank::accounts)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("K2 equal logs make equal states");
    }

    @Test
    void wrong_answers_are_found() {
        Simulated<Bank, Boolean> simulated =
                simulated(Polite::new).answers((command, done) -> !done || command.getLong(16) <= 50);
        assertThatThrownBy(() -> run(simulated)).hasMessageContaining("K4 answers are right");
    }

    @Test
    void what_holds_only_in_the_end_is_looked_at_in_the_end() {
        assertThatThrownBy(() -> run(simulated(Bank::new).finallyHolds("somebody is rich", bank -> false)))
                .hasMessageContaining("K3 somebody is rich");
    }

    @Test
    void a_simulation_without_commands_is_refused() {
        Simulated<Bank, Boolean> nothing = new Simulated<Bank, Boolean>().machine(Bank::new);
        assertThatThrownBy(() -> run(nothing))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("command(..)");
        assertThat(nothing.rules()).isEmpty();
    }
}
