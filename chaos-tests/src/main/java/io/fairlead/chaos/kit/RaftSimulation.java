package io.fairlead.chaos.kit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A JUnit test that runs a state machine on simulated clusters: real members on virtual time, every seed with a size,
 * timers, load and faults of its own (crashes, partitions, sick disks, pauses, clocks, membership changes, snapshots).
 * Raft's own invariants are checked after every event, and the test's beside them.
 *
 * <p>The method has one parameter, {@link Simulated}, and says on it what there is to run and to check:
 *
 * <pre>{@code
 * @RaftSimulation(seeds = 200)
 * void money_is_neither_made_nor_lost(Simulated<Bank, Boolean> bank) {
 *     bank.machine(Bank::new)
 *         .command(random -> Bank.transfer(random.below(5), random.below(5), random.below(100)))
 *         .always("money is neither made nor lost", b -> b.total() == 500)
 *         .sameState(Bank::accounts);
 * }
 * }</pre>
 *
 * <p>A seed that fails is reported with the fewest faults that still make it fail, a line per member, the last events,
 * and a space-time page in {@code target/chaos-reports}; {@code -Dfairlead.seed=N} runs that seed alone and prints
 * everything that happens. The state machine and the commands must be deterministic: same seed, same run.
 */
@Documented
@Test
@ExtendWith(RaftSimulationExtension.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface RaftSimulation {
    /** {@return how many seeds to run; {@code -Dfairlead.seeds=N} overrides it} */
    int seeds() default 100;

    /** {@return the first seed; {@code -Dfairlead.start=N} overrides it} */
    long start() default 0;

    /** {@return the smallest cluster, 1 or more} */
    int minVoters() default 1;

    /** {@return the largest cluster, at most 7} */
    int maxVoters() default 7;
}
